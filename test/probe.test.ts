import { describe, expect, test } from 'vitest'
import { answerProbe, makeProbe } from '../src/probe.ts'

const TOKEN = 'a-token-of-some-length'
const NOON = Date.parse('2026-11-22T12:00:00Z')

describe('a probe', () => {
  test('is answered by whoever has the token, and by nobody else', () => {
    const { sign, answer } = makeProbe(TOKEN, NOON)
    expect(answerProbe(sign, TOKEN, NOON)).toBe(answer)
    expect(answerProbe(sign, 'another-token-of-length', NOON)).toBeUndefined()
    expect(sign).not.toContain(answer)
  })

  test('is another each time', () => {
    expect(makeProbe(TOKEN, NOON)).not.toEqual(makeProbe(TOKEN, NOON))
  })

  test('is worth nothing after five minutes, nor before its time', () => {
    const { sign } = makeProbe(TOKEN, NOON)
    expect(answerProbe(sign, TOKEN, NOON + 299_000)).toBeDefined()
    expect(answerProbe(sign, TOKEN, NOON + 300_000)).toBeUndefined()
    expect(answerProbe(sign, TOKEN, NOON - 300_000)).toBeUndefined()
  })

  test('cannot be dated anew', () => {
    const { sign } = makeProbe(TOKEN, NOON)
    const later = sign.replace(String(NOON), String(NOON + 600_000))
    expect(answerProbe(later, TOKEN, NOON + 600_000)).toBeUndefined()
  })

  test.each([undefined, '', 'x', ['a', 'b'], `1.${'a'.repeat(16)}.${'b'.repeat(43)}`])(
    '%j is none',
    (sign) => {
      expect(answerProbe(sign, TOKEN, NOON)).toBeUndefined()
    },
  )
})
