// Text as a reader takes it: letters that look like others, invisible characters, codes and disarmed dots undone.
// What ASCII cannot tell apart is for comparing alone: the result is not what anybody wrote.
import { domainToUnicode } from 'node:url'
import { LOOK_ALIKES } from './confusables.ts'
import { withFewMarks } from './marks.ts'

/** Takes off two layers of percent-encoding. Linear. */
export function unmask(text: string): string {
  return unmaskPlain(withPlainLetters(text))
}

/** Of a text whose letters are plain: the codes and disarmed dots alone. */
export function unmaskPlain(text: string): string {
  let rest = text
  for (let layers = 0; layers < 2 && rest.includes('%'); layers++) rest = decodePercent(rest)
  return armed(withoutPunycode(rest))
}

/** Letters stay what they are, for names that are meant to have them. */
export function withoutHidden(text: string): string {
  return FOREIGN.test(text) ? compose(text.replace(ALL_HIDDEN, '')) : text
}

/** Without Markdown's and Misskey's marks: `dis**co**rd`, `discord\.gg`, `$[tada discord].gg`. */
export function withoutMarks(text: string): string {
  const rest = /[*`~|\\]/.test(text) ? text.replace(MARKS, '') : text
  return rest.includes('$[') ? rest.replace(FUNCTION, '') : rest
}

const MARKS = /[*`]+|~~|\|\||\\(?=[^\w\s])/g
const FUNCTION = /\$\[[\w.,=-]{1,60} |\]/g
const FOREIGN = /[^\0-\x7f]/
/** Strokes through letters (the overlays of canonical combining class 1) among them. */
const HIDDEN =
  /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]|[\u0334-\u0338]|[\u20d2\u20d3]|[\u20d8-\u20da]|[\u20e5\u20e6\u20ea\u20eb]/u
const ALL_HIDDEN = new RegExp(HIDDEN, 'gu')
/** Shown from right to left: `gg.drocsid` behind this is read as `discord.gg`. */
const OVERRIDDEN = /\u202e([^\u202c\n]{1,300})/g

function withPlainLetters(text: string): string {
  if (!FOREIGN.test(text)) return text
  const turned = text.includes('\u202e') ? text.replace(OVERRIDDEN, turn) : text
  const plain = compose(replaceLetters(turned))
  // What NFKC could not compose with an ASCII character strikes or covers it.
  return FOREIGN.test(plain) ? plain.replace(/(?<=[\0-\x7f])\p{M}+/gu, '') : plain
}

function compose(text: string): string {
  // Whole sentences in one character; and a full-width dot that no such letter follows ends a sentence.
  const rest = text.replace(/[\ufdfa\ufdfb]/g, ' ').replace(/．(?![０-ｚ])/g, '。')
  return withFewMarks(rest).normalize('NFKC')
}

/** As it stands and as it is shown. */
function turn(_: string, run: string): string {
  return `${run} ${[...run].reverse().join('')} `
}

const KEEP = 0
const HIDE = 1
const PAIR = 2
/** By UTF-16 unit: keep, hide, look at the pair, or the ASCII code to read. */
const BASIC = new Uint8Array(0x10000)
const ASTRAL = new Map<number, number>()
fillTables()

function fillTables(): void {
  for (let code = 0x80; code < 0x10000; code++) {
    if (HIDDEN.test(String.fromCharCode(code))) BASIC[code] = HIDE
  }
  BASIC.fill(PAIR, 0xd800, 0xdc00)
  BASIC[0x2028] = BASIC[0x2029] = 0x0a
  for (const [ascii, codes] of Object.entries(LOOK_ALIKES)) {
    for (const code of codes.split(' ').map((hex) => Number.parseInt(hex, 16))) {
      if (code < 0x10000) BASIC[code] = ascii.charCodeAt(0)
      else ASTRAL.set(code, ascii.charCodeAt(0))
    }
  }
}

/** Never longer. */
function replaceLetters(text: string): string {
  const units = new Uint16Array(text.length)
  let length = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    const instead = BASIC[unit] === PAIR ? readPair(text, at) : BASIC[unit]!
    units[length] = instead === KEEP ? unit : instead
    if (instead !== HIDE) length++
    if (instead !== KEEP && BASIC[unit] === PAIR) at++
  }
  return Buffer.from(units.buffer, 0, 2 * length).toString('utf16le')
}

/** One that is kept is read unit by unit: low surrogates are kept too. */
function readPair(text: string, at: number): number {
  const code = text.codePointAt(at)!
  // Tags and variation selectors: all of this plane is ignorable.
  return code >= 0xe0000 && code < 0xe1000 ? HIDE : (ASTRAL.get(code) ?? KEEP)
}

function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (triplets) =>
    withPlainLetters(Buffer.from(triplets.replaceAll('%', ''), 'hex').toString()),
  )
}

/** Look-alikes hide in punycode as well. */
function withoutPunycode(text: string): string {
  if (!text.includes('--')) return text
  return text.replace(/(?<![a-z0-9-])xn--[a-z0-9-]{1,59}/gi, (label) => {
    const decoded = domainToUnicode(label.toLowerCase())
    return decoded === '' ? label : replaceLetters(decoded)
  })
}

const SIGNS: Readonly<Record<string, string>> = { at: '@', dot: '.', slash: '/', ドット: '.' }
const BRACKETED = /[[({【]\s{0,2}(\.|:\/\/|:|\/|at|dot|slash|ドット)\s{0,2}[\])}】]/gi
const SPELLED = /(?<=[a-z0-9])(?:ドット|スラッシュ)(?=[a-z0-9])/gi
const SCHEME = /\bh(?:[xt*]{2}|_{2})p(?=s?:)/gi

/** `hxxps[:]//discord[.]gg` → `https://discord.gg` */
function armed(text: string): string {
  const signs = /[[({【]\s{0,2}[.:/ads\u30c9]/i.test(text)
    ? text.replace(BRACKETED, (_, sign: string) => SIGNS[sign.toLowerCase()] ?? sign)
    : text
  const spelled = /\u30c9|\u30b9/.test(signs)
    ? signs.replace(SPELLED, (word) => (word === 'ドット' ? '.' : '/'))
    : signs
  return /h(?:[xt*]{2}|_{2})p/i.test(spelled) ? spelled.replace(SCHEME, 'http') : spelled
}
