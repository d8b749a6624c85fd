import { beforeAll, expect, test } from 'vitest'
import { compileDrawnBans } from '../../src/images/drawn-bans.ts'
import { drawSample } from '../../src/images/drawn-sample.ts'
import { openTextReader } from '../../src/images/open-text-reader.ts'
import type { TextReader } from '../../src/images/text-reader.ts'
import { needFonts } from '../support/fonts.ts'

const ENTRY = '荒らし.example'

let reader: TextReader
beforeAll(async () => {
  await needFonts()
  reader = await openTextReader()
})

test('a host with an ideograph is found where it is drawn once its readings are learned', async () => {
  const learned = await reader.learn('xn--68j5e377y.example')
  expect(learned.status).toBe('learned')
  if (learned.status !== 'learned') return
  expect(learned.readAs).not.toContain('荒.example')
  expect(learned.readAs.filter((reading) => reading.startsWith('〓'))).toEqual([])
  const find = compileDrawnBans({
    urls: [ENTRY],
    aliases: [{ entry: ENTRY, readAs: learned.readAs }],
  })
  const isFound = async (text: string) => {
    const frame = await drawSample(text, { font: 'sans', size: 33, isLight: true })
    const { lines } = await reader.read(frame, { isEnough: () => false, deadlineMs: 60_000 })
    return lines.some((line) => find(line.text) !== undefined)
  }
  expect(await isFound(ENTRY)).toBe(true)
  expect(await isFound('荒.example')).toBe(false)
  expect(await isFound('大荒らし.example')).toBe(false)
}, 60_000)

test.each(['あらし.example', 'カジノ.example', 'спам.example', '스팸.example'])(
  '%s, without an ideograph, is unreadable',
  async (host) => {
    const learned = await reader.learn(host)
    expect(learned).toEqual({
      status: 'unreadable',
      why: expect.stringContaining('has no ideograph'),
    })
  },
)

test('letters that no font has are named', async () => {
  const learned = await reader.learn('荒\u{2fffd}.example')
  expect(learned).toEqual({ status: 'unreadable', why: expect.stringContaining('no font') })
})
