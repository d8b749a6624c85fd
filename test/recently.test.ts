import { expect, test } from 'vitest'
import { recently } from '../src/recently.ts'

function counting() {
  const asked: string[] = []
  const length = recently((text) => {
    asked.push(text)
    return text.length
  })
  return { asked, length }
}

test('what was worked out once is at hand the next time', () => {
  const { asked, length } = counting()
  expect([length('a host'), length('another'), length('a host')]).toEqual([6, 7, 6])
  expect(asked).toEqual(['a host', 'another'])
})

test('what comes again stays, however many others come between', () => {
  const { asked, length } = counting()
  for (let n = 0; n < 20_000; n++) {
    length(`${n}.example`)
    if (n % 1_000 === 0) length('busy.example')
  }
  expect(asked.filter((text) => text === 'busy.example')).toHaveLength(1)
})

test('what comes once is forgotten', () => {
  const { asked, length } = counting()
  length('rare.example')
  for (let n = 0; n < 5_000; n++) length(`${n}.example`)
  length('rare.example')
  expect(asked.filter((text) => text === 'rare.example')).toHaveLength(2)
})

test('long texts are worked out each time', () => {
  const { asked, length } = counting()
  const text = 'x'.repeat(257)
  expect([length(text), length(text)]).toEqual([257, 257])
  expect(asked).toHaveLength(2)
})
