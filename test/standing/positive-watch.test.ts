import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { DescriptionAnswer } from '../../src/standing/description.ts'
import { openPositiveWatch, type PositiveWatch } from '../../src/standing/positive-watch.ts'

const PACE = 5_000
const HOUR = 3_600_000
const WEEK = 7 * 24 * HOUR
const LIST = { evidence: 'federation is "none"', url: 'https://remote.test/api/meta' }

let watch: PositiveWatch
let answer: DescriptionAnswer | undefined
let storeFails: boolean
const asked: string[] = []
const found: unknown[] = []
const faults: string[] = []

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) })
  for (const list of [asked, found, faults]) list.length = 0
  answer = { status: 'described', at: 0, description: { positiveList: LIST, tellsOfLists: true } }
  storeFails = false
  watch = open()
})
afterEach(() => {
  watch.close()
  vi.useRealTimers()
})

describe('a domain that was seen', () => {
  test('is looked at once within half a minute', async () => {
    watch.seen('remote.test')
    watch.seen('remote.test')
    await vi.advanceTimersByTimeAsync(30_000)
    expect(asked).toEqual(['remote.test'])
    expect(found).toEqual([['remote.test', { positiveList: LIST, tellsOfLists: true }]])
  })

  test('waits for its turn behind others', async () => {
    for (const domain of ['a.test', 'b.test', 'c.test']) watch.seen(domain)
    await vi.advanceTimersByTimeAsync(2 * PACE)
    expect(asked).toEqual(['a.test', 'b.test'])
    await vi.advanceTimersByTimeAsync(PACE)
    expect(asked).toEqual(['a.test', 'b.test', 'c.test'])
  })

  test('is looked at again when it is seen a week later', async () => {
    await see('remote.test')
    await vi.advanceTimersByTimeAsync(WEEK - 2 * PACE)
    await see('remote.test')
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(PACE)
    await see('remote.test')
    expect(asked).toHaveLength(2)
  })

  test.each<{ case: string; says: DescriptionAnswer | undefined }>([
    { case: 'does not describe itself', says: { status: 'unknown', at: 0, why: 'no NodeInfo' } },
    { case: 'is slow', says: undefined },
  ])('and $case is told of to nobody, and looked at again in an hour', async ({ says }) => {
    answer = says
    await see('remote.test')
    await vi.advanceTimersByTimeAsync(HOUR)
    await see('remote.test')
    expect(asked).toHaveLength(2)
    expect(found).toEqual([])
  })

  test('that told a part of it is looked at again in a day', async () => {
    answer = { status: 'described', at: 0, description: {}, isPartial: true }
    await see('remote.test')
    await vi.advanceTimersByTimeAsync(24 * HOUR)
    await see('remote.test')
    expect(asked).toHaveLength(2)
  })

  test('is looked at again in an hour when what was found could not be kept', async () => {
    storeFails = true
    await see('remote.test')
    expect(faults).toEqual(['positive-lists'])
    storeFails = false
    await vi.advanceTimersByTimeAsync(HOUR)
    await see('remote.test')
    expect(found).toHaveLength(1)
  })

  test('is forgotten where too many wait, and queued when it comes again', async () => {
    for (let at = 0; at < 3_000; at += 1) watch.seen(`h${at}.test`)
    await vi.advanceTimersByTimeAsync(3_000 * PACE)
    expect(asked).toHaveLength(2_000)
    await see('h2999.test')
    expect(asked.at(-1)).toBe('h2999.test')
  })
})

describe('a domain that is blocked for its list', () => {
  test('is looked at every week though nothing of it is proved', async () => {
    watch.keep('remote.test')
    await vi.advanceTimersByTimeAsync(PACE)
    answer = { status: 'described', at: 0, description: { tellsOfLists: true } }
    await vi.advanceTimersByTimeAsync(WEEK + HOUR + PACE)
    expect(found).toEqual([
      ['remote.test', { positiveList: LIST, tellsOfLists: true }],
      ['remote.test', { tellsOfLists: true }],
    ])
  })

  test('is left alone once the block is gone', async () => {
    watch.keep('remote.test')
    await vi.advanceTimersByTimeAsync(PACE)
    watch.drop('remote.test')
    await vi.advanceTimersByTimeAsync(3 * WEEK)
    expect(asked).toHaveLength(1)
  })
})

test('nothing is looked at after the end', async () => {
  watch.seen('remote.test')
  watch.close()
  watch.seen('other.test')
  await vi.advanceTimersByTimeAsync(WEEK)
  expect(asked).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

async function see(domain: string): Promise<void> {
  watch.seen(domain)
  await vi.advanceTimersByTimeAsync(PACE)
}

function open(): PositiveWatch {
  const describeIt = async (domain: string) => {
    asked.push(domain)
    return answer
  }
  return openPositiveWatch({
    descriptions: { describe: describeIt },
    now: Date.now,
    onFound(domain, description) {
      if (storeFails) throw new Error('the store is away')
      found.push([domain, description])
    },
    onFault: (what) => faults.push(what),
  })
}
