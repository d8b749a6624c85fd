import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expiring } from '../../../src/store/embedded/expiring.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']
const FOR_EVER = { keptMs: Number.POSITIVE_INFINITY }

test('what was set longest ago gives way, and that is told', () => {
  const lost: number[] = []
  const memory = expiring<number>({ max: 2, now: () => 0, onLoss: (value) => lost.push(value) })
  memory.set('a', 1, FOR_EVER)
  memory.set('b', 2, FOR_EVER)
  memory.get('a')
  memory.set('b', 3, FOR_EVER)
  memory.set('c', 4, FOR_EVER)
  expect([...memory.entries()]).toEqual([
    ['b', 3],
    ['c', 4],
  ])
  expect(lost).toEqual([1])
})

test('what has expired is not there, and its loss is none', () => {
  const lost: number[] = []
  let now = 0
  const memory = expiring<number>({ max: 1, now: () => now, onLoss: (value) => lost.push(value) })
  memory.set('a', 1, { keptMs: 10 })
  now = 9
  expect(memory.get('a')).toBe(1)
  now = 10
  expect(memory.get('a')).toBeUndefined()
  expect([...memory.entries()]).toEqual([])
  memory.set('b', 2, { keptMs: 10 })
  expect(lost).toEqual([])
})

test('sweeping gives back the room of what has expired and of nothing else', () => {
  let now = 0
  const memory = expiring<number>({ max: 9, maxSize: 3, now: () => now })
  memory.set('old', 1, { keptMs: 10, size: 2 })
  memory.set('young', 2, { keptMs: 20, size: 1 })
  now = 10
  memory.sweep()
  memory.set('new', 3, { keptMs: 10, size: 2 })
  expect([...memory.entries()].map(([name]) => name)).toEqual(['young', 'new'])
})

test('everything that is not touched meanwhile is read once, slice by slice', () => {
  const memory = expiring<string>({ max: 100, now: () => 0 })
  for (const name of NAMES) memory.set(name, name, FOR_EVER)
  const seen: string[] = []
  for (const [name] of memory.entries()) {
    seen.push(name)
    if (name === 'b') memory.set('a', 'again', FOR_EVER)
    if (name === 'b') memory.delete('c')
  }
  expect(seen).toEqual(['a', 'b', 'd', 'e', 'f', 'a'])
})

test('neither count nor size ever exceed their limits, and only the oldest are missing', () => {
  const step = fc.record({
    name: fc.constantFrom(...NAMES),
    size: fc.integer({ min: 1, max: 5 }),
    isDeleted: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const memory = expiring<number>({ max: 4, maxSize: 8, now: () => 0 })
      let wanted: (readonly [string, number])[] = []
      for (const { name, size, isDeleted } of steps) {
        wanted = wanted.filter(([other]) => other !== name)
        if (isDeleted) memory.delete(name)
        else {
          memory.set(name, size, { ...FOR_EVER, size })
          wanted.push([name, size])
        }
        while (wanted.length > 4 || sum(wanted) > 8) wanted.shift()
        expect([...memory.entries()]).toEqual(wanted)
      }
    }),
  )
})

function sum(entries: readonly (readonly [string, number])[]): number {
  return entries.reduce((total, [, size]) => total + size, 0)
}
