import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { compileDrawnBans } from '../../src/images/drawn-bans.ts'
import { compileNearBans } from '../../src/images/drawn-near.ts'
import type { Frame } from '../../src/images/frame.ts'
import { openTextReader } from '../../src/images/open-text-reader.ts'
import type { ReadingWish, TextReader } from '../../src/images/text-reader.ts'
import { needFonts } from '../support/fonts.ts'

const ALL: ReadingWish = { isEnough: () => false, deadlineMs: 60_000 }

let reader: TextReader
beforeAll(async () => {
  await needFonts()
  reader = await openTextReader()
})

test.each([
  {
    what: 'dark on light',
    body: '<rect width="600" height="300" fill="#eee"/>',
    text: { fill: '#222' },
  },
  {
    what: 'light on dark',
    body: '<rect width="600" height="300" fill="#112"/>',
    text: { fill: '#ffe' },
  },
  { what: 'at a slant', body: '<rect width="600" height="300" fill="#eee"/>', text: { turn: 12 } },
  {
    what: 'upside down',
    body: '<rect width="600" height="300" fill="#eee"/>',
    text: { turn: 180 },
  },
])('text is read $what', async ({ body, text }) => {
  const frame = await draw({
    width: 600,
    height: 300,
    body: body + writing({ x: 300, y: 150, ...text }),
  })
  const { lines } = await reader.read(frame, ALL)
  expect(lines.map((line) => line.text)).toEqual(['spam.example/join'])
  expect(lines[0]!.score).toBeGreaterThan(0.8)
})

test('text that runs upwards is read, and its box says where it is', async () => {
  const body = `<rect width="300" height="600" fill="#eee"/>${writing({ x: 150, y: 300, turn: -90 })}`
  const { lines } = await reader.read(await draw({ width: 300, height: 600, body }), ALL)
  expect(lines.map((line) => line.text)).toEqual(['spam.example/join'])
  const [upperLeft, upperRight] = lines[0]!.box
  expect(upperLeft![1] - upperRight![1]).toBeGreaterThan(200)
})

test('two pieces on one baseline are one line, read again where it is nearly banned', async () => {
  const bans = { urls: ['discord.gg'], aliases: [] }
  const find = compileDrawnBans(bans)
  const isEnough = (line: string) => find(line) !== undefined
  const pieces = [
    writing({ x: 200, y: 100, text: 'discord.gg/' }),
    writing({ x: 420, y: 100, text: 'Xy7pQ2' }),
  ]
  const body = `<rect width="700" height="200" fill="#eee"/>${pieces.join('')}`
  const frame = await draw({ width: 700, height: 200, body })
  const { lines } = await reader.read(frame, { ...ALL, isEnough, isNear: compileNearBans(bans) })
  expect(lines).toHaveLength(1)
  expect(lines[0]!.text).toMatch(/discord\.gg.*Xy7pQ2/)
})

test('a small line in a tall screenshot is found', async () => {
  const body = `<rect width="720" height="2400" fill="#fff"/>${writing({ x: 360, y: 2000, size: 20 })}`
  const { lines } = await reader.read(await draw({ width: 720, height: 2400, body }), ALL)
  expect(lines.map((line) => line.text)).toContain('spam.example/join')
})

test('where nothing is written the gate is all', async () => {
  const body =
    '<rect width="500" height="400" fill="#384"/><circle cx="200" cy="200" r="120" fill="#fa3"/>'
  const reading = await reader.read(await draw({ width: 500, height: 400, body }), ALL)
  expect(reading).toEqual({ lines: [], isWhole: true, stages: { gate: expect.any(Number) } })
})

test('reading ends with the line that is enough, the largest one first', async () => {
  const lines = [40, 26, 20].map((size, index) => writing({ x: 300, y: 60 + 80 * index, size }))
  const body = `<rect width="600" height="300" fill="#eee"/>${lines.join('')}`
  const frame = await draw({ width: 600, height: 300, body })
  const reading = await reader.read(frame, { ...ALL, isEnough: (line) => line.includes('spam') })
  expect(reading.lines).toHaveLength(1)
  const [upperLeft] = reading.lines[0]!.box
  expect(upperLeft![1]).toBeLessThan(60)
})

test('no line is begun after the deadline', async () => {
  const frame = await draw({
    width: 600,
    height: 300,
    body: writing({ x: 300, y: 150, fill: '#fff' }),
  })
  const reading = await reader.read(frame, { isEnough: () => false, deadlineMs: 0 })
  expect(reading.lines).toEqual([])
  expect(reading.stages.text).toBeGreaterThanOrEqual(0)
})

interface Style {
  readonly x: number
  readonly y: number
  readonly text?: string
  readonly size?: number
  readonly fill?: string
  readonly turn?: number
}

function writing({ x, y, text = 'spam.example/join', size = 36, fill = '#222', turn = 0 }: Style) {
  return `<text transform="translate(${x} ${y}) rotate(${turn})" dy="0.35em" text-anchor="middle" font-family="DejaVu Sans" font-size="${size}" fill="${fill}">${text}</text>`
}

async function draw(picture: { width: number; height: number; body: string }): Promise<Frame> {
  const { width, height, body } = picture
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`
  const data = await sharp(Buffer.from(svg)).flatten({ background: '#000' }).raw().toBuffer()
  return { data, width, height }
}
