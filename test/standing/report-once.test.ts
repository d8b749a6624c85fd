// Reports to the servers of spammers: one for a domain and a day, never twice for a post, whatever fails meanwhile.
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Report, Reported } from '../../src/instance/reports.ts'
import { reportOnce } from '../../src/standing/report-once.ts'
import { openEmbeddedStore } from '../../src/store/embedded/store.ts'
import type { Notice } from '../../src/store/notice-store.ts'
import type { Store } from '../../src/store/store.ts'
import { aFolder, NOON } from '../store/build.ts'
import { DAY, HOUR } from '../store/sightings.ts'

const BIG = 'big.example'

let store: Store
let now: number
let sent: Report[]
let answers: Reported[]
let faults: string[]
let count = 0

beforeEach(async () => {
  ;[now, sent, answers, faults] = [NOON, [], [], []]
  store = await openEmbeddedStore({ folder: await aFolder(), now: () => now })
})
afterEach(() => store.close())

const report = () =>
  reportOnce({
    ...{ store: store.notices, offences: store.offences, now: () => now },
    reporter: {
      async report(told) {
        sent.push(told)
        return answers.shift() ?? { status: 'sent', why: 'taken' }
      },
    },
    log: pino({ level: 'silent' }),
    onFault: (what) => void faults.push(what),
  })

async function aNotice({ domain = BIG, post = `p${++count}` } = {}): Promise<Notice> {
  const author = `https://${domain}/users/s${++count}`
  const offence = { object: `https://${domain}/${post}`, author, keyId: `${author}#k`, at: now }
  const { notice } = await store.notices.open({
    ...{ id: `n${count}`, domain, author, openedAt: now, deadline: now + DAY, why: 'why' },
    ...{ dueAt: now + HOUR, offences: [{ ...offence, hits: [], isPublic: true }] },
  })
  return notice
}
const latest = async ({ id }: Notice) => (await store.notices.find(id))!

test('says who and what, and notes that it was sent', async () => {
  const notice = await aNotice()
  await report()(notice)
  expect(sent).toEqual([{ author: notice.author, posts: [notice.offences[0]!.object] }])
  expect((await latest(notice)).report).toEqual({ at: NOON, state: 'sent', tries: 1, why: 'taken' })
})

test('is sent no second time, by another process neither', async () => {
  const notice = await aNotice()
  await report()(notice)
  await report()(await latest(notice))
  await report()(notice) // as it was read before
  expect(sent).toHaveLength(1)
})

test('is one for a domain and a day, also where two look at once, and another one the day after', async () => {
  const [one, other, far] = [
    await aNotice(),
    await aNotice(),
    await aNotice({ domain: 'far.example' }),
  ]
  await Promise.all([report()(one), report()(other)])
  await report()(far)
  expect(sent.map(({ author }) => new URL(author).host).toSorted()).toEqual([BIG, 'far.example'])
  now += DAY + 1
  const later = await aNotice()
  await report()(later)
  expect(sent.at(-1)!.author).toBe(later.author)
})

test('is never sent again for a post of which the server knows already', async () => {
  const one = await aNotice({ post: 'same' })
  await report()(one)
  now += 3 * DAY
  await report()(await aNotice({ post: 'same' }))
  expect(sent).toHaveLength(1)
})

test('that failed is tried again, four times in all, and counted', async () => {
  const notice = await aNotice()
  for (let time = 0; time < 6; time++) {
    answers.push({ status: 'failed', why: 'away' })
    await report()(await latest(notice))
    now += HOUR
  }
  expect(sent).toHaveLength(4)
  expect((await latest(notice)).report).toMatchObject({ state: 'failed', tries: 4, why: 'away' })
  expect(faults).toEqual(['reports', 'reports', 'reports', 'reports'])
})

test('that was refused is not tried again', async () => {
  const notice = await aNotice()
  answers.push({ status: 'refused', why: 'the token may not' })
  await report()(notice)
  await report()(await latest(notice))
  expect(sent).toHaveLength(1)
})

test('counts as sent where the relay ended in the middle of it', async () => {
  const notice = await aNotice()
  await store.notices.change(notice.id, { report: { at: now, state: 'sending', tries: 1 } })
  await report()(await latest(notice))
  await report()(await aNotice())
  expect(sent).toEqual([])
})

test('is not sent for what was closed meanwhile', async () => {
  const notice = await aNotice()
  await store.notices.change(notice.id, { closed: { at: now, how: 'author-gone', why: 'gone' } })
  await report()(notice)
  expect(sent).toEqual([])
})
