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

describe('the claimed sender', () => {
  test.each([
    ['a cavage signature', { Signature: `keyId="${KEY}",signature="AAAA"` }],
    ['a cavage signature in another order', { signature: `signature="AAAA" , keyid="${KEY}"` }],
    ['RFC 9421', { 'Signature-Input': `sig1=("@method");created=1;keyid="${KEY}"` }],
    ['RFC 9421 with a space', { 'Signature-Input': `sig1=(); keyid="${KEY}"` }],
    ['RFC 9421 that is otherwise garbled', { 'Signature-Input': `=(((;keyid="${KEY}"` }],
    [
      'RFC 9421 beside a cavage signature',
      { 'Signature-Input': `sig1=();keyid="${KEY}"`, Signature: 'keyId="https://other.example/k"' },
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
      { 'Signature-Input': 'sig1=()', Signature: `keyId="${KEY}"` },
    ],
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

  test('is read in time proportional to a hostile header', () => {
    const hostile = [';keyid="', '"\\', '";', ' keyId = "', ',', '; '].map((part) =>
      part.repeat(4000),
    )
    for (const header of hostile) {
      expect(claim({ 'Signature-Input': header }).domain).toBeUndefined()
      expect(claim({ Signature: header })).toEqual({})
    }
  })
})
