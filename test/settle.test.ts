import { expect, test } from 'vitest'
import type { Delivery } from '../src/delivery.ts'
import type { Finding } from '../src/finding.ts'
import type { Relay } from '../src/relay.ts'
import { restrain } from '../src/settle.ts'
import { ALICE, aCreate, aHit, aNote, BOB, factsOf } from './support/build.ts'

const away = { status: 'unavailable', author: BOB, why: 'the key is away' } as const

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
