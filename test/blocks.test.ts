// The mirror: what it finds, and that nothing is lost between it and its store.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Blocks, openBlocks } from '../src/blocks.ts'
import { isWithin } from '../src/domains.ts'
import { openEmbeddedStore } from '../src/store/embedded/store.ts'
import type { Store } from '../src/store/store.ts'
import { aFolder, anAddition, NOON, quiet } from './store/build.ts'

let folder: string

beforeEach(async () => {
  folder = await aFolder()
})

async function openStore(at = join(folder, 'store')): Promise<Store> {
  const store = await openEmbeddedStore({ folder: at, now: () => NOON })
  onTestFinished(() => store.close())
  return store
}

interface Opened {
  readonly blocks: Blocks
  readonly faults: string[]
}

async function open(
  store: Store,
  setup: { snapshot?: boolean | 'read'; own?: readonly string[] } = {},
): Promise<Opened> {
  const faults: string[] = []
  const common = { now: () => NOON, log: quiet, onFault: (what: string) => faults.push(what) }
  const blocks = await openBlocks({ store: store.blocks, folder, ...common, ...setup })
  onTestFinished(() => blocks.close())
  return { blocks, faults }
}

describe('finding', () => {
  test('never takes our own names for blocked, whatever the store says', async () => {
    const { blocks } = await open(await openStore(), { own: ['home.example'] })
    await blocks.add(anAddition({ domain: 'home.example' }))
    await blocks.add(anAddition({ domain: 'example' }))
    expect(blocks.find('home.example')).toBeUndefined()
    expect(blocks.find('spam.example')?.domain).toBe('example')
  })

  test.each([
    ['spam.example', 'spam.example'],
    ['www.spam.example', 'spam.example'],
    ['a.b.c.spam.example', 'spam.example'],
    ['xspam.example', undefined],
    ['spam.example.org', undefined],
    ['spam.exampl', undefined],
    ['example', undefined],
    ['host.example', 'host.example'],
    ['www.host.example', undefined],
    ['deep.www.wide.example', 'www.wide.example'],
    ['other.wide.example', 'wide.example'],
    ['[2001:db8::1]', '[2001:db8::1]'],
    ['192.0.2.1', '192.0.2.1'],
    ['', undefined],
  ])('of %j gives the block of %j', async (domain, blocked) => {
    const { blocks } = await open(await openStore())
    const subtrees = ['spam.example', 'wide.example', 'www.wide.example', '[2001:db8::1]']
    for (const name of subtrees) await blocks.add(anAddition({ domain: name }))
    await blocks.add(anAddition({ domain: 'host.example', scope: 'host' }))
    await blocks.add(anAddition({ domain: '192.0.2.1', scope: 'host' }))
    expect(blocks.find(domain)?.domain).toBe(blocked)
  })

  test('blocks a domain and its subdomains, never a look-alike', async () => {
    const { blocks } = await open(await openStore())
    const label = fc.stringMatching(/^[a-z0-9]{1,3}$/)
    const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'))
    const blocked = new Set<string>()
    await fc.assert(
      fc.asyncProperty(domain, domain, label, async (name, other, prefix) => {
        if (blocked.size < 40) {
          await blocks.add(anAddition({ domain: `${name}.test` }))
          blocked.add(`${name}.test`)
        }
        const asked = [`${prefix}.${name}.test`, `${prefix}${name}.test`, `${other}.test`, name]
        for (const host of asked) {
          const covered = [...blocked].some((ancestor) => isWithin(host, ancestor))
          expect(blocks.find(host) !== undefined).toBe(covered)
        }
      }),
      { numRuns: 300 },
    )
  })
})

test('says who made the block and counts domains', async () => {
  const { blocks } = await open(await openStore())
  const { block, evidenceAt } = anAddition({ domain: 'spam.example', by: 'list:tier-0' })
  expect(await blocks.add({ block, evidenceAt })).toBe('added')
  expect(await blocks.add(anAddition({ domain: 'spam.example' }))).toBe('existed')
  const { id, domain, scope, by } = block
  expect(blocks.find('spam.example')).toEqual({ id, domain, scope, by })
  expect(blocks.size).toBe(1)
  expect(blocks.isReady()).toBe(true)
  expect(await blocks.details('spam.example')).toEqual(block)
  expect((await blocks.page({ limit: 5 })).total).toBe(1)
})

test('forgets a removed block and does not bring it back for older evidence', async () => {
  const { blocks } = await open(await openStore())
  await blocks.add(anAddition({ domain: 'spam.example' }))
  const mark = { domain: 'spam.example', at: NOON + 10, by: 'operator' }
  expect(await blocks.remove(mark)).toBe(true)
  expect(await blocks.remove(mark)).toBe(false)
  expect(await blocks.add(anAddition({ domain: 'spam.example' }))).toBe('marked')
  expect(blocks.find('spam.example')).toBeUndefined()
  expect(blocks.size).toBe(0)
})

test('takes a domain that is not canonical for a mistake, not for a store that is away', async () => {
  const { blocks, faults } = await open(await openStore())
  await expect(blocks.add(anAddition({ domain: 'Spam.Example' }))).rejects.toThrow(TypeError)
  expect(faults).toEqual([])
})

test('sees changes that others make in the same store', async () => {
  const store = await openStore()
  const { blocks } = await open(store)
  await store.blocks.add(anAddition({ domain: 'spam.example' }))
  expect(blocks.find('spam.example')).toBeDefined()
  await store.blocks.remove({ domain: 'spam.example', at: NOON, by: 'operator' })
  expect(blocks.find('spam.example')).toBeUndefined()
})

