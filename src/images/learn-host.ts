// How a host in a script that the recogniser does not know is read: it is drawn in a few ways, and what comes out
// each time stands for it. `荒らし.example` is read as `荒L.example`, always the same wrong way.
import { domainToUnicode } from 'node:url'
import type { Learned } from './child-messages.ts'
import { fold, maskKana } from './drawn-fold.ts'
import { drawSample, missingLetters } from './drawn-sample.ts'
import type { Frame } from './frame.ts'

/** All that is read in a picture of one line. */
export type ReadAll = (frame: Frame) => Promise<readonly string[]>

const LOOKS = ['sans', 'serif', 'sans bold', 'serif bold'].flatMap((font) => [
  { font, size: 18, isLight: false, before: '' },
  { font, size: 27, isLight: true, before: 'https://' },
  { font, size: 42, isLight: false, before: '→ ' },
])
/** Once may be a slip. */
const MIN_LOOKS = 2

export async function learnHost(readAll: ReadAll, host: string): Promise<Learned> {
  const name = domainToUnicode(host.toLowerCase()) || host.toLowerCase()
  if (!/\p{Script=Han}/u.test(name)) {
    const why = `${name} has no ideograph: of other scripts than Latin the recogniser reads nothing else`
    return { status: 'unreadable', why }
  }
  const missing = await missingLetters(name)
  if (missing.length > 0) {
    const why = `no font on this machine has ${missing.join(' ')}, which ${name} is written with`
    return { status: 'unreadable', why }
  }
  const readAs = await readingsOf(readAll, name)
  if (readAs.length > 0) return { status: 'learned', readAs }
  return { status: 'unreadable', why: `too little of ${name} is read where it is drawn` }
}

/** Behind something else a first letter that is not read leaves a gap. */
const BEFORE = /^https?[.:/l]{1,5}|^[^\p{L}\p{N}〓]+/u

/** In the other pictures it is read as nothing that could be told. */
const MIN_SHARE = 0.6

async function readingsOf(readAll: ReadAll, name: string): Promise<string[]> {
  const looks: string[][] = []
  for (const look of LOOKS) {
    const lines = await readAll(await drawSample(`${look.before}${name}`, look))
    const readings = lines.map((line) => maskKana(fold(line.replace(BEFORE, ''))))
    looks.push([...new Set(readings)].filter((reading) => isTelling(reading, name)))
  }
  const counted = Map.groupBy(looks.flat(), (reading) => reading)
  const readAs = [...counted].filter(([, seen]) => seen.length >= MIN_LOOKS).map(([each]) => each)
  const read = looks.filter((readings) => readings.some((reading) => readAs.includes(reading)))
  return read.length < LOOKS.length * MIN_SHARE ? [] : readAs
}

/** Ideographs that katakana are taken for: バ, ト, カ, ロ, エ, ニ, … */
const KANA_ALIKE = /[八穴六卜下力口工二三千夕才匕小以]/g

/**
 * An ideograph and the suffix, and nothing that another host would be read as. One of ideographs alone must have as
 * many as the name, any other half as many, those that could not be read counted; a blank before a name may pass for
 * a first letter that could not be read.
 */
function isTelling(reading: string, name: string): boolean {
  const dot = name.search(/\.[\0-\x7f]*$/)
  const suffix = fold(name.slice(dot))
  if (dot < 0 || !reading.endsWith(suffix)) return false
  const rest = reading.slice(0, -suffix.length)
  if (!/^[\p{L}\p{N}][^\s./]*(?:\.[^\s./]+)*$/u.test(rest)) return false
  if (!/\p{Script=Han}/u.test(rest.replace(KANA_ALIKE, ''))) return false
  return /^\p{Script=Han}+$/u.test(rest) ? rest.length === dot : rest.length * 2 >= dot
}
