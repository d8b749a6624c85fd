// Records on the disk: restarts, kill -9, torn and broken lines, bounds, a disk that takes nothing.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { type EmbeddedRecords, openRecords } from '../../../src/store/embedded/records.ts'
import { createRecordIndex } from '../../../src/store/embedded/records-index.ts'
import type { RecordLimits, RecordStore } from '../../../src/store/store.ts'
import { aFolder, NOON } from '../build.ts'

const DAY = 24 * 3600_000
const MANY: RecordLimits = { count: 100_000, ageMs: 30 * DAY }
const FEW: RecordLimits = { count: 20, ageMs: 30 * DAY } // in segments of sixteen

let folder: string

beforeEach(async () => {
  folder = join(await aFolder(), 'records')
})

interface Setup {
  readonly limits?: RecordLimits
  readonly now?: () => number
  readonly durable?: boolean
  readonly log?: { info: () => void; warn: () => void; error: () => void }
}

async function open(setup: Setup = {}): Promise<EmbeddedRecords> {
  const { limits = MANY, now = () => NOON, durable = false, log } = setup
  const records = await openRecords({ folder, limits, now, durable, log })
  onTestFinished(() => records.close())
  return records
}

async function appendAll(records: RecordStore, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) await records.append(aRecord(number))
}

/** Before noon, `number` milliseconds after an hour ago. */
function aRecord(number: number, more = ''): { id: string; at: number; json: string } {
  const json = JSON.stringify({ number, ...(more && { more }) })
  return { id: `r${number}`, at: NOON - 3600_000 + number, json }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number)
}

/** All pages, newest first. */
async function numbersOf(records: RecordStore, limit = 100): Promise<number[]> {
  const numbers: number[] = []
  let next: string | undefined
  do {
    const page = await records.page({ limit, ...(next !== undefined && { before: next }) })
    numbers.push(...page.records.map((json) => JSON.parse(json).number))
    next = page.next
  } while (next !== undefined)
  return numbers
}

async function files(): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort().map((name) => join(folder, name))
}

async function linesOnDisk(): Promise<number[]> {
  const texts = await Promise.all((await files()).map((file) => readFile(file, 'utf8')))
  const lines = texts.flatMap((text) => text.split('\n').slice(0, -1))
  return lines.map((line) => JSON.parse(line).record.number)
}

test('a restart finds every record, in order and to the letter', async () => {
  const first = await open({ limits: { ...FEW, count: 1000 } })
  const odd = { id: '"☂"', at: NOON, json: '{"text":"☂ \\u2028 🙂","record":{}}' }
  await appendAll(first, upTo(100))
  await first.append(odd)
  await first.close()
  const second = await open({ limits: { ...FEW, count: 1000 } })
  expect((await second.page({ limit: 1 })).records).toEqual([odd.json])
  await appendAll(second, [100, 101])
  await second.close()
  const third = await open({ limits: { ...FEW, count: 1000 } })
  const numbers = (await numbersOf(third, 7)).filter((number) => number !== undefined)
  expect(numbers).toEqual(upTo(102).reverse())
})

test('a record is readable as soon as it is appended', async () => {
  const records = await open()
  await appendAll(records, upTo(3))
  expect(await numbersOf(records)).toEqual([2, 1, 0])
})

test('what comes late takes its place in time, across segments and restarts', async () => {
  const shuffled = upTo(200).map((number) => (number % 25 < 24 ? number + 1 : number - 24))
  const records = await open({ limits: { ...FEW, count: 1000 } })
  await appendAll(records, shuffled)
  expect(await numbersOf(records, 9)).toEqual(upTo(200).reverse())
  await records.close()
  const again = await open({ limits: { ...FEW, count: 1000 } })
  expect(await numbersOf(again, 9)).toEqual(upTo(200).reverse())
})

test('records of the same millisecond keep the order of their arrival', async () => {
  const records = await open()
  for (const number of [3, 1, 2]) await records.append({ ...aRecord(number), at: NOON - 5 })
  expect(await numbersOf(records, 1)).toEqual([2, 1, 3])
})

