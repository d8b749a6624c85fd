// Who claims to send: read off the header alone, whatever its quality.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { receive } from '../src/delivery.ts'
import { identify } from '../src/sender.ts'
import { aSigner } from './support/sign.ts'

const KEY = 'https://remote.example/users/alice#main-key'

function claim(headers: Readonly<Record<string, string>>) {
  const rawHeaders = Object.entries({ Host: 'social.example', ...headers }).flat()
  return identify(receive({ ...aSigner().deliver(), rawHeaders }))
}

const HOSTILE = [';keyid="', '"\\', '\\"', '";', ' keyId = "', ',', '; ', 'a', 'a=b,']

describe('the claimed sender', () => {
  test.each([
    ['a cavage signature', { Signature: `keyId="${KEY}",signature="AAAA"` }],
    ['a cavage signature in another order', { signature: `signature="AAAA" , keyid="${KEY}"` }],
    ['RFC 9421', { 'Signature-Input': `sig1=("@method");created=1;keyid="${KEY}"` }],
    ['RFC 9421 with a space', { 'Signature-Input': `sig1=(); keyid="${KEY}"` }],
    ['RFC 9421 that is otherwise garbled', { 'Signature-Input': `=(((;keyid="${KEY}"` }],
    [
      'a cavage signature beside RFC 9421',
      { 'Signature-Input': 'sig1=();keyid="https://other.example/k"', Signature: `keyId="${KEY}"` },
    ],
    [
      'a cavage signature beside a garbled Signature-Input',
      { 'Signature-Input': 'x', Signature: `keyId="${KEY}"` },
    ],
    [
      'a cavage signature with an algorithm that is a token',
      { Signature: `keyId="${KEY}",algorithm=rsa-sha256` },
    ],
    [
      'RFC 9421 beside a cavage signature that is garbled',
      {
        'Signature-Input': `sig1=();keyid="${KEY}"`,
        Signature: 'keyId="https://other.example/k",',
      },
    ],
    [
      'RFC 9421 before a string left open',
      { 'Signature-Input': `sig1=();keyid="${KEY}";tag=";keyid=\\"x` },
    ],
    [
      'RFC 9421 with another keyid inside a string',
      {
        'Signature-Input': `sig1=();tag=";keyid=";nonce=";keyid=\\"https://other.example/\\"";keyid="${KEY}"`,
      },
    ],
    [
      'RFC 9421 with another keyid inside a later string',
      { 'Signature-Input': `sig1=();keyid="${KEY}";tag=";keyid=";nonce="x"` },
    ],
    [
      'RFC 9421 with keyid twice, of which parsers keep the last',
      { 'Signature-Input': `sig1=();keyid="https://other.example/k";keyid="${KEY}"` },
    ],
  ])('is read from %s', (_, headers) => {
    expect(claim(headers)).toEqual({ keyId: KEY, domain: 'remote.example' })
  })

  test.each([
    ['https://REMOTE.example./k', 'remote.example'],
    ['https://remote.example:8443/k', 'remote.example'],
    ['https://good.example@remote.example/k', 'remote.example'],
    ['http://ｒｅｍｏｔｅ.example/k', 'remote.example'],
    ['https://bücher.example/k', 'xn--bcher-kva.example'],
  ])('of %s is %s', (keyId, domain) => {
    expect(claim({ Signature: `keyId="${keyId}"` })).toEqual({ keyId, domain })
  })

  test.each(['acct:alice@remote.example', 'did:web:remote.example', '/users/alice', 'https://'])(
    'of %s has no domain',
    (keyId) => {
      expect(claim({ Signature: `keyId="${keyId}"` })).toEqual({ keyId })
    },
  )

  test.each([
    ['no signature', {}],
    ['an empty signature', { Signature: '' }],
    ['two key ids', { Signature: `keyId="${KEY}",keyId="https://other.example/k"` }],
    ['a quote left open', { Signature: `keyId="${KEY}` }],
    [
      'an RFC 9421 description without one',
      { 'Signature-Input': 'sig1=()', Signature: 'sig1=:AAAA:' },
    ],
    ['an RFC 9421 keyid left open', { 'Signature-Input': `sig1=();keyid="${KEY}` }],
    ['an Authorization header', { Authorization: `Signature keyId="${KEY}"` }],
  ])('is nobody with %s', (_, headers) => {
    expect(claim(headers)).toEqual({})
  })

  test('is found or not, but never fails', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[";\\= keyid()]*$/))
    const property = fc.property(text, text, (input, signature) => {
      const { keyId, domain } = claim({ 'Signature-Input': input, Signature: signature })
      expect(keyId !== '' && domain !== '').toBe(true)
    })
    fc.assert(property, { numRuns: 1000 })
  })

  test('is read from any hostile header without a domain', () => {
    for (const part of HOSTILE) {
      expect(claim({ 'Signature-Input': part.repeat(4000) }).domain).toBeUndefined()
      expect(claim({ Signature: part.repeat(4000) })).toEqual({})
    }
  })

  // Sixteen times the bytes may cost sixteen times the time; a quadratic reading would take 256.
  test.each(HOSTILE)('is read from many %j in time proportional to their length', (part) => {
    const input = (bytes: number) => `sig1="${part.repeat(bytes / part.length)}`
    for (const name of ['Signature-Input', 'Signature']) {
      const [short, long] = [input(8_192), input(131_072)].map((text) => medianOf(name, text))
      expect(long! / short!).toBeLessThan(64)
    }
  })
})

/** Of the time that it takes to read the header, in nanoseconds. */
function medianOf(name: string, text: string): number {
  const times = Array.from({ length: 15 }, () => {
    const before = process.hrtime.bigint()
    claim({ [name]: text })
    return Number(process.hrtime.bigint() - before)
  })
  return times.sort((a, b) => a - b)[7]!
}
