import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDomainTable } from '../../../src/store/mirror/domain-table.ts'
import type { BlockEntry } from '../../../src/store/store.ts'

// Few names, so that the same ones come again and again.
const domain = fc.integer({ min: 0, max: 40 }).map((n) => `${'x'.repeat(n % 23)}d${n}.example`)
const entry: fc.Arbitrary<BlockEntry> = fc.record({
  domain,
  id: fc.oneof(fc.uuid(), fc.stringMatching(/^[\w.:-]{1,64}$/)),
  scope: fc.constantFrom('host', 'subtree'),
  by: fc.constantFrom('operator', 'rule:mention-flood', 'list:☂'),
})
const step = fc.oneof(
  entry.map((added) => ({ added })),
  domain.map((removed) => ({ removed })),
)

test('holds exactly what a Map of the same entries holds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const table = createDomainTable()
      const model = new Map<string, BlockEntry>()
      for (const one of steps) {
        if ('added' in one) {
          table.set(one.added)
          model.set(one.added.domain, one.added)
        } else expect(table.delete(one.removed)).toBe(model.delete(one.removed))
      }
      expect(table.size).toBe(model.size)
      const found = new Map([...table.entries()].map((held) => [held.domain, held]))
      expect(found).toEqual(model)
      for (const [name, held] of model) expect(table.get(name)).toEqual(held)
      expect(table.get('never.example')).toBeUndefined()
    }),
    { numRuns: 300 },
  )
})

test('grows, shrinks and grows again, entries set anew included', () => {
  const table = createDomainTable()
  const count = 20_000
  const at = (n: number): BlockEntry => ({
    ...{ domain: `d${n}.example`, id: `id-${n}`, scope: 'subtree', by: 'operator' },
  })
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < count; n++) table.set(at(n))
    expect(table.size).toBe(count)
    for (let n = 0; n < count; n++) if (n % 3 !== round) table.delete(`d${n}.example`)
    expect(table.size).toBe(Math.ceil((count - round) / 3))
    expect([...table.entries()].every((held) => table.get(held.domain)?.id === held.id)).toBe(true)
  }
})

test('is read across changes: what stays comes exactly once', () => {
  const table = createDomainTable()
  for (let n = 0; n < 5000; n++) {
    table.set({ domain: `d${n}.example`, id: `${n}`, scope: 'host', by: 'operator' })
  }
  const seen: string[] = []
  let n = 0
  for (const held of table.entries()) {
    seen.push(held.domain)
    table.delete(`d${2 * n + 1}.example`)
    table.set({ domain: `later${n}.example`, id: `${n}`, scope: 'host', by: 'operator' })
    if (++n > 10_000) break
  }
  const stayed = seen.filter((name) => /^d\d*[02468]\.example$/.test(name))
  expect(new Set(stayed).size).toBe(2500)
  expect(stayed).toHaveLength(2500)
})

test.each([
  ['an empty domain', { domain: '', id: 'a' }],
  ['a domain of 256 bytes', { domain: 'a'.repeat(256), id: 'a' }],
  ['an id of 255 bytes', { domain: 'a.example', id: 'a'.repeat(255) }],
])('refuses %s', (_, names) => {
  const table = createDomainTable()
  expect(() => table.set({ ...names, scope: 'host', by: 'operator' })).toThrow(RangeError)
  expect(table.size).toBe(0)
})
