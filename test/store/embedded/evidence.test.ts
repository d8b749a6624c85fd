// What is particular to evidence in files: a bound in bytes, private files, and not a byte left of what was purged.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
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

test('the oldest file goes when all of them have too many bytes', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const evidence = await open(320_000)
  const kept = many(50, (number) =>
    anEvidence({ at: NOON - 100 + number, body: 'A'.repeat(9_000) }),
  )
  await Promise.all(kept.map((each) => evidence.keep(each)))
  const before = (await readdir(folder)).length
  vi.advanceTimersByTime(10 * 60_000)
  await expect.poll(async () => (await readdir(folder)).length).toBeLessThan(before - 10)
  const ids = await idsIn(evidence)
  expect(ids).toEqual(kept.slice(-ids.length).map(({ id }) => id))
  expect(ids.length).toBeGreaterThan(30)
  expect(ids.length).toBeLessThan(40)
})

test('its files are for their owner alone', async () => {
  const evidence = await open()
  await evidence.keep(anEvidence())
  const [name = ''] = await readdir(folder)
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
})
