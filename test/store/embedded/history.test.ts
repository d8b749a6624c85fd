// What is particular to the embedded history: bounded memory, and a file that a restart reads.
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Lesson, Sighting } from '../../../src/history.ts'
import { embeddedHistory } from '../../../src/store/embedded/history.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/store.ts'
import type { Log } from '../../../src/store/log.ts'
import type { Store } from '../../../src/store/store.ts'
import { aFolder, NOON } from '../build.ts'
import {
  aLesson,
  anAuthor,
  aSighting,
  begun,
  DAY,
  HOUR,
  MINUTE,
  MOMO,
  many,
  OURS,
} from '../sightings.ts'

async function open(folder: string, log?: Log, now = () => NOON + HOUR): Promise<Store> {
  const store = await openEmbeddedStore({ folder, now, remembered: 100, ...(log && { log }) })
  onTestFinished(() => store.close())
  return store
}

function aLog() {
  return { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
}

const look = (store: Pick<Store, 'history'>, sighting: Partial<Sighting> = {}) =>
  store.history.recall(aSighting({ at: NOON + HOUR, ...sighting, counts: false }))
const teach = (store: Pick<Store, 'history'>, lesson: Partial<Lesson> = {}) =>
  store.history.learn(aLesson(lesson))

async function taught(folder: string): Promise<Store> {
  const store = await open(folder)
  await teach(store, { at: NOON - DAY })
  await teach(store, { outcome: 'dropped' })
  await teach(store, begun())
  await teach(store, { author: OURS, called: [MOMO, anAuthor('sora')] })
  return store
}

const KNOWN = {
  since: NOON - DAY,
  author: { firstSeenAt: NOON - DAY, cleanDays: 1, droppedAt: NOON, followedSince: NOON },
  acquainted: [OURS],
}

test('people, follows and whom they called outlive a restart', async () => {
  const folder = await aFolder()
  await (await taught(folder)).close()
  for (const _ of ['once', 'twice']) {
    const store = await open(folder)
    expect(await look(store)).toMatchObject(KNOWN)
    expect((await look(store, { author: anAuthor('sora') })).acquainted).toEqual([OURS])
    await teach(store, { author: anAuthor('somebody'), outcome: 'neither' })
    await store.close()
  }
})

const SORA = anAuthor('sora')
const POST = 'https://spam.example/posts/1'

test('threads, the regulars of a domain and dropped posts outlive a restart', async () => {
  const folder = await aFolder()
  const first = await open(folder)
  await teach(first, { at: NOON - 2 * DAY })
  await teach(first, { author: OURS, called: [SORA], threads: ['a thread'] })
  await teach(first)
  await first.close()
  // Nothing else is learned this time: a dropped post alone is worth writing.
  const second = await open(folder)
  await second.history.noteDropped([POST], NOON)
  await second.close()
  const asked = { people: [OURS, SORA], threads: ['a thread'], references: [POST] }
  for (const _ of ['once', 'twice']) {
    const store = await open(folder)
    const known = { regulars: 1, acquainted: [OURS, SORA], dropped: [POST] }
    expect(await look(store, asked)).toMatchObject(known)
    await teach(store, { author: anAuthor('somebody'), outcome: 'neither' })
    await store.close()
  }
  const late = await open(folder, undefined, () => NOON + 7 * DAY)
  await teach(late, { author: anAuthor('somebody'), outcome: 'neither' })
  await late.close()
  const text = await readFile(join(folder, 'history.json'), 'utf8')
  expect(text).toContain('"threads"')
  expect(text).not.toContain('"dropped"')
})

test('a kind of line that a newer version added is passed over', async () => {
  const folder = await aFolder()
  const file = join(folder, 'history.json')
  await (await taught(folder)).close()
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('{"end"', '{"kind":"moods","of":[1]}\n{"end"'))
  const log = aLog()
  expect(await look(await open(folder, log))).toMatchObject(KNOWN)
  expect(log.warn).not.toHaveBeenCalled()
})

