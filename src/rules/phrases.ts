// Many phrases in one pass: what a search costs does not grow with their number (Aho and Corasick, 1975).

export interface PhraseMatch {
  /** Which one, in the order given. */
  readonly phrase: number
  readonly start: number
  readonly end: number
}

export interface Phrases {
  /** The first match that is accepted. */
  find(text: string, accepts: (match: PhraseMatch) => boolean): PhraseMatch | undefined
}

/** Empty ones are never found; of equals the first is. */
export function compilePhrases(phrases: readonly string[]): Phrases {
  const letters = numberLetters(phrases)
  const tree = plant(phrases, letters)
  const { phraseAt, shorter } = tree
  return {
    find(text, accepts) {
      let node = ROOT
      for (let at = 0; at < text.length; at++) {
        node = follow(tree, node, letters[text.charCodeAt(at)]!)
        for (let last = lastAt(tree, node); last !== ROOT; last = shorter[last]!) {
          const phrase = phraseAt[last]!
          const match = { phrase, start: at + 1 - phrases[phrase]!.length, end: at + 1 }
          if (accepts(match)) return match
        }
      }
      return undefined
    },
  }
}

const ROOT = 0
const NONE = -1
/** The number of letters that no phrase has. */
const STRANGE = 0

/** Nodes by number; each stands for the beginning of some phrase. */
interface Tree {
  /** By node and letter. */
  readonly children: Map<number, number>
  /** How many letters there are, the strange one included. */
  readonly width: number
  /** The longest other beginning that this one ends in. */
  readonly suffix: number[]
  /** The phrase that it is. */
  readonly phraseAt: number[]
  /** The longest phrase that it ends in and is not. */
  readonly shorter: number[]
}

/** Few letters keep the keys of the edges small numbers, which maps find fastest. */
function numberLetters(phrases: readonly string[]): Uint32Array {
  const letters = new Uint32Array(0x10000)
  let known = STRANGE
  for (const phrase of phrases) {
    for (let at = 0; at < phrase.length; at++) {
      const unit = phrase.charCodeAt(at)
      if (letters[unit] === STRANGE) letters[unit] = ++known
    }
  }
  return letters
}

/** Letter by letter through all phrases: every suffix is shorter, so it is there before it is pointed to. */
function plant(phrases: readonly string[], letters: Uint32Array): Tree {
  const width = letters.reduce((most, letter) => Math.max(most, letter), 0) + 1
  const root = { suffix: [ROOT], phraseAt: [NONE], shorter: [ROOT] }
  const tree: Tree = { children: new Map(), width, ...root }
  let growing = phrases.map((text, phrase) => ({ text, phrase, node: ROOT }))
  for (let depth = 0; growing.length > 0; depth++) {
    growing = growing.filter(({ text }) => text.length > depth)
    for (const branch of growing) {
      branch.node = grow(tree, branch.node, letters[branch.text.charCodeAt(depth)]!)
      const isEnd = branch.text.length === depth + 1
      if (isEnd && tree.phraseAt[branch.node] === NONE) tree.phraseAt[branch.node] = branch.phrase
    }
  }
  return tree
}

function grow(tree: Tree, node: number, letter: number): number {
  const key = node * tree.width + letter
  const known = tree.children.get(key)
  if (known !== undefined) return known
  const child = tree.suffix.length
  const suffix = node === ROOT ? ROOT : follow(tree, tree.suffix[node]!, letter)
  tree.children.set(key, child)
  tree.suffix.push(suffix)
  tree.phraseAt.push(NONE)
  tree.shorter.push(lastAt(tree, suffix))
  return child
}

/** Where the text leads: the longest beginning of a phrase that it ends in now. */
function follow({ children, width, suffix }: Tree, from: number, letter: number): number {
  if (letter === STRANGE) return ROOT
  for (let node = from; ; node = suffix[node]!) {
    const child = children.get(node * width + letter)
    if (child !== undefined) return child
    if (node === ROOT) return ROOT
  }
}

/** The longest phrase that a node ends in: itself, or a shorter one. */
function lastAt({ phraseAt, shorter }: Tree, node: number): number {
  return phraseAt[node] === NONE ? shorter[node]! : node
}
