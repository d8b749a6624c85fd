// What was seen in a picture, for a terminal: one block, aligned, with every stranger's word made harmless.
import type { Box, Detail } from '../images/sight.ts'
import { printable } from '../printable.ts'
import type { Tested } from './image-test.ts'

type Row = readonly [label: string, ...texts: readonly string[]]

const MAX_WORDS = 200
const SHOWN_OF_ID = 12

export function testedText(tested: Tested): string {
  const { file, findings, detail } = tested
  const rows: readonly Row[] = [
    ['why', ...findings.map(({ how, why, value }) => `${how}: ${why} (${quoted(value)})`)],
    ...(detail ? detailRows(detail) : []),
    ['time', timeOf(tested.stages)],
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  const lines = rows.flatMap(([label, ...texts]) =>
    texts.map((text, at) => `  ${(at === 0 ? label : '').padEnd(width)}  ${printable(text)}`),
  )
  return [`${printable(file)}: ${printable(outcomeOf(tested))}`, ...lines, ''].join('\n')
}

function outcomeOf({ banned, unread, partial }: Tested): string {
  if (unread !== undefined) return `unread: ${unread}`
  if (banned) return 'banned'
  return partial ? 'nothing banned in what was read: it was read only in part' : 'not banned'
}

function detailRows({ format, width, height, pages, ...seen }: Detail): readonly Row[] {
  const { nearest, codes, lines } = seen
  const shape = `${format}, ${width} × ${height}${pages > 1 ? `, ${pages} pages` : ''}`
  const near = nearest && `${nearest.name} (${nearest.id.slice(0, SHOWN_OF_ID)})`
  return [
    ['picture', shape],
    ['nearest', near ? `${near}, ${nearest.distance} of 256 bits apart` : 'no known picture'],
    ['QR codes', ...orNone(codes.map(({ text, box }) => `${quoted(text)} at ${placeOf(box)}`))],
    [
      'text',
      ...orNone(
        lines.map(({ text, score, box }) => `${quoted(text)} ${percent(score)} at ${placeOf(box)}`),
      ),
    ],
  ]
}

function orNone(texts: readonly string[]): readonly string[] {
  return texts.length > 0 ? texts : ['none']
}

function quoted(text: string): string {
  return `“${printable(text, MAX_WORDS)}”`
}

/** Upper left and lower right of what the corners span. */
function placeOf(box: Box): string {
  const [xs, ys] = [box.map(([x]) => x), box.map(([, y]) => y)]
  const from = `${Math.round(Math.min(...xs))},${Math.round(Math.min(...ys))}`
  return `${from}–${Math.round(Math.max(...xs))},${Math.round(Math.max(...ys))}`
}

function percent(score: number): string {
  return `${Math.round(score * 100)} %`
}

function timeOf(stages: Tested['stages']): string {
  const entries = Object.entries(stages)
  const total = entries.reduce((sum, [, ms]) => sum + ms, 0)
  return [...entries.map(([name, ms]) => `${name} ${ms} ms`), `${total} ms in all`].join(', ')
}
