import { describe, expect, test } from 'vitest'
import type { Facts, Profile } from '../src/facts.ts'
import type { Recollection, Sighting } from '../src/history.ts'
import { suspect } from '../src/suspect.ts'
import {
  ALICE,
  aCreate,
  aNote,
  aProfile,
  aThrowaway,
  factsOf,
  NOW,
  past,
  rulesOf,
} from './support/build.ts'

const TEXT = { kind: 'text', key: 'text:0:a', shown: 'the same words' } as const
const toUs: Facts = { ...factsOf(aCreate(aNote({ mentions: [ALICE] }))), fingerprints: [TEXT] }

/** What it comes to, and who was asked what. */
async function look(history: Partial<Recollection>, also: Partial<Facts>, profile?: Profile) {
  const recalled: Sighting[] = []
  const asked: string[] = []
  const faults: string[] = []
  const relay = {
    now: () => NOW,
    rules: rulesOf(),
    memory: {
      async recall(sighting: Sighting) {
        recalled.push(sighting)
        return past({ copies: [1], senders: [1], establishedSenders: [0], ...history })
      },
    },
    actors: {
      known: () => undefined,
      async profile(id: string) {
        asked.push(id)
        return profile
      },
    },
    metrics: { failedOpen: (what: string) => void faults.push(what) },
  }
  const suspicion = await suspect({ ...toUs, ...also }, { receivedAt: NOW }, relay)
  return { ...suspicion, recalled, asked, faults }
}

describe('the author’s server is asked', () => {
  test.each<{ what: string; history: Partial<Recollection>; also: Partial<Facts>; times: number }>([
    { what: 'nothing of a post like no other', history: {}, also: {}, times: 0 },
    { what: 'of what another has said', history: { senders: [2] }, also: {}, times: 1 },
    { what: 'of what is suspect', history: {}, also: { flags: ['duplicate-keys'] }, times: 1 },
    {
      what: 'nothing of what nobody proved',
      history: { senders: [2] },
      also: { proof: 'missing' },
      times: 0,
    },
    {
      what: 'nothing that is known',
      history: { senders: [2] },
      also: { profile: aProfile() },
      times: 0,
    },
    {
      what: 'of what its origin served',
      history: { senders: [2] },
      also: { proof: 'missing', isServed: true },
      times: 1,
    },
  ])('$what', async ({ history, also, times }) => {
    expect((await look(history, also, aThrowaway())).asked).toHaveLength(times)
  })

  test('and where the account turns out to be old, the memory is told so', async () => {
    const old = await look({ senders: [2] }, {}, aProfile())
    expect(old.recalled.map(({ isEstablished }) => isEstablished)).toEqual([false, true])
    const young = await look({ senders: [2] }, {}, aThrowaway())
    expect(young.recalled).toHaveLength(1)
  })

  test('and what it does not answer is counted', async () => {
    const { faults, facts } = await look({ senders: [2] }, {})
    expect({ faults, profile: facts.profile }).toEqual({ faults: ['profile'], profile: undefined })
  })
})
