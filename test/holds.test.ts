import { describe, expect, test } from 'vitest'
import { type HoldPolicy, type HoldsContext, openHolds } from '../src/holds.ts'
import type { RetryState, RetryStore } from '../src/store/retry-store.ts'
import { MINUTE } from './support/build.ts'
import { aSigner } from './support/sign.ts'

const policy: HoldPolicy = { after: 30 * MINUTE, thenAction: 'forward', maxDeferrals: 3 }

/** A clock to turn and a store that counts, as the contract of the stores says. */
function aHold(also: Partial<HoldsContext> = {}) {
  let now = 1_000_000
  const faults: string[] = []
  const states = new Map<string, RetryState>()
  const store: RetryStore = {
    async note({ kind, key, at }) {
      const before = states.get(kind + key)
      const state = { count: (before?.count ?? 0) + 1, firstAt: before?.firstAt ?? at }
      states.set(kind + key, state)
      return state
    },
    peek: async (kind, key) => states.get(kind + key),
  }
  const holds = openHolds({
    policy,
    store,
    software: async () => 'mastodon',
    now: () => now,
    onFault: (what) => faults.push(what),
    ...also,
  })
  return { holds, states, faults, wait: (ms: number) => (now += ms) }
}

const delivery = aSigner().deliver({ body: '{"type":"Create"}' })
const other = aSigner().deliver({ body: '{"type":"Update"}' })

describe('a hold', () => {
  test('lasts until its time is over, counted from the first try', async () => {
    const { holds, wait } = aHold()
    expect(await holds.hold(delivery, 'a.example')).toBe('hold')
    wait(29 * MINUTE)
    expect(await holds.hold(delivery, 'a.example')).toBe('hold')
    expect(await holds.hold(other, 'a.example')).toBe('hold')
    wait(MINUTE)
    expect(await holds.hold(delivery, 'a.example')).toBe('forward')
    expect(await holds.hold(other, 'a.example')).toBe('hold')
  })

  test('ends as the operator wishes', async () => {
    const { holds, wait } = aHold({ policy: { ...policy, thenAction: 'drop' } })
    await holds.hold(delivery, 'a.example')
    wait(31 * MINUTE)
    expect(await holds.hold(delivery, 'a.example')).toBe('drop')
  })

  test('ends before GoToSocial gives up', async () => {
    const { holds, wait } = aHold({ software: async () => 'gotosocial' })
    expect(await holds.hold(delivery, 'a.example')).toBe('hold')
    wait(3 * MINUTE)
    expect(await holds.hold(delivery, 'a.example')).toBe('forward')
  })

  test.each(['lemmy', 'peertube'])('is never put on %s', async (software) => {
    const { holds } = aHold({ software: async () => software })
    expect(await holds.hold(delivery, 'a.example')).toBe('forward')
  })

  test('of somebody unproved is remembered in this process only', async () => {
    const { holds, states, wait } = aHold()
    expect(await holds.hold(delivery, undefined)).toBe('hold')
    expect(states.size).toBe(0)
    wait(30 * MINUTE)
    expect(await holds.hold(delivery, undefined)).toBe('forward')
  })

  test('goes on when the store is away, and the fault is counted', async () => {
    const store = { note: () => Promise.reject(new Error('down')), peek: async () => undefined }
    const { holds, faults, wait } = aHold({ store })
    expect(await holds.hold(delivery, 'a.example')).toBe('hold')
    wait(30 * MINUTE)
    expect(await holds.hold(delivery, 'a.example')).toBe('forward')
    expect(faults).toEqual(['retries', 'retries'])
  })
})

test('a deferral is made three times for one delivery, and holds do not count', async () => {
  const { holds } = aHold()
  for (let time = 0; time < 5; time++) await holds.hold(delivery, 'a.example')
  const outcomes = []
  for (let time = 0; time < 4; time++) outcomes.push(await holds.defer(delivery, 'a.example'))
  expect(outcomes).toEqual(['defer', 'defer', 'defer', 'exhausted'])
  expect(await holds.defer(other, 'a.example')).toBe('defer')
})