test('a waiting block that cannot be read now is no damaged one', async () => {
  const store = await openStore()
  await mkdir(join(folder, 'pending/unreadable.json'), { recursive: true })
  await expect(open(store)).rejects.toThrow('EISDIR')
  expect(await readdir(join(folder, 'pending'))).toEqual(['unreadable.json'])
})

describe('while the store takes nothing', () => {
  test('a block is in force, on the disk, and handed in at the next start', async () => {
    const store = await openStore()
    const { blocks, faults } = await open(store, { snapshot: false })
    await store.close()
    const addition = anAddition({ domain: 'late.example' })
    expect(await blocks.add(addition)).toBe('journaled')
    expect(await blocks.add(addition)).toBe('journaled')
    expect(blocks.find('late.example')).toBeDefined()
    expect(faults).toContain('blocks-journaled')
    await blocks.close()

    const next = await openStore()
    const { blocks: later } = await open(next, { snapshot: false })
    expect(later.find('late.example')?.id).toBe(addition.block.id)
    expect(await next.blocks.find('late.example')).toEqual(addition.block)
    expect(await readdir(join(folder, 'pending'))).toEqual([])
  })

  test('a waiting block yields to a newer mark', async () => {
    const store = await openStore()
    const { blocks } = await open(store)
    await store.close()
    await blocks.add(anAddition({ domain: 'late.example' }))
    await blocks.close()

    const next = await openStore()
    await next.blocks.remove({ domain: 'late.example', at: NOON + 1, by: 'operator' })
    const { blocks: later } = await open(next)
    expect(later.find('late.example')).toBeUndefined()
    expect(await next.blocks.all()).toEqual([])
  })

  test('removing is refused and the block stays', async () => {
    const store = await openStore()
    const { blocks } = await open(store)
    await blocks.add(anAddition({ domain: 'spam.example' }))
    await store.close()
    const mark = { domain: 'spam.example', at: NOON + 1, by: 'operator' }
    await expect(blocks.remove(mark)).rejects.toThrow()
    expect(blocks.find('spam.example')).toBeDefined()
  })

  test('a block that cannot be written down either is in force until the process ends', async () => {
    const store = await openStore()
    const { blocks } = await open(store)
    await store.close()
    // A folder where the file should go: what a full disk does, for root too.
    const { block, evidenceAt } = anAddition({
      id: 'x/y'.replace('/', '-'),
      domain: 'late.example',
    })
    await mkdir(join(folder, 'pending', `${block.id}.json`, 'full'), { recursive: true })
    expect(await blocks.add({ block, evidenceAt })).toBe('unwritten')
    expect(blocks.find('late.example')).toMatchObject({ id: block.id })
  })

  test('a block that is nowhere but in memory stays, and is handed in when the store takes it', async () => {
    const store = await openStore()
    let isFull = true
    const add: Store['blocks']['add'] = (addition) =>
      isFull ? Promise.reject(new Error('no space left')) : store.blocks.add(addition)
    const { blocks } = await open({ ...store, blocks: { ...store.blocks, add } })
    const { block, evidenceAt } = anAddition({ domain: 'late.example' })
    await mkdir(join(folder, 'pending', `${block.id}.json.${process.pid}.new`))
    expect(await blocks.add({ block, evidenceAt })).toBe('unwritten')
    // Removing hands in what waits first, as the upkeep does every second.
    const mark = { domain: 'another.example', at: NOON, by: 'operator' }
    await expect(blocks.remove(mark)).rejects.toThrow()
    expect(blocks.find('late.example')).toMatchObject({ id: block.id })
    isFull = false
    await blocks.remove(mark)
    expect(await store.blocks.find('late.example')).toEqual(block)
    expect(blocks.find('late.example')).toMatchObject({ id: block.id })
  })
})

test('a waiting file that was damaged is put aside and told, the others are handed in', async () => {
  const store = await openStore()
  const { blocks } = await open(store)
  await store.close()
  await blocks.add(anAddition({ id: 'good', domain: 'late.example' }))
  await blocks.close()
  await writeFile(join(folder, 'pending', 'bad.json'), '{"kind":"blo')

  const { blocks: later, faults } = await open(await openStore())
  expect(later.find('late.example')).toBeDefined()
  expect(faults).toEqual(['blocks-broken'])
  expect(await readdir(join(folder, 'pending'))).toEqual(['bad.json.broken'])
})

test('a damaged waiting file is put aside once, though several processes find it together', async () => {
  const store = await openStore()
  await mkdir(join(folder, 'pending'))
  await writeFile(join(folder, 'pending', 'bad.json'), '{"kind":"blo')
  const opened = await Promise.all(Array.from({ length: 4 }, () => open(store)))
  expect(opened.flatMap(({ faults }) => faults)).toEqual(['blocks-broken'])
  expect(await readdir(join(folder, 'pending'))).toEqual(['bad.json.broken'])
})

test('a process that only reads the snapshot starts with it and leaves it as it is', async () => {
  const store = await openStore()
  const { blocks } = await open(store)
  await blocks.add(anAddition({ domain: 'spam.example' }))
  await blocks.close()
  const file = join(folder, 'blocks.snapshot')
  const before = await readFile(file, 'utf8')
  const { blocks: reading } = await open(store, { snapshot: 'read' })
  await reading.add(anAddition({ id: 'later', domain: 'later.example' }))
  await reading.close()
  expect(await readFile(file, 'utf8')).toBe(before)
  await store.close()
  const { blocks: away } = await open(store, { snapshot: 'read' })
  expect(away.find('spam.example')).toBeDefined()
  expect(away.isReady()).toBe(true)
})

test('no snapshot is written for a store that needs none', async () => {
  const { blocks } = await open(await openStore(), { snapshot: false })
  await blocks.add(anAddition())
  await blocks.close()
  expect((await readdir(folder)).sort()).toEqual(['pending', 'store'])
})
