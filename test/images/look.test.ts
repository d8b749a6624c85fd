// The order of the story, and what is told of it. Reading text has its own tests: here a reader says what it is given.
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { openCodeReader } from '../../src/images/codes.ts'
import { fingerprint } from '../../src/images/fingerprint.ts'
import { compileLook, type Readers } from '../../src/images/look.ts'
import type { PictureBans } from '../../src/images/sight.ts'
import type { Line } from '../../src/images/text-reader.ts'
import { blots, qrCode, withOn } from './drawing.ts'

const codes = await openCodeReader()
const BANS: PictureBans = {
  version: '1',
  urls: ['discord.gg', 'spam.example'],
  known: [],
  aliases: [],
}

/** Reads the same lines in every frame, and tells how often it was asked. */
function readersOf(lines: readonly Line[] = []): Readers & { readonly asked: number[] } {
  const asked: number[] = []
  return {
    asked,
    codes,
    now: () => 0,
    openText: () =>
      Promise.resolve({
        async read({ width }, { isEnough }) {
          asked.push(width)
          const end = lines.findIndex(({ text }) => isEnough(text))
          const read = end < 0 ? lines : lines.slice(0, end + 1)
          return { lines: read, isWhole: true, stages: { gate: 3, text: 40 } }
        },
        learn: () => Promise.reject(new Error('nobody asks for that here')),
      }),
  }
}

function line(text: string): Line {
  return {
    text,
    score: 1,
    box: [
      [0, 0],
      [10, 0],
      [10, 5],
      [0, 5],
    ],
  }
}

async function invitation() {
  const picture = await withOn(await blots(3, 500, 400), [
    { picture: await qrCode('https://discord.gg/Xy7pQ2', 4), left: 40, top: 60 },
  ])
  return await picture.png().toBuffer()
}

async function registered(bytes: Buffer, hasHashes = true) {
  const print = await fingerprint(bytes)
  if (print.status === 'unread') throw new Error(print.why)
  const id = createHash('sha256').update(bytes).digest('hex')
  const { hashes, blurhashes } = print
  return { id, name: 'spam.png', hashes: hasHashes ? hashes : [], blurhashes }
}

describe('the first finding ends it', () => {
  test('the very file is known before it is decoded', async () => {
    const bytes = await invitation()
    const bans = { ...BANS, known: [await registered(bytes, false)] }
    const sight = await compileLook(bans, readersOf())(bytes, { isThorough: false })
    expect(sight).toMatchObject({ findings: [{ how: 'hash' }], stages: {} })
    expect(Object.keys(sight.stages)).toEqual([])
  })

  test('a known look comes before QR codes', async () => {
    const bytes = await invitation()
    const bans = { ...BANS, known: [await registered(bytes)] }
    const again = await sharp(bytes).jpeg({ quality: 50 }).toBuffer()
    const sight = await compileLook(bans, readersOf())(again, { isThorough: false })
    expect(sight).toMatchObject({ findings: [{ how: 'hash', value: bans.known[0]!.id }] })
    expect(Object.keys(sight.stages)).toEqual(['decode', 'hash'])
  })

  test('QR codes come before text', async () => {
    const readers = readersOf([line('spam.example')])
    const sight = await compileLook(BANS, readers)(await invitation(), { isThorough: false })
    const why = 'QR code leads to discord.gg/Xy7pQ2'
    expect(sight).toMatchObject({ findings: [{ how: 'qr', why }] })
    expect(readers.asked).toEqual([])
  })

  test('text is read where nothing else was found', async () => {
    const readers = readersOf([line('hello'), line('spam.example'), line('spam.example/2')])
    const bytes = await (await blots(4)).png().toBuffer()
    const sight = await compileLook(BANS, readers)(bytes, { isThorough: false })
    expect(sight).toMatchObject({ findings: [{ how: 'text' }], stages: { gate: 3, text: 40 } })
    expect(sight).not.toHaveProperty('detail')
  })
})

test('every page of an animation is looked at', async () => {
  const pages = await Promise.all(
    [1, 2, 3, 4, 5].map(async (seed) => (await blots(seed, 165, 165)).raw().toBuffer()),
  )
  const code = await sharp(await (await qrCode('https://discord.gg/Xy7pQ2', 5)).png().toBuffer())
    .removeAlpha()
    .raw()
    .toBuffer()
  const raw = { width: 165, height: 165 * 6, channels: 3, pageHeight: 165 } as const
  const bytes = await sharp(Buffer.concat([...pages, code]), { raw })
    .gif({ delay: [90], effort: 1, colours: 16 })
    .toBuffer()
  const sight = await compileLook(BANS, readersOf())(bytes, { isThorough: false })
  expect(sight).toMatchObject({ findings: [{ how: 'qr' }] })
})

test('an animation of more pages than are looked at is seen in part', async () => {
  const pages = await Promise.all(
    [1, 2, 3, 4, 5, 6].map(async (seed) => (await blots(seed, 60, 60)).raw().toBuffer()),
  )
  const raw = { width: 60, height: 60 * 6, channels: 3, pageHeight: 60 } as const
  const bytes = await sharp(Buffer.concat(pages), { raw })
    .gif({ delay: [90], effort: 1 })
    .toBuffer()
  const sight = await compileLook(BANS, readersOf())(bytes, { isThorough: false })
  expect(sight).toMatchObject({ status: 'seen', findings: [], isPartial: true })
})

test('thoroughly, everything is told, in the pixels of the picture', async () => {
  const bytes = await invitation()
  const readers = readersOf([line('hello'), line('spam.example')])
  const bans = { ...BANS, known: [await registered(bytes)] }
  const sight = await compileLook(bans, readers)(bytes, { isThorough: true })
  const hows = sight.status === 'seen' ? new Set(sight.findings.map(({ how }) => how)) : undefined
  expect(hows).toEqual(new Set(['hash', 'qr', 'text']))
  expect(sight).toMatchObject({
    detail: {
      format: 'png',
      width: 500,
      height: 400,
      pages: 1,
      nearest: { name: 'spam.png', distance: 0 },
      codes: [{ text: 'https://discord.gg/Xy7pQ2' }],
      lines: [{ text: 'hello' }, { text: 'spam.example' }],
    },
  })
})

test('an ordinary picture is seen, and nothing is found', async () => {
  const bytes = await (await blots(9)).jpeg().toBuffer()
  const sight = await compileLook(BANS, readersOf([line('good morning')]))(bytes, {
    isThorough: false,
  })
  expect(sight).toMatchObject({ status: 'seen', findings: [] })
})

test('what is no picture stays unread for good', async () => {
  const sight = await compileLook(BANS, readersOf())(Buffer.from('<svg/>'), { isThorough: true })
  const why = expect.stringContaining('SVG')
  expect(sight).toEqual({ status: 'unread', why, isPassing: false, stages: { decode: 0 } })
})

test('an entry that is no URL is named when bans are compiled', () => {
  expect(() => compileLook({ ...BANS, urls: ['not a host'] }, readersOf())).toThrow('not a host')
})
