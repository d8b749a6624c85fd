// What real servers signed: verifies as it was, and no longer once a byte of it is another.
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Delivery, receive } from '../src/delivery.ts'
import { identify } from '../src/sender.ts'
import { signatures } from '../src/signature.ts'
import { keysFromDocuments, recordedDeliveries } from './support/deliveries.ts'

const recorded = recordedDeliveries()
const hosts = ['gts.test', 'hollo.test', 'misskey.test', 'snac.test']
const keys = keysFromDocuments(...recorded.map(({ documents }) => documents))

function verify(delivery: Delivery) {
  const now = () => delivery.receivedAt
  return signatures({ keys, hosts, maxAgeMs: 65 * 60_000, now }).verify(delivery)
}

test('the recordings come from four servers and in both schemes', () => {
  const kinds = recorded.map(({ keyId, signature }) => `${new URL(keyId).host} ${signature}`)
  expect(new Set(kinds)).toEqual(
    new Set([
      'gts.test cavage',
      'misskey.test cavage',
      'snac.test cavage',
      'hollo.test cavage',
      'hollo.test rfc9421',
    ]),
  )
})

test.each(recorded)('$name verifies as what its key belongs to', async (record) => {
  const { delivery, keyId } = record
  const owner = keyId.replace(/(#|\/)main-key$/, '')
  expect(await verify(delivery)).toMatchObject({ status: 'verified', keyId, owner })
  expect(identify(delivery)).toEqual({ keyId, domain: new URL(keyId).hostname })
})

test('a post passed on by another server verifies as the carrier, not as its author', async () => {
  const carried = recorded.filter(({ keyId, activity }) => !keyId.startsWith(activity.actor))
  expect(carried.length).toBeGreaterThan(0)
  for (const { delivery, activity } of carried) {
    const check = await verify(delivery)
    expect(check).toMatchObject({ status: 'verified' })
    expect(check).not.toMatchObject({ owner: activity.actor })
  }
})

const CHANGES: Record<string, (delivery: Delivery) => Delivery> = {
  body: (delivery) => ({ ...delivery, body: flipped(delivery.body) }),
  'body, made longer': (delivery) => ({
    ...delivery,
    body: Buffer.concat([delivery.body, Buffer.from(' ')]),
  }),
  target: (delivery) => ({ ...delivery, target: `${delivery.target.slice(0, -1)}y` }),
  method: (delivery) => ({ ...delivery, method: 'PUT' }),
  host: (delivery) => withHeader(delivery, 'host', (host) => `${host.slice(0, -1)}p`),
  'host, to another of ours': (delivery) =>
    withHeader(delivery, 'host', (host) => (host === 'gts.test' ? 'snac.test' : 'gts.test')),
  date: (delivery) => withHeader(delivery, 'date', (date) => date.replace(/.(?= GMT$)/, differing)),
  digest: (delivery) =>
    withHeader(delivery, 'digest', (digest) => digest.replace(/(?<==)./, differing)),
  'content-digest': (delivery) =>
    withHeader(delivery, 'content-digest', (digest) => digest.replace(/(?<=:)./, differing)),
  signature: (delivery) =>
    withHeader(delivery, 'signature', (signature) =>
      signature.replace(/(?<=signature="|=:)./, differing),
    ),
}

describe.each(Object.entries(CHANGES))('with another %s', (what, change) => {
  test('no recorded delivery verifies', async () => {
    const signed = recorded.filter(({ delivery }) => change(delivery) !== delivery)
    expect(signed.length).toBeGreaterThan(what === 'content-digest' ? 10 : 60)
    for (const { name, delivery } of signed) {
      expect(await verify(change(delivery)), name).toMatchObject({ status: 'invalid' })
    }
  })
})

test('every single flipped bit of a signed body is noticed', async () => {
  const { delivery } = recorded.find(({ name }) => name === 'misskey-to-gts-like-1')!
  for (let bit = 0; bit < delivery.body.length * 8; bit++) {
    const changed = { ...delivery, body: flipped(delivery.body, bit) }
    expect(await verify(changed)).toMatchObject({ status: 'invalid' })
  }
})

test('the digest alone does not make a changed body verify', async () => {
  for (const { name, delivery } of recorded) {
    const body = flipped(delivery.body)
    const digest = createHash('sha256').update(body).digest('base64')
    const fitting = withHeader(
      withHeader({ ...delivery, body }, 'digest', () => `SHA-256=${digest}`),
      'content-digest',
      () => `sha-256=:${digest}:`,
    )
    expect(await verify(fitting), name).toMatchObject({
      status: 'invalid',
      why: 'the signature does not fit the key',
    })
  }
})

function differing(character: string): string {
  return character === '5' ? '6' : '5'
}

function flipped(body: Buffer, bit = 8 * (body.length >> 1)): Buffer {
  const copy = Buffer.from(body)
  copy[bit >> 3]! ^= 1 << (bit & 7)
  return copy
}

function withHeader(delivery: Delivery, name: string, change: (value: string) => string): Delivery {
  if (!delivery.headers.has(name)) return delivery
  const rawHeaders = delivery.rawHeaders.map((text, at) =>
    at % 2 === 1 && delivery.rawHeaders[at - 1]!.toLowerCase() === name ? change(text) : text,
  )
  return receive({ ...delivery, rawHeaders })
}