test.each(['verdicts', 'audit'] as const)(
  'kill -9 loses nothing of the %s that was on the disk',
  async (kind) => {
    const durable = kind === 'audit'
    const program = `
      import { openRecords } from ${JSON.stringify(new URL('../../../src/store/embedded/records.ts', import.meta.url).href)}
      const limits = { count: 100000, ageMs: 1e10 }
      const records = await openRecords({ folder: ${JSON.stringify(folder)}, limits, now: () => ${NOON}, log: undefined, durable: ${durable} })
      for (let number = 0; number < 1e6; number++) {
        await records.append({ id: 'r' + number, at: ${NOON} + number, json: JSON.stringify({ number, more: 'x'.repeat(number % 3000) }) })
        process.stdout.write(number + '\\n')
        if (number % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
      }`
    const args = ['--input-type=module', '--eval', program]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    let told = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      told += text
    })
    const soon = { timeout: 15_000, interval: 10 }
    await vi.waitFor(async () => expect((await linesOnDisk()).length).toBeGreaterThan(150), soon)
    const written = await linesOnDisk()
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
    const numbers = await numbersOf(await open(), 1000)
    expect(numbers).toEqual(upTo(numbers.length).reverse())
    expect(numbers.length).toBeGreaterThanOrEqual(written.length)
    const acknowledged = told.split('\n').slice(0, -1).map(Number)
    if (durable) expect(numbers[0]).toBeGreaterThanOrEqual(acknowledged.at(-1)!)
  },
)

test('a torn last line is left out, and what follows is kept', async () => {
  const first = await open()
  await appendAll(first, upTo(3))
  await first.close()
  const [file = ''] = await files()
  await appendFile(
    file,
    `{"at":${NOON},"id":"torn","record":{"number":3,"more":"${'x'.repeat(999)}`,
  )
  const second = await open()
  expect(await numbersOf(second)).toEqual([2, 1, 0])
  await appendAll(second, [4])
  await second.close()
  expect(await numbersOf(await open())).toEqual([4, 2, 1, 0])
  expect(await linesOnDisk()).toEqual([0, 1, 2, 4])
})

test.each([
  ['is empty', ''],
  ['is no JSON', 'nonsense'],
  ['ends early', '{"at":1'],
  ['has no time', '{"at":"1","id":"a","record":{}}'],
  ['a power cut left blank', '\0'.repeat(4096)],
])('a line that %s hides no other', async (_, damage) => {
  const records = await open()
  await appendAll(records, [0, 1])
  await records.close()
  const [file = ''] = await files()
  const lines = (await readFile(file, 'utf8')).split('\n')
  await writeFile(file, lines.toSpliced(1, 0, damage).join('\n'))
  const again = await open()
  expect(await numbersOf(again)).toEqual([1, 0])
  await appendAll(again, [2])
  expect(await numbersOf(again)).toEqual([2, 1, 0])
})

test('segments without a record within the bounds are deleted, and no others', async () => {
  const records = await open({ limits: FEW })
  await appendAll(records, upTo(100))
  await vi.waitFor(async () => expect(await files()).toHaveLength(2))
  expect(await numbersOf(records, 3)).toEqual(upTo(100).slice(-20).reverse())
  await records.close()
  expect((await linesOnDisk()).length).toBeLessThanOrEqual(20 + 16)
  expect(await numbersOf(await open({ limits: FEW }))).toEqual(upTo(100).slice(-20).reverse())
})

test('a start that is broken off deletes nothing', async () => {
  const records = await open({ limits: { ...FEW, count: 200 } })
  await appendAll(records, upTo(192)) // whole segments: the next record begins one
  await records.close()
  const again = await open({ limits: { ...FEW, count: 200 } })
  await appendAll(again, [192])
  await again.close()
  expect(await linesOnDisk()).toEqual(upTo(193))
})

test('what is too old is deleted too, with all of a quiet month', async () => {
  let now = NOON
  const records = await open({ now: () => now, limits: { count: 100, ageMs: 32 * DAY } })
  for (const number of upTo(40)) {
    now += DAY
    await records.append({ ...aRecord(number), at: now })
    await records.page({ limit: 1 })
  }
  await vi.waitFor(async () => expect(await linesOnDisk()).not.toContain(6), 5000)
  expect(await numbersOf(records)).toEqual(upTo(40).slice(8).reverse())
})

