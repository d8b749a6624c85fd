// The corpus is the specification: what a sensible person wants of each delivery, with every rule that says so.
import { beforeAll, describe, expect, test } from 'vitest'
import { catalog } from '../src/rules/catalog.ts'
import { readCorpus } from './support/corpus.ts'
import { judgeFile, type Outcome } from './support/corpus-court.ts'

const files = readCorpus()
const rules = Object.keys(catalog)
const outcomes = new Map<string, Outcome>()

beforeAll(async () => {
  for (const file of files) outcomes.set(file.name, await judgeFile(file))
})

describe('the corpus', () => {
  test.each(files)('$name comes to $expect.action', ({ name, expect: expected }) => {
    const { action, hits, block, forwardedBefore } = outcomes.get(name)!
    const found = { action, hits: namesOf(hits), block, forwardedBefore }
    expect(found).toEqual({ ...expected, hits: expected.hits.toSorted(), block: expected.block })
  })

  test('has at least 150 files, and a sentence about each that no other has', () => {
    expect(files.length).toBeGreaterThanOrEqual(150)
    expect(new Set(files.map(({ about }) => about)).size).toBe(files.length)
  })

  test('drops no ham', () => {
    const ham = files.filter(({ label }) => label === 'ham')
    const dropped = ham.filter(({ name }) => outcomes.get(name)?.action === 'drop')
    expect(dropped.map(({ name }) => name)).toEqual([])
  })

  test('names nobody but examples', () => {
    const hosts = files.flatMap(({ deliveries }) =>
      deliveries.flatMap(({ body }) =>
        [...body.toString().matchAll(ACTOR)].map(([, host]) => host!),
      ),
    )
    expect(hosts.length).toBeGreaterThan(files.length)
    expect(hosts.filter((host) => !/\.(?:example|test)$/.test(host))).toEqual([])
  })

  test.each(rules)('shows %s in a file that it is meant for', (rule) => {
    const hit = files.filter(
      ({ label, expect: { hits } }) => label !== 'ham' && hits.includes(rule),
    )
    expect(hit.length).toBeGreaterThan(0)
  })

  test.each(rules)('shows %s an honest file close to its limit, without a hit', (rule) => {
    const close = files.filter(({ label, near }) => label === 'ham' && near.includes(rule))
    expect(close.length).toBeGreaterThan(0)
  })

  test.each(files.filter(({ near }) => near.length > 0))(
    '$name is close to $near, no more',
    ({ name, near }) => {
      expect(rules).toEqual(expect.arrayContaining(near))
      const hits = namesOf(outcomes.get(name)!.hits)
      expect(near.filter((rule) => hits.includes(rule))).toEqual([])
    },
  )
})

const ACTOR = /"(?:actor|attributedTo)":"https?:\/\/([^/"]+)/g

function namesOf(hits: Outcome['hits']): readonly string[] {
  return hits.map(({ rule }) => rule).toSorted()
}
