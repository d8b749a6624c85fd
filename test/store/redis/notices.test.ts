// Notices in a Redis that loses them, or part of them: given back from the ledger, whichever machine notices first.
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import type { Notice, NoticeStore } from '../../../src/store/notice-store.ts'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import { type RedisServer, startRedis } from '../../support/redis.ts'
import { aFolder, aNotice, aNoticed, NOON, quiet } from '../build.ts'
import { many } from '../sightings.ts'

let server: RedisServer
let folder: string

beforeAll(async () => {
  server = await startRedis()
})
beforeEach(async () => {
  await server.flush()
  folder = await aFolder()
})
afterAll(() => server.stop())

async function open(dataFolder = folder): Promise<NoticeStore & { readonly faults: string[] }> {
  const faults: string[] = []
  const onFault = (what: string) => faults.push(what)
  const options = { url: server.url, dataFolder, onFault, log: quiet, now: () => NOON }
  const store = await openRedisStore(options)
  onTestFinished(() => store.close())
  return { ...store.notices, faults }
}

const MOMO = 'https://good.example/users/momo'
const closed = { at: NOON + 1, how: 'post-gone', why: 'HTTP 410' } as const
const lostIn = (faults: readonly string[]) => faults.filter((what) => what === 'notices-lost')
const all = async (notices: NoticeStore): Promise<readonly Notice[]> =>
  (await notices.page({ limit: 99 })).notices

test('an emptied Redis is given them back as they were, and as another version', async () => {
  const notices = await open()
  const first = aNotice()
  await notices.open(first)
  const second = aNotice({ author: MOMO, openedAt: NOON + 1 })
  await notices.open(second)
  const offences = [aNoticed('https://good.example/2')]
  await notices.open(aNotice({ author: MOMO, offences }))
  await notices.change(first.id, { closed })
  const [before, version] = [await all(notices), await notices.version()]
  await server.flush()
  expect(await notices.version()).not.toBe(version)
  expect(await all(notices)).toEqual(before)
  expect(await notices.openAuthors()).toEqual([MOMO])
  const taken = await notices.takeDue({ at: second.dueAt, leaseMs: 1, limit: 9 })
  expect(taken.map(({ id }) => id)).toEqual([second.id])
  expect(lostIn(notices.faults)).toHaveLength(1)
})

test('another offence right after the loss joins what was lost', async () => {
  const notices = await open()
  await notices.open(aNotice({ author: MOMO }))
  await server.flush()
  expect((await notices.open(aNotice({ author: MOMO }))).status).toBe('joined')
})

test('they come back with the next process, too, when Redis was emptied in between', async () => {
  const notice = aNotice()
  await (await open()).open(notice)
  await server.flush()
  const after = await open()
  expect(await all(after)).toEqual([notice])
  expect(lostIn(after.faults)).toHaveLength(1)
})

test('what one machine has closed is closed, whichever ledger still has it open', async () => {
  const [first, second] = [await open(), await open(await aFolder())]
  const notice = aNotice()
  await first.open(notice)
  await second.change(notice.id, { closed })
  await server.flush()
  expect(await all(first)).toEqual([notice])
  expect(await all(second)).toEqual([{ ...notice, closed }])
  expect(await first.openAuthors()).toEqual([])
})

test.each([
  'notices:open',
  'notices:closed',
  'notices:due',
  'notices:authors',
  'notices:domains',
  'notices:ends',
  'notices:state',
  'notices',
])('what Redis has evicted is made anew: %s', async (key) => {
  const notices = await open()
  const [first, second] = [aNotice(), aNotice({ openedAt: NOON + 1 })]
  for (const notice of [first, second]) await notices.open(notice)
  await notices.change(first.id, { closed })
  const before = await all(notices)
  await server.ask('DEL', `{sekisho}:${key}`)
  expect(await all(notices)).toEqual(before)
  expect(await notices.ofDomain('good.example', 9)).toEqual(before)
  expect(await notices.openAuthors()).toEqual([second.author])
  const third = aNotice()
  await notices.open(third)
  expect((await all(notices))[0]).toEqual(third)
})

test('several processes that open, look and mend at once agree', async () => {
  const machines = [await open(), await open(), await open()]
  const opened = many(30, () => aNotice())
  for (const notice of opened) await machines[0]!.open(notice)
  for (const machine of machines) await machine.version()
  await server.flush()
  await Promise.all(machines.map((machine) => machine.version()))
  const taken = await Promise.all(
    machines.map((machine) => machine.takeDue({ at: NOON + 1e8, leaseMs: 1000, limit: 12 })),
  )
  expect(new Set(taken.flat().map(({ id }) => id)).size).toBe(30)
  const joins = machines.map((machine, number) =>
    machine.open(aNotice({ author: MOMO, offences: [aNoticed(`https://good.example/${number}`)] })),
  )
  const statuses = (await Promise.all(joins)).map(({ status }) => status)
  expect(statuses.toSorted()).toEqual(['joined', 'joined', 'opened'])
  for (const machine of machines) expect(await all(machine)).toHaveLength(31)
})

test('no key of theirs expires', async () => {
  const notices = await open()
  const notice = aNotice()
  await notices.open(notice)
  await notices.open(aNotice())
  await notices.change(notice.id, { closed })
  const keys = (await server.ask('KEYS', '{sekisho}:notices*')) as string[]
  expect(keys).toHaveLength(8)
  for (const key of keys) expect(await server.ask('PTTL', key)).toBe(-1)
})
