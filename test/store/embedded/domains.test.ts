// What is particular to domains in memory: a bound that strangers cannot use against the followed, and a file that names nobody.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { embeddedDomains } from '../../../src/store/embedded/domains.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/store.ts'
import { aFolder, NOON } from '../build.ts'
import { anAuthor, many } from '../sightings.ts'

const lesson = { domain: 'remote.example', author: anAuthor('momo'), at: NOON } as const

test('a flood of domains has none forgotten that somebody here follows', async () => {
  const domains = embeddedDomains(100, () => NOON)
  await domains.learn({ ...lesson, outcome: 'clean', follow: 'begun' })
  await domains.learn({ ...lesson, domain: 'silent.example', outcome: 'clean' })
  for (const number of many(1000, (each) => each)) {
    await domains.learn({ ...lesson, domain: `flood${number}.example`, outcome: 'clean' })
  }
  expect((await domains.past('remote.example')).people).toBe(1)
  expect((await domains.past('silent.example')).people).toBe(0)
  expect([...domains.lines()].length).toBeLessThanOrEqual(40)
})

test('the file names nobody, and is for its owner alone', async () => {
  const folder = await aFolder()
  const store = await openEmbeddedStore({ folder, now: () => NOON })
  await store.domains.learn({ ...lesson, outcome: 'dropped', follow: 'begun' })
  await store.close()
  const file = join(folder, 'domains.json')
  const text = await readFile(file, 'utf8')
  expect(text).toContain('"followed"')
  expect(text).not.toMatch(/https|example|momo/)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})
