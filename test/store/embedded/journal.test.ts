// What the embedded store survives: kill -9, torn and broken lines, another process, another version.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { openEmbeddedStore } from '../../../src/store/embedded/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { aBlock, aFolder, anAddition, anOffence, aPicture, NOON } from '../build.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await aFolder()
  file = join(folder, 'journal.ndjson')
})

function open(): Promise<Store> {
  return openEmbeddedStore({ folder, now: () => NOON })
}

async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = await open()
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** A process of its own that opens the folder and adds blocks until it is killed. */
function startAdder(): {
  child: ChildProcess
  acknowledged: string[]
  enough: () => Promise<void>
} {
  const program = `
    import { openEmbeddedStore } from ${JSON.stringify(here('../../../src/store/embedded/store.ts'))}
    const store = await openEmbeddedStore({ folder: ${JSON.stringify(folder)}, now: Date.now })
    console.log('open')
    const add = async (n) => {
      const block = { id: 'id-' + n, domain: 'd' + n + '.example', scope: 'subtree', since: n, by: 'operator', reason: 'x'.repeat(n % 300), offences: [] }
      await store.blocks.add({ block, evidenceAt: n })
      process.stdout.write(block.domain + '\\n')
    }
    for (let n = 0; n < 100000; n += 5) await Promise.all([0, 1, 2, 3, 4].map((i) => add(n + i)))`
  const args = ['--input-type=module', '--eval', program]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  const acknowledged: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => line !== 'open' && acknowledged.push(line))
  const enough = () =>
    new Promise<void>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`the adder ended by itself: ${complaint}`)))
      lines.on('line', () => acknowledged.length >= 100 && resolve())
    })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, acknowledged, enough }
}

function here(path: string): string {
  return new URL(path, import.meta.url).href
}

test('kill -9 during additions loses none that was acknowledged', async () => {
  for (let round = 0; round < 3; round++) {
    const { child, acknowledged, enough } = startAdder()
    await enough()
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
    const entries = await withStore(({ blocks }) => blocks.all())
    const kept = new Set(entries.map(({ domain }) => domain))
    expect(acknowledged.filter((domain) => !kept.has(domain))).toEqual([])
  }
})

test('a restart finds blocks in their order, offences, marks and identities', async () => {
  const block = aBlock({ domain: 'a.example', offences: [anOffence('https://a.example/1')] })
  const mark = { domain: 'b.example', at: NOON + 5, by: 'operator', why: 'a mistake' }
  await withStore(async ({ blocks, identity }) => {
    await blocks.add({ block, evidenceAt: NOON })
    await blocks.add(anAddition({ domain: 'b.example' }))
    await blocks.remove(mark)
    await blocks.add(anAddition({ domain: 'c.example' }))
    const more = { ...block, id: 'other', offences: [anOffence('https://a.example/2')] }
    await blocks.add({ block: more, evidenceAt: NOON })
    await identity.getOrCreate('actor', async () => 'key pair')
  })
  for (let restart = 0; restart < 2; restart++) {
    await withStore(async ({ blocks, identity }) => {
      const { blocks: page, total } = await blocks.page({ limit: 5 })
      expect(page.map(({ domain }) => domain)).toEqual(['c.example', 'a.example'])
      expect(total).toBe(2)
      const offences = [anOffence('https://a.example/1'), anOffence('https://a.example/2')]
      expect(await blocks.find('a.example')).toEqual({ ...block, offences })
      expect(await blocks.mark('b.example')).toEqual(mark)
      expect(await blocks.add(anAddition({ domain: 'b.example' }))).toBe('marked')
      expect(await identity.getOrCreate('actor', async () => 'new')).toBe('key pair')
    })
  }
})

test('known pictures survive in their order, and what was removed leaves the journal', async () => {
  const [first, gone, last] = [aPicture({ addedAt: NOON + 9 }), aPicture(), aPicture({ note: '☂' })]
  await withStore(async ({ pictures }) => {
    for (const picture of [first, gone, last]) await pictures.add(picture)
    await pictures.remove(gone.id)
  })
  expect(await withStore(({ pictures }) => pictures.all())).toEqual([first, last])
  expect(await readFile(file, 'utf8')).not.toContain(gone.id)
  await withStore(async ({ pictures }) => {
    expect(await pictures.add(gone)).toBe('added')
  })
  expect(await withStore(({ pictures }) => pictures.all())).toEqual([first, last, gone])
})

