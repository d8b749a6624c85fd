import { describe, expect, test } from 'vitest'
import type { Delivery } from '../src/delivery.ts'
import type { Finding } from '../src/finding.ts'
import type { Relay } from '../src/relay.ts'
import { restrain } from '../src/restrain.ts'
import { ALICE, aCreate, aHit, aNote, BOB, factsOf, proved } from './support/build.ts'

const away = { status: 'unavailable', author: BOB, why: 'the key is away' } as const

describe('a delivery whose pictures are not read yet', () => {
  test.each([
    { held: 'defer', action: 'defer', counted: [] },
    { held: 'exhausted', action: 'forward', counted: ['picture'] },
  ] as const)('comes to $action where it is $held', async ({ held, action, counted }) => {
    const told: string[] = []
    const asked: unknown[] = []
    const relay = {
      holds: {
        async defer(_delivery: Delivery, domain: string | undefined, most?: number) {
          asked.push(domain, most)
          return held
        },
      },
      metrics: { failedOpen: (what: string) => void told.push(what) },
    } as unknown as Relay
    const facts = factsOf(aCreate())
    const grounds = [{ hits: [], facts, proof: proved() }] as const
    const weighed = { action: 'defer', score: 0, hits: [], proof: 'verified', notes: [] } as const
    const finding: Finding = { ...weighed, grounds, awaitsPictures: true }
    const last = await restrain(finding, {} as Delivery, relay)
    expect({ action: last.action, told, asked }).toEqual({
      ...{ action, told: counted, asked: ['remote.example', 1] },
    })
  })
})

test.each([
  { what: 'a flood', also: {}, action: 'drop' },
  { what: 'an answer in words', also: { inReplyTo: `${ALICE}/1` }, action: 'forward' },
])('$what whose key stays away comes to $action once deferrals are used up', async (each) => {
  const hits = [aHit({ score: 12 })]
  const facts = factsOf(aCreate(aNote({ mentions: [ALICE], also: each.also })), { proof: away })
  const weighed = { action: 'defer', score: 12, hits, proof: 'unavailable', notes: [] } as const
  const finding: Finding = { ...weighed, grounds: [{ hits, facts, proof: away }] }
  const counted: string[] = []
  const relay = {
    thresholds: { hold: 6, drop: 10 },
    holds: { hold: async () => 'hold', defer: async () => 'exhausted' },
    metrics: { failedOpen: (what: string) => void counted.push(what) },
  } as unknown as Relay
  const last = await restrain(finding, {} as Delivery, relay)
  expect({ action: last.action, counted }).toEqual({ action: each.action, counted: ['key'] })
})
