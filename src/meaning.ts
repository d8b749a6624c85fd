// Can names be taken at their word? Whoever reads a document by its contexts may see another one than its plain keys.
import { SILENT } from './facts/silent-keys.ts'
import { bundledUrl } from './fedify/contexts.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { isObject } from './plain-keys.ts'

export interface Doubts {
  /** What it does may be something else: a Like may be a Create. */
  readonly kind: boolean
  /** Content may stand under any key, also under those that are usually shown to nobody. */
  readonly keys: boolean
}

/** Kinds of activity that are never judged by content: what they embed is shown to nobody. */
const WITHOUT_CONTENT = new Set(
  [
    'Accept Add Arrive Block Delete Dislike EmojiReact EmojiReaction Flag Follow Ignore Invite Join',
    'Leave Like Listen Lock Move Offer Read Reject Remove TentativeAccept TentativeReject Travel',
    'Undo View',
  ].flatMap((types) => types.split(' ')),
)

/** Whatever is not known to carry nothing is taken to carry something. */
export function isWithoutContent(types: ReadonlySet<string>): boolean {
  return types.size > 0 && [...types].every((type) => WITHOUT_CONTENT.has(type))
}

interface Question {
  readonly json: JsonObject
  readonly types: readonly string[]
  /** One of several in a Collection, whose signature it no longer shows. */
  readonly isCollected: boolean
}

interface Meaning {
  readonly doubts: Doubts
  /** Its own contexts give another meaning, or none, to a term that everybody knows. */
  readonly isRemapped: boolean
}

/**
 * Mastodon compacts a document where `signature` is any object, fetches every context that it does
 * not know, and goes by the result: a context that is nowhere bundled may then mean anything.
 * Others compact always, but what they are told inline stands before us.
 */
export function meaningOf({ json, types, isCollected }: Question): Meaning {
  const found: Contexts = { inline: [], named: [] }
  gather(json, found, MAX_LEVELS)
  const told = meaningInline(found.inline, types)
  const isCompacted = isCollected || isObject(json.signature)
  const isOpen = isCompacted && found.named.some((url) => bundledUrl(url) !== url)
  return isOpen ? { ...told, doubts: ANYTHING } : told
}

function meaningInline(inline: readonly JsonObject[], types: readonly string[]): Meaning {
  if (inline.length === 0) return { doubts: NOTHING, isRemapped: false }
  const terms = inline.flatMap((context) => Object.entries(context))
  if (terms.length > MAX_TERMS || types.length > MAX_TYPES) {
    return { doubts: ANYTHING, isRemapped: true }
  }
  const moved = terms.filter(([term, definition]) => isMoved(term, definition))
  const doubts = doubtsOf(moved, new Set(types))
  // What it only hides from readers of contexts raises no doubt here: plain keys have it.
  const isHidden = moved.some(([term]) => SHOWN.has(localName(term)))
  return { doubts, isRemapped: doubts.kind || doubts.keys || isHidden }
}

function doubtsOf(
  moved: readonly [string, JsonValue | undefined][],
  kinds: ReadonlySet<string>,
): Doubts {
  return {
    kind: moved.some(([term, definition]) => {
      const name = localName(term)
      return isAlias(definition) || kinds.has(name) || WITHOUT_CONTENT.has(name)
    }),
    keys: moved.some(
      ([term, definition]) =>
        isAlias(definition) ||
        SILENT.has(localName(term)) ||
        SHOWN.has(localName(targetOf(definition))),
    ),
  }
}

const NOTHING: Doubts = { kind: false, keys: false }
const ANYTHING: Doubts = { kind: true, keys: true }
const MAX_LEVELS = 32 // json.ts lets nothing deeper through
const MAX_TERMS = 1_000 // several times what the richest honest context has
const MAX_TYPES = 16
/** Another name for one of these hides what is said. */
const SHOWN = new Set(
  'content contentMap summary summaryMap name nameMap source object tag attachment'.split(' '),
)
const ALIASED = new Set(['@type', '@id', '@graph', '@nest', '@included', '@reverse'])

interface Contexts {
  readonly inline: JsonObject[]
  readonly named: string[]
}

function gather(value: JsonValue | undefined, found: Contexts, levels: number): void {
  if (typeof value !== 'object' || value === null || levels === 0) return
  if (isObject(value)) {
    gatherContext(value['@context'], found)
    gatherContext(value['@import'], found)
    for (const key in value) gather(value[key], found, levels - 1)
  } else {
    for (const element of value) gather(element, found, levels - 1)
  }
}

function gatherContext(context: JsonValue | undefined, { inline, named }: Contexts): void {
  if (context === undefined) return
  for (const entry of [context].flat() as readonly (JsonValue | undefined)[]) {
    if (typeof entry === 'string') named.push(entry)
    else if (isObject(entry)) inline.push(entry)
  }
}

/** `{"Like": "as:Create"}`; `{"EmojiReact": "litepub:EmojiReact"}` says nothing new. */
function isMoved(term: string, definition: JsonValue | undefined): boolean {
  if (term.startsWith('@')) return false
  if (isObject(definition) && '@context' in definition) return true
  const target = targetOf(definition)
  if (target === undefined) return definition === null
  if (target === `@${term}` && (term === 'type' || term === 'id')) return false
  return localName(target) !== localName(term)
}

function isAlias(definition: JsonValue | undefined): boolean {
  return ALIASED.has(targetOf(definition) ?? '')
}

function targetOf(definition: JsonValue | undefined): string | undefined {
  const target = isObject(definition) ? definition['@id'] : definition
  return typeof target === 'string' ? target : undefined
}

function localName(name: string | undefined): string {
  if (name === undefined) return ''
  return name.slice(
    1 + Math.max(name.lastIndexOf('/'), name.lastIndexOf('#'), name.lastIndexOf(':')),
  )
}
