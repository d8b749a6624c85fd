// Texts that say nearly the same: MinHash over short runs of letters, in bands. What a spammer changes from post to
// post (numbers, emoji, punctuation, look-alike letters, a random word at the end) changes no or few of the runs.
import { unmask } from '../links/unmask.ts'

const BANDS = 6
/**
 * Texts of which a share of runs s is common agree in a band with s^ROWS: half of the runs in 1 of 6 posts, nine in
 * ten in all but 1 of 200. With four rows, chance made independent texts agree more often than 1 in 100,000.
 */
const ROWS = 5
const HASHES = BANDS * ROWS
const MIN_UNITS = 40 // greetings are shorter, and many send the same
const MAX_LETTERS = 4_000 // bounds the time; campaigns are shorter
const MAX_READ = 3 * MAX_LETTERS // before what is no letter is taken off
/** A Han or kana letter says as much as two or three of an alphabet, a Hangul syllable somewhat less. */
const RUN = { narrow: 4, syllable: 3, wide: 2 } as const

/** Keys that near-equal texts have in common; none where there is too little to compare. */
export function nearTextKeys(words: string): readonly string[] {
  const letters = lettersOf(words)
  if (unitsOf(letters) < MIN_UNITS) return []
  const least = leastHashes(letters)
  return Array.from({ length: BANDS }, (_, band) => `text:${band}:${hashOfBand(least, band)}`)
}

/** The letters of what is too short to be compared; none where there is enough. */
export function fewLettersOf(words: string): string {
  const letters = lettersOf(words)
  return unitsOf(letters) < MIN_UNITS ? letters : ''
}

function lettersOf(words: string): string {
  const plain = unmask(words.slice(0, MAX_READ)).toLowerCase()
  return plain.replace(/[^\p{L}]+/gu, '').slice(0, MAX_LETTERS)
}

/** A letter that is more than one of an alphabet counts twice. */
function unitsOf(letters: string): number {
  let units = 0
  for (let at = 0; at < letters.length && units < MIN_UNITS; at++) {
    units += widthOf(letters.charCodeAt(at)) === 'narrow' ? 1 : 2
  }
  return units
}

// Odd numbers multiply without loss modulo 2^32; fixed, so that every process finds the same.
const FACTORS = Uint32Array.from({ length: HASHES }, (_, at) => mixed(2 * at + 1) | 1)
const OFFSETS = Uint32Array.from({ length: HASHES }, (_, at) => mixed(2 * at + 2))

/** Of each hash the least over all runs: how likely two texts agree in one is how much they have in common. */
function leastHashes(letters: string): Uint32Array {
  const least = new Uint32Array(HASHES).fill(0xffffffff)
  for (let at = 0; at < letters.length; at++) {
    const end = at + RUN[widthOf(letters.charCodeAt(at))]
    if (end > letters.length) continue
    const run = hashOfRun(letters, at, end)
    for (let each = 0; each < HASHES; each++) {
      const hash = Math.imul(run ^ OFFSETS[each]!, FACTORS[each]!) >>> 0
      if (hash < least[each]!) least[each] = hash
    }
  }
  return least
}

function hashOfRun(letters: string, from: number, to: number): number {
  let hash = 0
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ letters.charCodeAt(at), 0x01000193)
  return mixed(hash)
}

function hashOfBand(least: Uint32Array, band: number): string {
  let high = band
  let low = ~band
  for (const hash of least.subarray(band * ROWS, (band + 1) * ROWS)) {
    high = mixed(high ^ hash)
    low = mixed(Math.imul(low, 31) ^ hash)
  }
  return high.toString(36) + low.toString(36)
}

/** MurmurHash3's finalizer: one changed bit changes half of them. */
function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return (twice ^ (twice >>> 16)) >>> 0
}

function widthOf(code: number): keyof typeof RUN {
  if (code < 0x3005) return 'narrow'
  if (code < 0xa000 || (code >= 0xf900 && code < 0xfb00)) return 'wide'
  return code >= 0xac00 && code < 0xd7b0 ? 'syllable' : 'narrow'
}