test('the file names nobody, and is for its owner alone', async () => {
  const folder = await aFolder()
  await (await taught(folder)).close()
  const text = await readFile(join(folder, 'history.json'), 'utf8')
  expect(text).toContain('"follows"')
  expect(text).not.toMatch(/https|example|momo|aoi|sora/)
  expect((await stat(join(folder, 'history.json'))).mode & 0o777).toBe(0o600)
})

test('is written every 15 minutes too, for a process that is killed', async () => {
  const folder = await aFolder()
  vi.useFakeTimers({ toFake: ['setInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  await taught(folder)
  const files = () => readdir(folder)
  expect(await files()).not.toContain('history.json')
  vi.advanceTimersByTime(15 * MINUTE)
  await vi.waitFor(async () => expect(await files()).toContain('history.json'))
  const copy = await aFolder()
  await writeFile(join(copy, 'history.json'), await readFile(join(folder, 'history.json')))
  expect(await look(await open(copy))).toMatchObject(KNOWN)
})

test('is not written where nothing was learned', async () => {
  const folder = await aFolder()
  const store = await open(folder)
  await look(store)
  await store.close()
  expect(await readdir(folder)).toEqual(['journal.ndjson'])
})

test('whoever was away for too long is not read back', async () => {
  const folder = await aFolder()
  await (await taught(folder)).close()
  const store = await open(folder, undefined, () => NOON + 91 * DAY)
  await teach(store, { author: anAuthor('somebody'), at: NOON + 91 * DAY })
  await store.close()
  const text = await readFile(join(folder, 'history.json'), 'utf8')
  expect(text.match(/"person"|"called"/g)).toEqual(['"person"'])
})

const damages: { what: string; damage: (text: string) => string }[] = [
  { what: 'without its end', damage: (text) => text.slice(0, -'{"end":true}\n'.length) },
  { what: 'cut in a line', damage: (text) => text.slice(0, text.length / 2) },
  { what: 'empty', damage: () => '' },
  { what: 'of another format', damage: (text) => text.replace('sekisho-history', 'recipes') },
  { what: 'of a newer version', damage: (text) => text.replace('"version":1', '"version":2') },
  { what: 'with a time that is none', damage: (text) => text.replace(/"at":\d+/, '"at":"noon"') },
  { what: 'with a line of no kind', damage: (text) => text.replace('"kind":"follows",', '') },
  { what: 'with a line that is no JSON', damage: (text) => text.replace('{"kind":"follows"', '{') },
]

test.each(damages)('a file $what is set aside with one line, and all starts anew', async (row) => {
  const folder = await aFolder()
  const file = join(folder, 'history.json')
  await (await taught(folder)).close()
  const broken = row.damage(await readFile(file, 'utf8'))
  await writeFile(file, broken)
  const log = aLog()
  const store = await open(folder, log)
  expect(log.warn.mock.calls.map(([, text]) => text)).toEqual([
    expect.stringContaining(`${file}.broken`),
  ])
  expect(await readFile(`${file}.broken`, 'utf8')).toBe(broken)
  expect(await look(store)).toMatchObject({ since: NOON + HOUR, author: { cleanDays: 0 } })
  await teach(store)
  await store.close()
  expect((await look(await open(folder, log))).author.firstSeenAt).toBe(NOON)
  expect(log.warn).toHaveBeenCalledTimes(1)
})

test('a file that cannot be replaced is told, and the store closes all the same', async () => {
  const folder = await aFolder()
  const log = aLog()
  const store = await open(folder, log)
  await teach(store)
  await mkdir(join(folder, 'history.json'))
  await store.close()
  expect(log.error.mock.calls.map(([, text]) => text)).toEqual([
    expect.stringContaining('history.json'),
  ])
  expect(await readdir(folder)).not.toContain('lock')
})

test('a flood of newcomers makes nobody forgotten who was known before', async () => {
  const history = embeddedHistory(100, () => NOON)
  await history.learn(aLesson({ at: NOON - 2 * DAY }))
  await history.learn(aLesson({ at: NOON }))
  for (const number of many(1000, (each) => each)) {
    await history.recall(aSighting({ author: anAuthor(`flood${number}`) }))
  }
  const seen = { since: NOON - 2 * DAY, author: { firstSeenAt: NOON - 2 * DAY, cleanDays: 2 } }
  expect(await look({ history })).toMatchObject(seen)
  expect((await look({ history }, { author: anAuthor('flood0') })).author).toEqual({
    cleanDays: 0,
  })
  expect((await look({ history }, { author: anAuthor('flood999') })).author).toEqual({
    cleanDays: 0,
    firstSeenAt: NOON,
  })
})

test('the memory reaches back no further than to those who had to be forgotten', async () => {
  const history = embeddedHistory(10, () => NOON)
  for (const number of many(9, (each) => each)) {
    const author = anAuthor(`known${number}`)
    await history.learn(aLesson({ author, at: NOON - 9 * DAY + number }))
    await history.learn(aLesson({ author, at: NOON - 5 * DAY + number }))
  }
  expect((await look({ history })).since).toBe(NOON - 5 * DAY)
})

test('a followed author who is still heard of is not forgotten for others', async () => {
  const history = embeddedHistory(10, () => NOON)
  await history.learn(aLesson(begun()))
  for (const number of many(30, (each) => each)) {
    await history.learn(aLesson({ author: anAuthor(`fan${number}`), ...begun() }))
    await history.learn(aLesson())
  }
  expect((await look({ history })).author.followedSince).toBe(NOON)
  expect((await look({ history }, { author: anAuthor('fan0') })).author).not.toHaveProperty(
    'followedSince',
  )
})

test('names with many members make others forgotten sooner', async () => {
  const history = embeddedHistory(10, () => NOON)
  const crowd = many(256, (number) => anAuthor(`crowd${number}`))
  for (const name of ['a', 'b', 'c']) {
    await history.recall(aSighting({ author: anAuthor(name), people: crowd }))
  }
  const alsoCalled = async (name: string) =>
    (await look({ history }, { author: anAuthor(name), at: NOON })).alsoCalled
  expect(await Promise.all(['a', 'b', 'c'].map(alsoCalled))).toEqual([0, 0, 256])
})

test('what strangers can fill is bounded: the oldest is forgotten first', async () => {
  const history = embeddedHistory(10, () => NOON)
  const names = many(30, (number) => `${number}`)
  for (const name of names) {
    const sighting = { author: anAuthor(name), domain: `${name}.example`, fingerprints: [name] }
    await history.recall(aSighting(sighting))
    await history.learn(aLesson({ author: anAuthor(name), ...begun() }))
    await history.learn(aLesson({ author: anAuthor(name), called: [MOMO] }))
    await history.noteDropped([name], NOON)
  }
  const left = await Promise.all(
    names.map(async (name) => {
      const author = anAuthor(name)
      const one = { author, domain: `${name}.example`, fingerprints: [name], at: NOON }
      const seen = await look({ history }, { ...one, people: [], references: [name] })
      const friends = await look({ history }, { people: [author] })
      return { ...seen, followed: seen.author.followedSince !== undefined, friends }
    }),
  )
  const kept = (holds: (one: (typeof left)[number]) => unknown) => left.filter(holds).length
  expect(kept((one) => one.author.firstSeenAt !== undefined)).toBe(2)
  expect(kept((one) => one.followed)).toBe(10)
  expect(kept((one) => one.alsoCalled > 0)).toBe(4)
  expect(kept((one) => one.newcomers > 0)).toBe(4)
  expect(kept((one) => one.copies[0]! > 0)).toBe(4)
  expect(kept((one) => one.friends.acquainted.length > 0)).toBe(4)
  expect(kept((one) => one.dropped.length > 0)).toBe(10)
  expect(left.at(-1)).toMatchObject({ alsoCalled: 1, newcomers: 1, copies: [1], dropped: ['29'] })
})
