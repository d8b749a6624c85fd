// How a picture is looked at, tile by tile. Here a detector takes whatever is dark for text, and says how often it was asked.
import { afterEach, expect, test, vi } from 'vitest'
import type { Frame } from '../../src/images/frame.ts'
import { isPlain, type Look, looks } from '../../src/images/text-detector.ts'
import type { Model } from '../../src/images/text-models.ts'

const TIME = { purseMs: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY }

afterEach(() => void vi.restoreAllMocks())

test('large letters are told before small ones are looked at closer', async () => {
  const { detector, asked } = darkDetector()
  const looking = looks(detector, pageOf(1_464, 6_000, { isLarge: true }), TIME)
  const first = await nextOf(looking)
  expect(asked()).toBeLessThan(6)
  const plain = first.boxes.filter((box) => isPlain(box, first))
  expect(plain).toHaveLength(1)
  expect(Math.abs(plain[0]!.y - 250)).toBeLessThan(10)
  const before = asked()
  const second = await nextOf(looking)
  expect(second.scale).toBeGreaterThan(first.scale)
  expect(asked()).toBeGreaterThan(before)
})

test('a strip of any length is seen as a whole with few tiles, each line in its place', async () => {
  const { detector, asked } = darkDetector()
  const first = await nextOf(looks(detector, pageOf(448, 16_384, { isLarge: false }), TIME))
  expect(asked()).toBeLessThan(12)
  // The last bar's middle: what sides are rounded by adds up over a long one.
  expect(Math.abs(Math.max(...first.boxes.map(({ y }) => y)) - 16_347)).toBeLessThan(10)
})

test('all looks together end with the time for them, and that it was not all is told', async () => {
  const { detector, asked } = darkDetector()
  vi.spyOn(performance, 'now').mockImplementation(() => asked() * 1_000)
  const all: Look[] = []
  const frame = pageOf(1_464, 8_000, { isLarge: true })
  for await (const look of looks(detector, frame, { ...TIME, purseMs: 8_500 })) all.push(look)
  expect(asked()).toBeLessThan(11)
  expect(all.at(-1)!.isWhole).toBe(false)
  expect(all.at(-1)!.boxes.length).toBeGreaterThan(100)
})

async function nextOf(looking: AsyncGenerator<Look>): Promise<Look> {
  const { value } = await looking.next()
  return value as Look
}

function darkDetector(): { readonly detector: Model; readonly asked: () => number } {
  let count = 0
  const detector: Model = async (planes, { width, height }) => {
    count += 1
    // What lies beside the picture is zero.
    return planes.slice(0, width * height).map((value) => (value < -0.5 ? 0.9 : 0))
  }
  return { detector, asked: () => count }
}

/** White, with a small black bar for each line, and a large one in their place at the top. */
function pageOf(width: number, height: number, { isLarge }: { readonly isLarge: boolean }): Frame {
  const data = Buffer.alloc(width * height * 3, 255)
  for (let y = isLarge ? 400 : 20; y < height - 20; y += 32) bar({ data, width, height }, y, 14)
  if (isLarge) bar({ data, width, height }, 200, 100)
  return { data, width, height }
}

function bar({ data, width }: Frame, top: number, high: number): void {
  for (let y = top; y < top + high; y++) data.fill(0, (y * width + 40) * 3, (y * width + 400) * 3)
}
