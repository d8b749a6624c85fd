// The process that looks at pictures, as it is started in earnest.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { getPriority } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FromChild, ToChild } from '../../src/images/child-messages.ts'
import { blots, qrCode } from './drawing.ts'

const FILE = new URL('../../src/images/child.ts', import.meta.url)
const BANS = { version: '1', urls: ['discord.gg'], known: [], aliases: [] }

let child: ChildProcess

beforeAll(async () => {
  child = start()
  expect(await next()).toEqual({ kind: 'ready' })
  child.send({ kind: 'bans', bans: BANS } satisfies ToChild)
})

afterAll(() => child.kill('SIGKILL'))

function start(): ChildProcess {
  return fork(FILE, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
}

async function next(): Promise<FromChild> {
  const [message] = await once(child, 'message')
  return message
}

async function ask(message: ToChild): Promise<FromChild> {
  const answer = next()
  child.send(message)
  return await answer
}

test('finds what is banned, with bytes that crossed a pipe', async () => {
  const bytes = await (await qrCode('https://discord.gg/Xy7pQ2', 4)).png().toBuffer()
  const answer = await ask({ kind: 'look', job: 7, bytes, isThorough: false })
  const why = 'QR code leads to discord.gg/Xy7pQ2'
  expect(answer).toMatchObject({ kind: 'seen', job: 7, sight: { findings: [{ how: 'qr', why }] } })
})

test('answers jobs in the order of asking', async () => {
  const bytes = await (await qrCode('https://discord.gg/Xy7pQ2', 4)).png().toBuffer()
  const jobs: number[] = []
  const all = new Promise<void>((resolve) => {
    child.on('message', function count(message: FromChild) {
      if ('job' in message) jobs.push(message.job)
      if (jobs.length < 3) return
      child.off('message', count)
      resolve()
    })
  })
  for (const job of [11, 12, 13]) child.send({ kind: 'look', job, bytes, isThorough: false })
  await all
  expect(jobs).toEqual([11, 12, 13])
})

test('makes fingerprints by which it knows a picture afterwards', async () => {
  const picture = await blots(21)
  const print = await ask({ kind: 'fingerprint', job: 1, bytes: await picture.png().toBuffer() })
  if (print.kind !== 'fingerprinted' || print.print.status !== 'hashed')
    throw new Error('no hashes')
  const { hashes, blurhashes } = print.print
  const known = [{ id: 'a', name: 'blots', hashes, blurhashes }]
  child.send({ kind: 'bans', bans: { ...BANS, version: '2', known } } satisfies ToChild)
  const bytes = await picture.jpeg({ quality: 40 }).toBuffer()
  const seen = await ask({ kind: 'look', job: 2, bytes, isThorough: false })
  expect(seen).toMatchObject({ sight: { findings: [{ how: 'hash', value: 'a' }] } })
})

test('tells why it did not read something', async () => {
  const seen = await ask({ kind: 'look', job: 3, bytes: Buffer.from('<svg/>'), isThorough: false })
  expect(seen).toMatchObject({ sight: { status: 'unread', isPassing: false } })
  const print = await ask({ kind: 'fingerprint', job: 4, bytes: Buffer.from('x') })
  expect(print).toMatchObject({ job: 4, print: { status: 'unread' } })
})

test('a fault in one job is told, and the next job is done', async () => {
  const complaint = once(child.stderr!, 'data')
  const broken = { kind: 'look', job: 5, bytes: 'no bytes at all' } as unknown as ToChild
  expect(await ask(broken)).toMatchObject({ job: 5, sight: { status: 'unread', isPassing: true } })
  expect(String((await complaint)[0])).toContain('looking at a picture failed')
  expect(
    await ask({ kind: 'look', job: 6, bytes: Buffer.from(''), isThorough: false }),
  ).toMatchObject({
    job: 6,
    sight: { isPassing: false },
  })
})

test('leaves the processor to the gate', () => {
  expect(getPriority(child.pid!)).toBe(10)
})

test('ends when nobody is there to be answered', async () => {
  const orphan = start()
  await once(orphan, 'message')
  const exit = once(orphan, 'exit')
  orphan.disconnect()
  expect(await exit).toEqual([0, null])
})
