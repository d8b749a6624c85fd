// URLs that only a reader finds: the text without its disguises, then what stands apart in it brought together.
import { findUrls } from './bare-urls.ts'
import { bridgeGaps, type Effort, type Reading } from './gaps.ts'
import { isMarkup, type MarkupReader } from './markup.ts'
import { unmask, withoutHidden, withoutMarks } from './unmask.ts'

const MAX_SPANS = 1_500 // of a reading: as much as is read of plain text

export interface DisguiseReader {
  readonly read: MarkupReader
  readonly effort: Effort
}

/** Whatever is found in plain text too may come along. */
export function* disguisesIn(text: string, reader: DisguiseReader): Generator<Reading> {
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
  const shown = withoutHidden(text)
  yield* whole(text, shown)
  const unmasked = unmask(text)
  if (unmasked !== shown) {
    yield* whole(text, unmasked)
    yield* bridgeGaps(shown, effort)
  }
  yield* bridgeGaps(unmasked, effort)
  const marks = withoutMarks(unmasked)
  if (marks === unmasked) return
  const unmarked = unmask(marks)
  yield* whole(unmasked, unmarked)
  yield* bridgeGaps(unmarked, effort)
}

/** Nothing new where nothing was hidden. */
function* whole(shown: string, reading: string): Generator<Reading> {
  if (shown === reading) return
  for (const { text: url } of findUrls(reading, MAX_SPANS).spans) yield { url, doubtful: false }
}
