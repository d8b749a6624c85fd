import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { compileCodeBans } from '../../src/images/code-bans.ts'
import { type CodeWish, openCodeReader } from '../../src/images/codes.ts'
import type { Frame } from '../../src/images/frame.ts'
import { blots, qrCode, withOn } from './drawing.ts'

const TEXT = 'https://discord.gg/Xy7pQ2'
const reader = await openCodeReader()
const ALL: CodeWish = { isEnough: () => false, deadlineMs: 60_000 }

async function frameOf(picture: Sharp): Promise<Frame> {
  const { data, info } = await sharp(await picture.png().toBuffer())
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

async function textsIn(picture: Sharp): Promise<readonly string[]> {
  const { codes } = await reader.read(await frameOf(picture), ALL)
  return codes.map(({ text }) => text).toSorted()
}

describe('a code is read', () => {
  test.each<[string, (code: Sharp) => Sharp | Promise<Sharp>]>([
    ['as it is', (code) => code],
    ['inverted', (code) => code.negate()],
    ['turned', (code) => code.rotate(33, { background: '#fff' })],
    ['upside down', (code) => code.rotate(180)],
    ['in colour', (code) => code.linear([0.7, 0.9, 0.5], [60, 0, 90])],
    ['after a poor JPEG', async (code) => sharp(await code.jpeg({ quality: 25 }).toBuffer())],
  ])('%s', async (_, change) => {
    expect(await textsIn(await change(await qrCode(TEXT, 5)))).toEqual([TEXT])
  })

  test('with modules of two and a half pixels in a large photograph', async () => {
    const code = await qrCode(TEXT, 2.5)
    const photo = await withOn(await blots(5, 3_400, 2_500), [
      { picture: code, left: 1_540, top: 1_180 },
    ])
    const frame = await frameOf(photo)
    const { codes } = await reader.read(frame, ALL)
    const [found] = codes
    expect(found?.text).toBe(TEXT)
    const [x, y] = found!.box[0]!
    expect([Math.abs(x - 1_550) < 8, Math.abs(y - 1_190) < 8]).toEqual([true, true])
  })

  test('beside others', async () => {
    const texts = ['https://a.example/1', 'https://b.example/2', TEXT]
    const codes = await Promise.all(texts.map((text) => qrCode(text, 4)))
    const places = codes.map((picture, at) => ({ picture, left: 30 + at * 220, top: 60 }))
    expect(await textsIn(await withOn(await blots(6, 760, 400), places))).toEqual(texts)
  })

  test('and reading ends where it is enough', async () => {
    const asked: string[] = []
    const isEnough = (text: string) => asked.push(text) > 0
    await reader.read(await frameOf(await qrCode(TEXT, 3)), { ...ALL, isEnough })
    expect(asked).toEqual([TEXT])
  })
})

test('a crowd of small codes does not hide the large one beside it', async () => {
  const decoys = Array.from({ length: 24 }, async (_, at) => {
    const picture = await qrCode(`https://a.example/${at}`, 2)
    return { picture, left: 10 + (at % 5) * 80, top: 10 + Math.floor(at / 5) * 80 }
  })
  const large = { picture: await qrCode(TEXT, 12), left: 420, top: 10 }
  const ground = await (await blots(7, 860, 460)).linear(0, 255).png().toBuffer()
  const picture = await withOn(sharp(ground), [...(await Promise.all(decoys)), large])
  expect(await textsIn(picture)).toContain(TEXT)
})

test('no view is read after the deadline, and it is told', async () => {
  const frame = await frameOf(await qrCode(TEXT, 3))
  expect(await reader.read(frame, { ...ALL, deadlineMs: -1 })).toEqual({
    codes: [],
    isWhole: false,
  })
})

test('there is no code where there is none', async () => {
  expect(await textsIn(await blots(8, 900, 700))).toEqual([])
})

describe('where a code leads', () => {
  const find = compileCodeBans(['discord.gg', 'spam.example/join', '荒らし.example'])

  test.each([
    [TEXT, 'discord.gg/Xy7pQ2'],
    ['discord.gg/abc', 'discord.gg/abc'],
    ['HTTPS://DISCORD.GG/ABC', 'discord.gg/ABC'],
    ['https://user@discord.gg:443/abc', 'discord.gg/abc'],
    ['Join us: https://spam.example/join?x=1', 'spam.example/join?x=1'],
    ['https://荒らし.example/', 'xn--'],
    ['BEGIN:VCARD\nFN:Someone\nURL:https://discord.gg/abc\nEND:VCARD', 'discord.gg/abc'],
  ])('%s is banned', (text, place) => {
    const why = expect.stringContaining(`QR code leads to ${place}`)
    expect(find(text)).toEqual({ how: 'qr', value: text, why })
  })

  test.each([
    'https://biscord.gg/abc',
    'https://spam.example/other',
    'WIFI:T:WPA;S:home;P:discord;;',
    'otpauth://totp/me?secret=ABCDEF',
    'see you at eight',
    '',
  ])('"%s" is not', (text) => {
    expect(find(text)).toBeUndefined()
  })
})

test.each(['mailto:joe@discord.gg', 'MAILTO:x@discord.gg?subject=discord.gg', 'tel:+81312345678'])(
  'a code that leads to no page (%s) is not held against the list',
  (text) => {
    expect(compileCodeBans(['discord.gg'])(text)).toBeUndefined()
  },
)

test.each([
  { width: 3, height: 8_000 },
  { width: 4_000, height: 2 },
  { width: 1, height: 1 },
])('a strip of $width × $height holds no code', async ({ width, height }) => {
  const frame = { data: Buffer.alloc(width * height * 3, 255), width, height }
  expect(await reader.read(frame, ALL)).toEqual({ codes: [], isWhole: true })
})
