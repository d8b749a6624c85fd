// What pictures are held against follows the list and the store, and takes another version with every change.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Bans, openBans } from '../../src/images/bans.ts'
import type { Learned } from '../../src/images/child-messages.ts'
import { foreignHosts } from '../../src/images/foreign-hosts.ts'
import type { PictureBans } from '../../src/images/sight.ts'
import type { KnownPicture } from '../../src/store/store.ts'

const CAN: KnownPicture = {
  ...{ id: 'ab'.repeat(32), name: 'can.png', addedAt: 0 },
  ...{ hashes: ['0'.repeat(64)], blurhashes: [] },
}

let urls: readonly string[]
let known: KnownPicture[]
let isAway: boolean
let heard: PictureBans[]
let told: string[]
let learned: string[]
let learn: (host: string) => Promise<Learned>
const open: Bans[] = []

beforeEach(() => {
  urls = ['raid.example']
  known = []
  isAway = false
  ;[heard, told, learned] = [[], [], []]
  learn = async () => ({ status: 'learned', readAs: ['荒.example'] })
})
afterEach(() => {
  for (const bans of open.splice(0)) bans.close()
})

function openThem(): Bans {
  const away = () => Promise.reject(new Error('away'))
  const bans = openBans({
    urls: () => urls,
    pictures: {
      all: async () => (isAway ? away() : [...known]),
      version: async () => (isAway ? away() : String(known.length)),
    },
    learn(host) {
      learned.push(host)
      return learn(host)
    },
    onChange: (each) => void heard.push(each),
    log: {
      ...{ info: () => {}, error: () => {}, debug: () => {} },
      warn: (_: object, complaint: string) => void told.push(complaint),
    } as unknown as Parameters<typeof openBans>[0]['log'],
    onFault: (what) => void told.push(what),
  })
  open.push(bans)
  return bans
}

describe('what pictures are held against', () => {
  test('stays the same while nothing changes', async () => {
    const bans = openThem()
    await bans.refresh()
    expect(bans.current()).toBe(bans.current())
    expect(heard).toHaveLength(1)
  })

  test('is another version when the list is another one', () => {
    const bans = openThem()
    const before = bans.current()
    urls = ['raid.example', 'other.example']
    const after = bans.current()
    expect(after.urls).toEqual(urls)
    expect(after.version).not.toBe(before.version)
  })

  test('has the store’s pictures once it was asked again, and told', async () => {
    const bans = openThem()
    await bans.refresh()
    const { version } = bans.current()
    known = [CAN]
    await bans.refresh()
    expect(bans.current()).toMatchObject({
      known: [CAN],
      version: expect.not.stringContaining(version),
    })
    expect(heard.at(-1)).toBe(bans.current())
  })

  test('keeps what it knew while the store is away, and counts that', async () => {
    known = [CAN]
    const bans = openThem()
    await bans.refresh()
    isAway = true
    await bans.refresh()
    expect(bans.current().known).toEqual([CAN])
    expect(told).toEqual(['known-pictures'])
  })

  test('learns how hosts in other scripts are read, once', async () => {
    urls = ['raid.example', '荒らし.example/x']
    const bans = openThem()
    await vi.waitFor(() => {
      const alias = { entry: '荒らし.example/x', readAs: ['荒.example'] }
      expect(bans.current().aliases).toEqual([alias])
    })
    urls = [...urls, 'more.example']
    bans.current()
    await bans.refresh()
    expect(learned).toEqual(['荒らし.example'])
  })

  test('says which host will not be recognised', async () => {
    urls = ['あらし.example']
    learn = async () => ({ status: 'unreadable', why: 'it is written in kana alone' })
    openThem().current()
    await vi.waitFor(() => {
      expect(told).toEqual([
        'あらし.example will not be recognised when it is drawn: it is written in kana alone',
      ])
    })
  })
})

test.each([
  { entry: '荒らし.example', host: '荒らし.example' },
  { entry: 'xn--68j5e377y.example', host: '荒らし.example' },
  { entry: '*.荒らし.example/x', host: '荒らし.example' },
  { entry: 'https://荒らし.example/?q=1', host: '荒らし.example' },
  { entry: 'raid.example', host: undefined },
  { entry: '/荒らし/', host: undefined },
])('of $entry it is $host that is learned', ({ entry, host }) => {
  expect(foreignHosts([entry])).toEqual(host === undefined ? [] : [{ entry, host }])
})
