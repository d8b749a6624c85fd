import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  readSnapshot,
  readSnapshotHead,
  writeSnapshot,
} from '../../../src/store/mirror/snapshot.ts'
import type { BlockEntry } from '../../../src/store/store.ts'
import { aFolder, NOON } from '../build.ts'

const entries: BlockEntry[] = Array.from({ length: 50 }, (_, n) => ({
  domain: `d${n}.example`,
  id: `id-${n}`,
  scope: n % 2 === 0 ? 'host' : 'subtree',
  by: `list:a "quoted"\n☂ name`,
}))

async function written(): Promise<string> {
  const file = join(await aFolder(), 'blocks.snapshot')
  await writeSnapshot(file, { version: 'v 1', at: NOON, entries })
  return file
}

async function readAll(file: string): Promise<BlockEntry[]> {
  const found: BlockEntry[] = []
  await readSnapshot(file, (entry) => found.push(entry))
  return found
}

test('gives back every entry and where it comes from', async () => {
  const file = await written()
  expect(await readAll(file)).toEqual(entries)
  expect(await readSnapshotHead(file)).toMatchObject({ version: 'v 1', at: NOON })
})

test('an empty list is a list', async () => {
  const file = join(await aFolder(), 'blocks.snapshot')
  await writeSnapshot(file, { version: 'v', at: NOON, entries: [] })
  expect(await readAll(file)).toEqual([])
})

test('a missing file is no snapshot, a strange one is an error', async () => {
  const file = join(await aFolder(), 'blocks.snapshot')
  expect(await readSnapshotHead(file)).toBeUndefined()
  await writeFile(file, 'something else\n')
  await expect(readSnapshotHead(file)).rejects.toThrow('no snapshot')
  await writeFile(file, '')
  await expect(readSnapshotHead(file)).rejects.toThrow('empty')
})

test('one changed, lost or added byte anywhere makes it refused', async () => {
  const file = await written()
  const whole = await readFile(file)
  const damage = fc.record({
    at: fc.nat({ max: whole.length - 2 }), // without the last line break nothing is lost but itself
    how: fc.constantFrom('flip', 'cut', 'insert'),
  })
  await fc.assert(
    fc.asyncProperty(damage, async ({ at, how }) => {
      const before = whole.subarray(0, at)
      const byte = Buffer.from([(whole[at] ?? 0) ^ 1])
      const after = how === 'flip' ? whole.subarray(at + 1) : whole.subarray(at)
      const damaged = how === 'cut' ? before : Buffer.concat([before, byte, after])
      await writeFile(file, damaged)
      await expect(readAll(file)).rejects.toThrow()
    }),
    { numRuns: 200 },
  )
})
