import type { Sharp } from 'sharp'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { decode } from '../../src/images/decode.ts'
import { fingerprint } from '../../src/images/fingerprint.ts'
import {
  compileKnownPictures,
  judgeNearest,
  type KnownPictures,
} from '../../src/images/known-pictures.ts'
import { bitsIn, fromHex, tabulate, toHex } from '../../src/images/perceptual-hash.ts'
import { hashesToAsk } from '../../src/images/variants.ts'
import { blots } from './drawing.ts'

let known: KnownPictures

beforeAll(async () => {
  const bans = []
  for (const seed of [1, 2, 3]) {
    const print = await fingerprint(await (await blots(seed)).png().toBuffer())
    if (print.status === 'unread') throw new Error(print.why)
    bans.push({ id: `id-${seed}`, name: `blots ${seed}`, ...print })
  }
  known = compileKnownPictures(bans)
})

async function nearestTo(picture: Sharp) {
  const decoded = await decode(await picture.toBuffer())
  if (decoded.status === 'unread') throw new Error(decoded.why)
  return known.nearest(hashesToAsk(await tabulate(decoded.frames[0]!)))
}

describe('a known picture is known again', () => {
  test.each<[string, (picture: Sharp) => Sharp]>([
    ['as it is', (picture) => picture.png()],
    ['as a poor JPEG', (picture) => picture.jpeg({ quality: 20 })],
    ['at a third of its size', (picture) => picture.resize({ width: 160 }).png()],
    ['squeezed', (picture) => picture.resize({ width: 300, height: 400, fit: 'fill' }).webp()],
    ['mirrored', (picture) => picture.flop().jpeg()],
    ['in grey', (picture) => picture.greyscale().jpeg()],
    ['darker', (picture) => picture.linear(0.7, 0).jpeg()],
    [
      'in a black frame',
      (picture) => picture.extend({ top: 60, bottom: 60, left: 9, right: 30 }).jpeg(),
    ],
    [
      'in a white frame',
      (picture) => picture.extend({ top: 40, bottom: 90, background: '#fff' }).jpeg(),
    ],
    [
      'cut on one side',
      (picture) => picture.extract({ left: 48, top: 0, width: 432, height: 360 }).jpeg(),
    ],
    [
      'cut all around',
      (picture) => picture.extract({ left: 24, top: 22, width: 430, height: 320 }).jpeg(),
    ],
    [
      'cut by a tenth all around',
      (picture) => picture.extract({ left: 48, top: 36, width: 384, height: 288 }).jpeg(),
    ],
  ])('%s', async (_, change) => {
    const found = judgeNearest(await nearestTo(change(await blots(2))))
    expect(found).toMatchObject({
      how: 'hash',
      value: 'id-2',
      why: expect.stringContaining('blots 2'),
    })
  })

  test('by the very bytes', () => {
    expect(known.findBytes('id-3')).toMatchObject({ how: 'hash', value: 'id-3' })
    expect(known.findBytes('id-4')).toBeUndefined()
  })
})

describe('other pictures are other pictures', () => {
  test('twenty strangers are far from all known ones', async () => {
    const distances: number[] = []
    for (let seed = 10; seed < 30; seed++) {
      const nearest = await nearestTo((await blots(seed, 160, 120)).jpeg())
      distances.push(nearest!.distance - nearest!.limit)
    }
    expect(Math.min(...distances)).toBeGreaterThan(15)
  })

  test.each(['#000', '#fff', '#7a3'])('a surface of %s looks like nothing', async (background) => {
    const create = { width: 300, height: 200, channels: 3, background } as const
    expect(await nearestTo(sharp({ create }).jpeg({ quality: 40 }))).toBeUndefined()
  })

  test('a plain gradient looks like nothing', async () => {
    const shades = Buffer.from(
      Array.from({ length: 256 * 100 * 3 }, (_, at) => Math.floor(at / 3) % 256),
    )
    const gradient = sharp(shades, { raw: { width: 256, height: 100, channels: 3 } })
    expect(await nearestTo(gradient.jpeg({ quality: 60 }))).toBeUndefined()
  })

  test('a plain surface is not registered', async () => {
    const create = { width: 300, height: 200, channels: 3, background: '#345' } as const
    const bytes = await sharp({ create }).png().toBuffer()
    const why = 'it is too plain to be told from other plain pictures'
    expect(await fingerprint(bytes)).toEqual({ status: 'unread', why })
  })

  test('nothing is near where nothing is known', async () => {
    const decoded = await decode(await (await blots(1)).png().toBuffer())
    const frames = decoded.status === 'decoded' ? decoded.frames : []
    const asked = hashesToAsk(await tabulate(frames[0]!))
    expect(compileKnownPictures([]).nearest(asked)).toBeUndefined()
  })
})

test('hashes survive being written down', () => {
  const words = Uint32Array.from([0, 1, 0xffff_ffff, 0x8000_0000, 5, 6, 7, 0xdead_beef])
  expect(fromHex(toHex({ words }))).toEqual(words)
  expect(() => fromHex('zz')).toThrow('64 hex digits')
})

test.each([
  [0, 0],
  [0xffff_ffff, 32],
  [0x8000_0001, 2],
  [0xf0f0_1234, 13],
])('%i has %i bits set', (word, bits) => {
  expect(bitsIn(word)).toBe(bits)
})

test('blurhashes are those of Mastodon and of Misskey', async () => {
  const print = await fingerprint(await (await blots(1)).png().toBuffer())
  // Base 83: the first digit says how many components there are.
  expect(print).toMatchObject({
    blurhashes: [/^U/, /^e/].map((each) => expect.stringMatching(each)),
  })
})
