import { expect, test } from 'vitest'
import { WrongUse } from '../../src/commands/arguments.ts'
import { timeOf } from '../../src/commands/times.ts'

test.each([
  { text: '2026-02-18', at: '2026-02-18T00:00:00.000Z' },
  { text: '2024-02-29', at: '2024-02-29T00:00:00.000Z' },
  { text: '2026-02-18T09:00Z', at: '2026-02-18T09:00:00.000Z' },
  { text: '2026-02-18T18:00:30+09:00', at: '2026-02-18T09:00:30.000Z' },
])('$text is $at', ({ text, at }) => {
  expect(new Date(timeOf('since', text)).toISOString()).toBe(at)
})

test.each([
  ...['1', '18', 'March 7', '2026-2-3', '2026', 'yesterday', '', '-000001-01-01'],
  ...['2026-02-30', '2026-02-30T09:00Z', '2026-13-01', '2026-02-18T09:00', '2026-02-18T25:00Z'],
])('"%s" is wrong use, and the forms that are taken are told', (text) => {
  expect(() => timeOf('since', text)).toThrow(WrongUse)
  expect(() => timeOf('since', text)).toThrow(/^--since: .* is no time: a time is a day in UTC.*Z/)
})

test('until a day is to its last millisecond, until a moment to the moment', () => {
  expect(timeOf('until', '2026-02-18')).toBe(timeOf('since', '2026-02-19') - 1)
  expect(timeOf('until', '2026-02-18T09:00Z')).toBe(timeOf('since', '2026-02-18T09:00Z'))
})
