// The store's folder taken away under a running relay: said once, made good from memory, never taken from another process.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { openEmbeddedStore } from '../../../src/store/embedded/store.ts'
import type { Log } from '../../../src/store/log.ts'
import type { Store } from '../../../src/store/store.ts'
import { aFolder, anAddition, NOON } from '../build.ts'

let folder: string
let file: string
let lines: string[]
let faults: string[]

beforeEach(async () => {
  folder = join(await aFolder(), 'store')
  file = join(folder, 'journal.ndjson')
  lines = []
  faults = []
})

async function open(): Promise<Store> {
  const say = (...said: unknown[]) => void lines.push(String(said.at(-1)))
  const store = await openEmbeddedStore({
    folder,
    now: () => NOON,
    log: { info: say, warn: say, error: say } as Log,
    onFault: (what) => void faults.push(what),
  })
  onTestFinished(() => store.close())
  return store
}

async function aStoreWithTwoBlocks(): Promise<Store> {
  const store = await open()
  await store.identity.getOrCreate('actor', async () => 'key pair')
  await store.blocks.add(anAddition({ domain: 'a.example' }))
  await store.blocks.add(anAddition({ domain: 'b.example' }))
  await store.blocks.remove({ domain: 'b.example', at: NOON + 5, by: 'operator' })
  return store
}

async function domainsAfterRestart(store: Store): Promise<string[]> {
  await store.close()
  const next = await open()
  expect(await next.identity.getOrCreate('actor', async () => 'another')).toBe('key pair')
  expect(await next.blocks.mark('b.example')).toBeDefined()
  return (await next.blocks.all()).map(({ domain }) => domain)
}

test('a deleted folder is made again within seconds, with every block, mark and key', async () => {
  const store = await aStoreWithTwoBlocks()
  await rm(folder, { recursive: true })
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(2)
  expect(lines[0]).toContain(`the journal in ${folder} was taken away`)
  expect(lines[1]).toContain('was written anew')
  expect(faults).toEqual(['store-folder'])
  expect(await domainsAfterRestart(store)).toEqual(['a.example'])
})

test('verdicts and changes go on in the new folder', async () => {
  const store = await aStoreWithTwoBlocks()
  const entry = (id: string) => ({ id, at: NOON, json: JSON.stringify({ id }) })
  for (const book of [store.records, store.audit]) await book.append(entry('before'))
  await rm(folder, { recursive: true })
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(2)
  for (const id of ['one', 'two']) {
    for (const book of [store.records, store.audit]) await book.append(entry(id))
  }
  await store.close()
  const next = await open()
  for (const book of [next.records, next.audit]) {
    expect((await book.page({ limit: 10 })).records).toEqual(['{"id":"two"}', '{"id":"one"}'])
  }
})

test('a block that comes before anybody noticed is in the new journal too', async () => {
  const store = await aStoreWithTwoBlocks()
  await rm(folder, { recursive: true })
  const late = ['c', 'd', 'e'].map((name) => anAddition({ domain: `${name}.example` }))
  await Promise.all(late.map((addition) => store.blocks.add(addition)))
  expect(faults).toEqual(['store-folder'])
  const kept = await domainsAfterRestart(store)
  expect(kept).toEqual(['a.example', 'c.example', 'd.example', 'e.example'])
})

test('what was learned of people is written again as well', async () => {
  const store = await open()
  await rm(folder, { recursive: true })
  await expect
    .poll(() => readdir(folder).catch(() => []), { timeout: 10_000 })
    .toContain('history.json')
  await store.close()
  const files = ['domains.json', 'history.json', 'journal.ndjson']
  expect((await readdir(folder)).sort()).toEqual(files)
})

test('a copy that was put in the place of the journal is set aside, not overwritten', async () => {
  const store = await aStoreWithTwoBlocks()
  await copyFile(file, `${file}.copy`)
  await rm(file)
  await copyFile(`${file}.copy`, file)
  await store.blocks.add(anAddition({ domain: 'c.example' }))
  expect(await readFile(`${file}.aside`, 'utf8')).toBe(await readFile(`${file}.copy`, 'utf8'))
  expect(await domainsAfterRestart(store)).toEqual(['a.example', 'c.example'])
})

test('a folder that another process has taken meanwhile is left to it', async () => {
  const store = await aStoreWithTwoBlocks()
  await rm(folder, { recursive: true })
  const other = spawn('sleep', ['60'])
  onTestFinished(() => void other.kill('SIGKILL'))
  await once(other, 'spawn')
  await mkdir(folder)
  await writeFile(join(folder, 'lock'), `${other.pid} unknown\n`)
  await writeFile(file, 'theirs')
  await expect(store.blocks.add(anAddition({ domain: 'c.example' }))).rejects.toThrow(file)
  await expect.poll(() => lines.join('\n'), { timeout: 10_000 }).toContain('cannot be written')
  expect((await store.blocks.all()).map(({ domain }) => domain)).toEqual(['a.example'])
  await store.close()
  expect((await readdir(folder)).sort()).toEqual(['journal.ndjson', 'lock'])
  expect(await readFile(file, 'utf8')).toBe('theirs')
})
