// URLs that only a reader finds: the text without its disguises, then what stands apart in it brought together.
import { findUrls } from './bare-urls.ts'
import { bridgeGaps, type Effort, type Reading } from './gaps.ts'
import { marksIn } from './marks.ts'
import { isMarkup, type MarkupReader } from './markup.ts'
import { unmask, unmaskPlain, withoutHidden, withoutMarks } from './unmask.ts'

const MAX_SPANS = 1_500 // of a reading: as much as is read of plain text

/** Marks, and what signs grow to: every reading normalises the one and reads the other again. Articles have a third. */
const LETTERS_A_STEP = 4

export interface DisguiseReader {
  readonly read: MarkupReader
  readonly effort: Effort
}

/** Nearly every address: there is nothing in it that any of the readings below would take for something else. */
const PLAIN_URL = /^https?:\/\/(?!.*--)[\w./@?=#+,;!-]*$/

/** Whatever is found in plain text too may come along. */
export function* disguisesIn(text: string, reader: DisguiseReader): Generator<Reading> {
  if (PLAIN_URL.test(text)) return
  yield* inReading(text, reader.effort)
  if (!isMarkup(text)) return
  yield* inMarkup(text, reader)
  const { joined } = reader.read(text)
  if (joined !== text && isMarkup(joined)) yield* inMarkup(joined, reader)
}

function* inMarkup(text: string, { read, effort }: DisguiseReader): Generator<Reading> {
  const { joined, separated, attributes } = read(text)
  if (joined !== text) yield* inReading(joined, effort)
  // A bracket ends URLs and cannot be bridged: of the line ends, `joined` has those that a reader sees.
  if (separated !== joined) yield* inReading(separated.replaceAll('\n', '<'), effort)
  yield* inReading(attributes.join('<'), effort)
}

function* inReading(text: string, effort: Effort): Generator<Reading> {
  effort.left -= marksIn(text) / LETTERS_A_STEP
  if (effort.left < 0) return
  const shown = withoutHidden(text)
  effort.left -= grown(text, shown)
  if (effort.left < 0) return
  yield* whole(text, shown)
  const unmasked = unmask(text)
  effort.left -= grown(text, unmasked)
  if (unmasked !== shown) {
    yield* whole(text, unmasked)
    yield* bridgeGaps(shown, effort)
  }
  yield* bridgeGaps(unmasked, effort)
  const marks = withoutMarks(unmasked)
  if (marks === unmasked) return
  const unmarked = unmaskPlain(marks)
  yield* whole(unmasked, unmarked)
  yield* bridgeGaps(unmarked, effort)
}

/** Signs that stand for many letters. */
function grown(text: string, reading: string): number {
  return Math.max(0, reading.length - text.length) / LETTERS_A_STEP
}

/** Nothing new where nothing was hidden. */
function* whole(shown: string, reading: string): Generator<Reading> {
  if (shown === reading) return
  for (const { text: url } of findUrls(reading, MAX_SPANS).spans) yield { url, doubtful: false }
}
