// Boxes drawn by a child process onto what a stranger sent: it may be anything, and the child may fall.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { annotatedPicture, type Mark, marksOf } from '../../src/images/annotated.ts'
import type { Box } from '../../src/images/sight.ts'
import { aFolder } from '../store/build.ts'

const SQUARE: Box = [
  [50, 40],
  [150, 40],
  [150, 90],
  [50, 90],
]

const aMark = (mark: Partial<Mark> = {}): Mark => ({
  ...{ box: SQUARE, label: 'spam.example', isBanned: true },
  ...mark,
})

const ground = (width = 200, height = 100) =>
  sharp({ create: { width, height, channels: 3, background: '#ffffff' } })

async function drawn(bytes: Buffer, marks: readonly Mark[]) {
  const answer = await annotatedPicture(bytes, marks)
  if (answer.status === 'undrawn') throw new Error(answer.why)
  const { data, info } = await sharp(answer.png).raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)]
  return { ...info, at }
}

test('the picture keeps its size, and what is banned lies on top in red', async () => {
  const seen = aMark({ isBanned: false, label: 'other' })
  const picture = await drawn(await ground().png().toBuffer(), [aMark(), seen])
  expect(picture).toMatchObject({ width: 200, height: 100 })
  expect(picture.at(100, 90)).toEqual([214, 0, 28])
  expect(picture.at(100, 65)).toEqual([255, 255, 255])
})

test('boxes beyond the edge, markup in labels and labels longer than the picture do no harm', async () => {
  const beyond = SQUARE.map(([x, y]) => [x * 40 - 3000, y * 40 - 1000] as const)
  const marks = [
    aMark({ box: beyond }),
    aMark({ label: '<b>&amp;</i>\u202e\u0000' }),
    aMark({ label: 'long '.repeat(400) }),
    aMark({ label: '' }),
    aMark({ box: [] }),
  ]
  const picture = await drawn(await ground(60, 20).jpeg().toBuffer(), marks)
  expect(picture).toMatchObject({ width: 60, height: 20 })
})

test('a turned picture is drawn on as it is shown', async () => {
  const turned = await ground().withMetadata({ orientation: 6 }).jpeg().toBuffer()
  const [mark] = [aMark({ box: SQUARE.map(([x, y]) => [y, x] as const) })]
  const picture = await drawn(turned, [mark])
  expect(picture).toMatchObject({ width: 100, height: 200 })
  expect(picture.at(40, 100)).toEqual([214, 0, 28])
})

test('what is no picture is not drawn on', async () => {
  const answer = await annotatedPicture(Buffer.from('<svg/>'), [aMark()])
  expect(answer).toEqual({ status: 'undrawn', why: expect.stringContaining('SVG') })
})

test('a child that falls is an answer, too', async () => {
  const script = join(await aFolder(), 'falls.ts')
  await writeFile(script, "process.kill(process.pid, 'SIGSEGV')")
  const answer = await annotatedPicture(Buffer.alloc(1), [], pathToFileURL(script))
  expect(answer).toEqual({ status: 'undrawn', why: expect.stringContaining('SIGSEGV') })
})

test('marks are the codes and lines, and those are banned that led to a finding', () => {
  const findings = [{ how: 'qr', value: 'https://spam.example', why: 'it is banned' }] as const
  const codes = [{ text: 'https://spam.example', box: SQUARE }]
  const lines = [{ text: 'https://spam.example', score: 1, box: SQUARE }]
  expect(marksOf(findings, { codes, lines })).toEqual([
    { box: SQUARE, label: 'QR: https://spam.example', isBanned: true },
    { box: SQUARE, label: 'https://spam.example', isBanned: false },
  ])
})
