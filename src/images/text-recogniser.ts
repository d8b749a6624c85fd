// Reads one line of text, sign by sign.
import type { TextModels } from './text-models.ts'
import { gapIn, STRIP_HEIGHT, type Strip } from './text-strip.ts'

export interface ReadLine {
  readonly text: string
  /** The same with the blanks and dots that were weighed and left out. */
  readonly loose: string
  /** Mean of the signs, 0 to 1. */
  readonly score: number
}

export async function readLine({ recogniser, signs }: TextModels, strip: Strip): Promise<ReadLine> {
  const likely = await recogniser(strip.planes, { width: strip.width, height: STRIP_HEIGHT })
  const all = signsIn(likely, signs)
  const sure = all.filter(({ isMissed }) => !isMissed)
  const sum = sure.reduce((total, each) => total + each.likely, 0)
  return {
    text: spell(sure, strip),
    loose: spell(all, strip),
    score: sure.length === 0 ? 0 : sum / sure.length,
  }
}

interface ReadSign {
  readonly sign: string
  readonly likely: number
  /** Where it was first seen, and last, in pixels of the strip. */
  readonly from: number
  to: number
  /** A blank or dot that was left out. */
  readonly isMissed: boolean
}

const STRIDE = 8 // pixels a step of the recogniser
/** Of a blank or dot that was left out, enough for a loose reading; where there is none it has a hundredth. */
const WEIGHED = 0.04

/** A sign lasts for several steps; "nothing" parts it from the next one. */
function signsIn(likely: Float32Array, signs: readonly string[]): ReadSign[] {
  const weak = [signs.lastIndexOf(' '), signs.indexOf('.')]
  const found: ReadSign[] = []
  let last = 0
  for (let start = 0; start < likely.length; start += signs.length) {
    const best = bestOf(likely, start, signs.length)
    const missed = best === 0 ? weak.find((sign) => likely[start + sign]! > WEIGHED) : undefined
    const index = missed ?? best
    const from = (start / signs.length) * STRIDE
    if (index !== 0 && index === last) found.at(-1)!.to = from
    else if (index !== 0) {
      const sign = { sign: signs[index]!, likely: likely[start + index]! }
      found.push({ ...sign, from, to: from, isMissed: missed !== undefined })
    }
    last = index
  }
  return found
}

function spell(signs: readonly ReadSign[], strip: Strip): string {
  const text = signs.map((each, index) => unknownBefore(each, signs[index - 1], strip) + each.sign)
  return text.join('')
}

/** Printers' sign for a letter that they don't have. */
const UNKNOWN = '〓'
/** From one sign to the next, pixels: ideographs side by side are nearer. */
const FAR = 58
/** Between two words, pixels. */
const BLANK = 13

/** The recogniser passes over kana, and over blanks beside ideographs: what is drawn there tells which. */
function unknownBefore(next: ReadSign, before: ReadSign | undefined, strip: Strip): string {
  if (!before || !/^\S*\p{Script=Han}\S*$/u.test(before.sign + next.sign)) return ''
  const { blank, hasInk } = gapIn(strip, before.to, next.from + STRIDE)
  const isFar = next.from - before.to > FAR * strip.stretch
  return `${blank > BLANK * strip.stretch ? ' ' : ''}${isFar && hasInk ? UNKNOWN : ''}`
}

function bestOf(likely: Float32Array, start: number, length: number): number {
  let best = 0
  for (let sign = 1; sign < length; sign++) {
    if (likely[start + sign]! > likely[start + best]!) best = sign
  }
  return best
}