test('starting rewrites the journal without what was overtaken', async () => {
  await withStore(async ({ blocks }) => {
    for (let n = 1; n <= 50; n++) {
      await blocks.add(anAddition({ domain: 'a.example' }, NOON + n))
      await blocks.remove({ domain: 'a.example', at: NOON + n, by: 'operator' })
    }
  })
  const before = (await stat(file)).size
  await withStore(async () => undefined)
  const lines = (await readFile(file, 'utf8')).split('\n')
  expect(before).toBeGreaterThan(10_000)
  expect(lines).toHaveLength(3) // the head, one mark, nothing
})

test('a torn last line is left out, and what follows is kept', async () => {
  await withStore(({ blocks }) => blocks.add(anAddition({ domain: 'a.example' })))
  await appendFile(file, '{"kind":"block","block":{"id":"to')
  await withStore(async ({ blocks }) => {
    expect(await blocks.all()).toHaveLength(1)
    await blocks.add(anAddition({ domain: 'b.example' }))
  })
  expect(await withStore(({ blocks }) => blocks.all())).toHaveLength(2)
})

test.each([
  ['is no JSON', 'nonsense'],
  ['is empty', ''],
  ['lacks what a block has', '{"kind":"block","block":{"id":"a"},"evidenceAt":1}'],
  ['is of an unknown kind', '{"kind":"other"}'],
])('a line in the middle that %s stops the start and is named', async (_, line) => {
  await withStore(({ blocks }) => blocks.add(anAddition({ domain: 'a.example' })))
  await appendFile(file, `${line}\n{"kind":"mark","mark":{"domain":"x","at":1,"by":"y"}}\n`)
  await expect(open()).rejects.toThrow(`${file} line 3 is broken`)
  await expect(open()).rejects.toThrow(/move this one line into another file and lose whatever/)
  await expect(open()).rejects.toThrow('line 3') // and the folder was given free again
})

test('a broken line says whose block would be lost with it', async () => {
  await withStore(({ blocks }) => blocks.add(anAddition({ domain: 'a.example' })))
  const whole = await readFile(file, 'utf8')
  await writeFile(file, whole.replace('"since"', '"sin\u001b'))
  await expect(open()).rejects.toThrow(
    /line 2 is broken: .*start.*; mend it, or .* and lose what it said of a\.example$/,
  )
})

test.each([
  ['of a newer version', '{"format":"sekisho-journal","version":2}\n', 'newer version of Sekisho'],
  ['without its head', '{"kind":"other"}\n', 'line 1 is broken'],
  ['without anything', '', 'is empty'],
])('a journal %s is refused', async (_, text, why) => {
  await writeFile(file, text)
  await expect(open()).rejects.toThrow(why)
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('a folder in use is refused, naming the process', async () => {
  const store = await open()
  await expect(open()).rejects.toThrow(`${folder} is used by process ${process.pid}`)
  await store.close()
  await withStore(async ({ isUp }) => expect(isUp()).toBe(true))
})

test.each([
  ['of a process that is gone', '999999999 5\n'],
  ['of an earlier process with our number', `${process.pid} 5\n`],
  ['that names nobody', ''],
])('a lock %s is taken over', async (_, lock) => {
  await writeFile(join(folder, 'lock'), lock)
  await withStore(async ({ isUp }) => expect(isUp()).toBe(true))
  expect(await readdir(folder)).toEqual(['journal.ndjson'])
})

test('of many processes that start at once over a stale lock one gets the folder', async () => {
  await writeFile(join(folder, 'lock'), '999999999 5\n')
  const adders = [startAdder(), startAdder(), startAdder(), startAdder()].map(({ child }) => child)
  const outcomes = adders.map(
    (child) =>
      new Promise<'open' | 'refused'>((resolve) => {
        child.stdout?.once('data', () => resolve('open'))
        child.once('exit', () => resolve('refused'))
      }),
  )
  expect((await Promise.all(outcomes)).sort()).toEqual(['open', 'refused', 'refused', 'refused'])
})

test('files are for the owner alone', async () => {
  await withStore(async () => {
    expect((await stat(file)).mode & 0o077).toBe(0)
  })
})