test('a cursor stays good while records go, and ends the list when all before it are gone', async () => {
  const records = await open({ limits: FEW })
  await appendAll(records, upTo(20))
  const { next = '' } = await records.page({ limit: 5 })
  await appendAll(records, [20, 21, 22])
  const page = await records.page({ limit: 100, before: next })
  expect(page.records).toEqual(
    [14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((n) => aRecord(n).json),
  )
  await appendAll(records, upTo(100).slice(23))
  expect(await records.page({ limit: 100, before: next })).toEqual({ records: [] })
})

test('the newest are read without looking through what is older', async () => {
  const records = await open()
  await appendAll(records, upTo(9000)) // three segments
  await records.close()
  const [oldest = ''] = await files()
  await rm(oldest)
  await mkdir(oldest) // reading it fails
  const again = await open()
  expect((await again.page({ limit: 1000 })).records).toHaveLength(1000)
  await expect(numbersOf(again, 1000)).rejects.toThrow('EISDIR')
})

test('a page holds no more than memory should, and says that there is more', async () => {
  const records = await open({ durable: true })
  const more = 'x'.repeat(2_000_000)
  for (const number of upTo(12)) await records.append(aRecord(number, more))
  const page = await records.page({ limit: 12 })
  expect(page.records).toHaveLength(8)
  expect(await numbersOf(records, 12)).toEqual(upTo(12).reverse())
})

test('while the disk takes nothing records wait in memory, then they are refused, and are written in the end', async () => {
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const records = await open({ log })
  await writeFile(folder, 'where the folder should be')
  await appendAll(records, upTo(5))
  await vi.waitFor(() => expect(log.error).toHaveBeenCalled(), 5000)
  expect(await numbersOf(records)).toEqual([4, 3, 2, 1, 0])
  const more = 'x'.repeat(2_000_000)
  for (const number of [5, 6, 7, 8]) await records.append(aRecord(number, more))
  await expect(records.append(aRecord(9))).rejects.toThrow(`${folder} cannot be written`)
  expect(await numbersOf(records)).toEqual(upTo(9).reverse())
  await rm(folder)
  await vi.waitFor(() => expect(log.info).toHaveBeenCalled(), 5000)
  await records.append(aRecord(9))
  await records.close()
  expect(await linesOnDisk()).toEqual(upTo(10))
  expect(log.error).toHaveBeenCalledTimes(1)
})

test('a durable record that cannot be written is refused, and is one record when it is tried again', async () => {
  const records = await open({ durable: true })
  await writeFile(folder, 'where the folder should be')
  await expect(records.append(aRecord(1))).rejects.toThrow(`${folder} cannot be written`)
  await expect(records.append(aRecord(1))).rejects.toThrow(`${folder} cannot be written`)
  await rm(folder)
  await records.append(aRecord(1))
  expect(await linesOnDisk()).toEqual([1])
})

test('a folder that vanished costs what was in it and nothing else', async () => {
  const records = await open({ limits: { ...FEW, count: 1000 } })
  await appendAll(records, upTo(40))
  await records.page({ limit: 1 })
  await vi.waitFor(async () => expect(await linesOnDisk()).toHaveLength(40), 5000)
  await rm(folder, { recursive: true })
  expect((await records.page({ limit: 100 })).records).toEqual([])
  await appendAll(records, upTo(90).slice(40))
  await records.close()
  const { records: kept } = await (await open()).page({ limit: 100 })
  expect(kept).toHaveLength(50)
  expect(kept[0]).toBe(aRecord(89).json)
})

test('files are for the owner alone, and nothing is taken after the end', async () => {
  const records = await open()
  await records.append(aRecord(1))
  await records.close()
  for (const file of [folder, ...(await files())]) {
    expect((await stat(file)).mode & 0o077).toBe(0)
  }
  await expect(records.append(aRecord(2))).rejects.toThrow('closed')
})

test('a folder that is only looked at stays as it is', async () => {
  const records = await open()
  expect(await records.page({ limit: 10 })).toEqual({ records: [] })
  await records.close()
  await expect(readdir(folder)).rejects.toThrow('ENOENT')
})

test('the index is in order however its entries come', () => {
  const entry = fc.record({ at: fc.nat(20), place: fc.nat(1e12), length: fc.nat(9) })
  fc.assert(
    fc.property(fc.array(fc.array(entry)), fc.boolean(), (groups, inTurn) => {
      const index = createRecordIndex()
      for (const group of groups) {
        if (inTurn) group.forEach(index.add)
        else index.merge(group)
      }
      index.filter((place) => place % 3 > 0)
      const kept = groups.flat().filter(({ place }) => place % 3 > 0)
      const inOrder = kept.toSorted((a, b) => a.at - b.at || a.place - b.place)
      const found = Array.from({ length: index.size() }, (_, number) => index.entry(number))
      expect(found.map(({ at, place }) => [at, place])).toEqual(
        inOrder.map(({ at, place }) => [at, place]),
      )
    }),
  )
})
