// What is particular to evidence in files: a bound in bytes, private files, and not a byte left of what was purged.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type EmbeddedEvidence, openEvidence } from '../../../src/store/embedded/evidence.ts'
import { aFolder, anEvidence, NOON } from '../build.ts'
import { many } from '../sightings.ts'

let folder: string

beforeEach(async () => {
  folder = join(await aFolder(), 'evidence')
})

async function open(evidenceBytes = 10_000_000): Promise<EmbeddedEvidence> {
  const evidence = await openEvidence({ folder, now: () => NOON, evidenceBytes })
  onTestFinished(() => evidence.close())
  return evidence
}

async function idsIn(evidence: EmbeddedEvidence): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { id } of evidence.of({})) ids.push(id)
  return ids
}

async function onDisk(): Promise<string> {
  const files = await readdir(folder)
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('')
}

test('what is purged is gone from the disk, also what an earlier process kept', async () => {
  const gone = { author: 'https://spam.example/users/gone', body: 'c2VjcmV0' }
  const before = await open()
  await before.keep(anEvidence(gone))
  const kept = [anEvidence({ at: NOON - 1 }), anEvidence({ at: NOON + 1 })]
  await before.keep(kept[0]!)
  await before.close()
  const after = await open()
  await after.keep(anEvidence(gone))
  await after.keep(kept[1]!)
  expect(await onDisk()).toContain('c2VjcmV0')
  expect(await after.purge(gone.author)).toBe(2)
  expect(await onDisk()).not.toMatch(/c2VjcmV0|users\/gone/)
  await after.keep(anEvidence({ at: NOON + 2, id: 'last' }))
  const ids = [...kept.map(({ id }) => id), 'last']
  expect(await idsIn(after)).toEqual(ids)
  await after.close()
  expect(await idsIn(await open())).toEqual(ids)
})

test('a flood leaves the disk twice what is kept at most, and the cases of others on it', async () => {
  const evidence = await open(320_000)
  const others: string[] = []
  for (const number of many(200, (each) => each)) {
    const flood = { author: `https://spam.example/users/p${number}`, body: 'A'.repeat(9_000) }
    await evidence.keep(anEvidence({ ...flood, at: NOON - 1_000 + number }))
    if (number % 20 > 0) continue
    const other = anEvidence({ domain: 'other.example', at: NOON - 1_000 + number })
    await evidence.keep(other)
    others.push(other.id)
  }
  const before = await idsIn(evidence)
  expect(before).toEqual(expect.arrayContaining(others))
  expect(before).toHaveLength(others.length + 4)
  expect((await onDisk()).length).toBeLessThan(2 * 320_000 + 20_000)
  await evidence.close()
  expect(await idsIn(await open(320_000))).toEqual(before)
})

test('its files are for their owner alone', async () => {
  const evidence = await open()
  await evidence.keep(anEvidence())
  const [name = ''] = await readdir(folder)
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
})
