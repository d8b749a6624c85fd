// What every store does with notices: one open one an author, each looked at by one process at a time.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Notice } from '../../src/store/notice-store.ts'
import type { Store } from '../../src/store/store.ts'
import { aNotice, aNoticed, NOON } from './build.ts'
import { DAY, HOUR, many } from './sightings.ts'
import { type StoreWorld, worlds } from './worlds.ts'

const MOMO = 'https://good.example/users/momo'

describe.each(worlds)('the $name store of notices', ({ start }) => {
  let world: StoreWorld
  let store: Store

  beforeAll(async () => {
    world = await start()
  })
  beforeEach(async () => {
    await world.clear()
    store = await world.open()
  })
  afterEach(() => store.close())
  afterAll(() => world.stop())

  const open = async (notice: Partial<Notice> = {}): Promise<Notice> => {
    const opened = aNotice(notice)
    await store.notices.open(opened)
    return opened
  }
  const close = (id: string, at = NOON + 1) =>
    store.notices.change(id, { closed: { at, how: 'author-gone', why: 'HTTP 410' } })

  test('has none at first', async () => {
    const { notices } = store
    expect(await notices.find('notice-1')).toBeUndefined()
    expect(await notices.page({ limit: 9 })).toEqual({ notices: [], total: 0 })
    expect(await notices.openAuthors()).toEqual([])
    expect(await notices.change('notice-1', { dueAt: NOON })).toBe(false)
  })

  test('keeps what was opened, over a restart too', async () => {
    const notice = aNotice({
      why: 'as told "so" | ☂',
      report: { at: NOON + 5, state: 'sent', tries: 2, why: 'the instance took it' },
    })
    expect(await store.notices.open(notice)).toEqual({ status: 'opened', notice })
    await store.notices.change(notice.id, { checked: { at: NOON + 2, found: 'HTTP 503' } })
    await store.close()
    store = await world.open()
    const kept = { ...notice, checked: { at: NOON + 2, found: 'HTTP 503' } }
    expect(await store.notices.find(notice.id)).toEqual(kept)
    expect(await store.notices.openAuthors()).toEqual([notice.author])
  })

  test('another offence of the author joins, once an object, 20 in all', async () => {
    const first = await open({ author: MOMO })
    const second = aNotice({
      author: MOMO,
      offences: [aNoticed('https://good.example/2', NOON + 9)],
    })
    const both = { ...first, offences: [...first.offences, ...second.offences] }
    expect(await store.notices.open(second)).toEqual({ status: 'joined', notice: both })
    expect(await store.notices.open(second)).toEqual({ status: 'known', notice: both })
    const offences = many(19, (number) => aNoticed(`https://good.example/more/${number}`))
    expect((await store.notices.open(aNotice({ author: MOMO, offences }))).status).toBe('joined')
    expect((await store.notices.find(first.id))?.offences).toHaveLength(20)
    expect((await store.notices.page({ limit: 9 })).total).toBe(1)
  })

  test('is opened once also when many open one for an author at the same moment', async () => {
    const wishes = many(9, (number) =>
      aNotice({ author: MOMO, offences: [aNoticed(`https://good.example/${number}`)] }),
    )
    const outcomes = await Promise.all(wishes.map((wish) => store.notices.open(wish)))
    expect(outcomes.filter(({ status }) => status === 'opened')).toHaveLength(1)
    const [only] = (await store.notices.page({ limit: 9 })).notices
    expect(only?.offences.map(({ object }) => object).toSorted()).toEqual(
      wishes.map(({ offences }) => offences[0]!.object),
    )
  })

  test('a closed one stays as it is, and its author may have another', async () => {
    const first = await open({ author: MOMO })
    expect(await close(first.id)).toBe(true)
    const closed = await store.notices.find(first.id)
    expect(closed?.closed?.how).toBe('author-gone')
    expect(await close(first.id)).toBe(false)
    expect(await store.notices.change(first.id, { dueAt: NOON })).toBe(false)
    expect(await store.notices.openAuthors()).toEqual([])
    expect((await store.notices.open(first)).status).toBe('known')
    const second = aNotice({ author: MOMO })
    expect((await store.notices.open(second)).status).toBe('opened')
    expect(await store.notices.ofDomain('good.example', 9)).toEqual([second, closed])
  })

  test('pages through them, last opened first, open and closed ones apart', async () => {
    const ids: string[] = []
    for (const number of many(5, (each) => each)) {
      ids.push((await open({ openedAt: NOON - number })).id)
    }
    for (const id of [ids[3]!, ids[1]!]) await close(id)
    const pages: string[][] = []
    let after: string | undefined
    do {
      const page = await store.notices.page({ limit: 2, ...(after !== undefined && { after }) })
      pages.push(page.notices.map(({ id }) => id))
      expect(page.total).toBe(5)
      after = page.next
    } while (after !== undefined)
    expect(pages).toEqual([[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]])
    const shown = async (isOpen: boolean) => {
      const { notices, total } = await store.notices.page({ limit: 9, open: isOpen })
      return [total, ...notices.map(({ id }) => id)]
    }
    expect(await shown(true)).toEqual([3, ids[4], ids[2], ids[0]])
    expect(await shown(false)).toEqual([2, ids[3], ids[1]])
  })

  test('those of a domain are not those of its subdomains, and come as many as asked for', async () => {
    await open({ domain: 'a.good.example' })
    const mine = [await open(), await open(), await open()]
    await open({ domain: 'good.examples.test' })
    expect(await store.notices.ofDomain('good.example', 2)).toEqual([mine[2], mine[1]])
  })

  test('what is due is handed out once until its lease ends, or another look is planned', async () => {
    const [late, early] = [await open({ dueAt: NOON + 20 }), await open({ dueAt: NOON + 10 })]
    await close((await open({ dueAt: NOON })).id)
    const take = async (at: number, limit = 9) => {
      const taken = await store.notices.takeDue({ at, leaseMs: 1000, limit })
      return taken.map(({ id }) => id)
    }
    expect(await take(NOON + 9)).toEqual([])
    expect(await take(NOON + 30, 1)).toEqual([early.id])
    expect(await Promise.all([take(NOON + 30), take(NOON + 30)])).toEqual([[late.id], []])
    await store.notices.change(late.id, { dueAt: NOON + HOUR })
    expect(await take(NOON + 1030)).toEqual([early.id])
    expect(await take(NOON + HOUR)).toEqual([early.id, late.id])
  })

  test('has another version after every change, and the same one otherwise', async () => {
    const versions = [await store.notices.version()]
    const noted = async () => versions.push(await store.notices.version())
    const { id } = await open({ author: MOMO })
    await noted()
    await open({ author: MOMO })
    await noted()
    await store.notices.change(id, { dueAt: NOON })
    await noted()
    await close(id)
    await noted()
    expect(new Set(versions).size).toBe(5)
    await store.notices.takeDue({ at: NOON + DAY, leaseMs: 5, limit: 9 })
    await close(id)
    await store.notices.page({ limit: 9 })
    expect(await store.notices.version()).toBe(versions.at(-1))
  })

  test('forgets closed ones after 400 days', async () => {
    const [old, young, last] = [await open(), await open(), await open()]
    await close(old.id, NOON)
    await close(young.id, NOON + 1)
    await close(last.id, NOON + 400 * DAY)
    expect(await store.notices.find(old.id)).toBeUndefined()
    expect((await store.notices.ofDomain('good.example', 9)).map(({ id }) => id)).toEqual([
      last.id,
      young.id,
    ])
    expect((await store.notices.page({ limit: 9 })).total).toBe(2)
  })

  test('refuses what could not be kept', async () => {
    const wrong: readonly Partial<Notice>[] = [
      ...[{ domain: 'Good.Example' }, { id: 'a|b' }, { author: '' }, { openedAt: 0.5 }],
      ...[
        { offences: [] },
        { offences: many(21, (number) => aNoticed(`https://x.test/${number}`)) },
      ],
    ]
    for (const notice of wrong) {
      await expect(store.notices.open(aNotice(notice))).rejects.toThrow('cannot be kept')
    }
    expect((await store.notices.page({ limit: 9 })).total).toBe(0)
  })
})
