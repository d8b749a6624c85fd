// What the log tells of deliveries that were refused or put off, however many strangers send.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openLog } from '../src/log.ts'
import { sumUpRefusals } from '../src/refusals.ts'
import { HOME } from './support/build.ts'
import { aPost, aWorld, BANNED, MOMO, raidPost, SPAMMER } from './support/raid.ts'

function aLog(level: 'info' | 'debug' = 'info') {
  const written: string[] = []
  const out = { write: (line: string) => void written.push(line) }
  const lines = () => written.map((line) => JSON.parse(line))
  return { log: openLog({ terminal: false, level, out }), lines }
}

describe('refusals', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('are told once a minute as one sum for each error code', () => {
    const { log, lines } = aLog()
    const refusals = sumUpRefusals(log)
    for (let at = 0; at < 142; at++) refusals.add('refuse', 'activity-malformed')
    refusals.add('defer', 'relay-overloaded')
    vi.advanceTimersByTime(59_999)
    expect(lines()).toEqual([])
    vi.advanceTimersByTime(1)
    expect(lines()).toMatchObject([
      {
        msg: '142 deliveries were refused in the last minute: activity-malformed',
        error: 'activity-malformed',
        count: 142,
      },
      { msg: '1 delivery was put off in the last minute: relay-overloaded' },
    ])
    refusals.add('refuse', 'activity-malformed')
    vi.advanceTimersByTime(60_000)
    expect(lines().slice(2)).toMatchObject([
      { msg: '1 delivery was refused in the last minute: activity-malformed' },
    ])
    vi.advanceTimersByTime(600_000)
    expect(lines()).toHaveLength(3)
  })

  test('that come without end make one line a minute', () => {
    const { log, lines } = aLog()
    const refusals = sumUpRefusals(log)
    for (let at = 0; at < 6_000; at++) {
      refusals.add('refuse', 'body-too-large')
      vi.advanceTimersByTime(100)
    }
    refusals.close()
    expect(lines()).toHaveLength(10)
    expect(lines().reduce((sum, { count }) => sum + count, 0)).toBe(6_000)
  })

  test('of the last minute are told when it closes, and leave no timer behind', () => {
    const { log, lines } = aLog()
    const refusals = sumUpRefusals(log)
    refusals.add('refuse', 'not-found')
    refusals.close()
    expect(lines()).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
    refusals.close()
    expect(lines()).toHaveLength(1)
  })
})

describe('the log of a relay', () => {
  const malformed = { target: '/inbox', rawHeaders: ['Host', HOME], body: Buffer.from('{') }

  test('grows by one line however much is malformed, and tells each drop', async () => {
    const { log, lines } = aLog()
    const world = await aWorld({ flags: [BANNED], log })
    for (let at = 0; at < 20; at++) expect((await world.post(malformed)).status).toBe(400)
    expect((await world.send(world.person(SPAMMER), raidPost(SPAMMER))).status).toBe(202)
    await world.restart()
    const told = lines().map(({ msg }) => msg)
    expect(told).toContain('20 deliveries were refused in the last minute: activity-malformed')
    expect(told.filter((msg) => /^(refuse|defer|drop)$/.test(msg))).toEqual(['drop'])
  })

  test('grows by one line however much is put off', async () => {
    const { log, lines } = aLog()
    const world = await aWorld({ log, replace: () => ({ isOverloaded: () => true }) })
    const momo = world.person(MOMO)
    for (let at = 0; at < 5; at++) {
      expect((await world.send(momo, aPost({ by: MOMO }))).status).toBe(503)
    }
    await world.restart()
    const told = lines().map(({ msg }) => msg)
    expect(told).toContain('5 deliveries were put off in the last minute: relay-overloaded')
    expect(told).not.toContain('defer')
  })

  test('tells each of them to who debugs', async () => {
    const { log, lines } = aLog('debug')
    const world = await aWorld({ log })
    await world.post(malformed)
    const verdict = { action: 'refuse', error: 'activity-malformed' }
    expect(lines()).toContainEqual(expect.objectContaining({ msg: 'refuse', level: 20 }))
    expect(lines().find(({ msg }) => msg === 'refuse')).toMatchObject({ verdict })
  })
})
