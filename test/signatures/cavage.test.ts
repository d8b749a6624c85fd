// The test vectors of draft-cavage-http-signatures-12, appendix C.
import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { joinHeaders } from '../../src/delivery.ts'
import { check } from '../../src/signatures/algorithms.ts'
import { readCavage, readParameters, signingText } from '../../src/signatures/cavage.ts'

const KEY = createPublicKey(`-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----`)

const HEAD = {
  method: 'POST',
  target: '/foo?param=value&pet=dog',
  headers: joinHeaders([
    ...['Host', 'example.com'],
    ...['Date', 'Sun, 05 Jan 2014 21:31:40 GMT'],
    ...['Content-Type', 'application/json'],
    ...['Digest', 'SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE='],
    ...['Content-Length', '18'],
  ]),
}

function text(covered: string): string | undefined {
  const source = { head: HEAD, target: HEAD.target, parameters: new Map() }
  return signingText(covered.split(' '), source)
}

describe('the vectors of appendix C', () => {
  test.each([
    {
      name: 'C.1, the default',
      covered: 'date',
      signature:
        'SjWJWbWN7i0wzBvtPl8rbASWz5xQW6mcJmn+ibttBqtifLN7Sazz6m79cNfwwb8DMJ5cou1s7uEGKKCs+FLEEaDV5lp7q25WqS+lavg7T8hc0GppauB6hbgEKTwblDHYGEtbGmtdHgVCk9SuS13F0hZ8FD0k/5OxEPXe5WozsbM=',
    },
    {
      name: 'C.2, basic',
      covered: '(request-target) host date',
      signature:
        'qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0=',
    },
    {
      name: 'C.3, all headers',
      covered: '(request-target) host date content-type digest content-length',
      signature:
        'vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE=',
    },
  ])('$name verifies, and not with one byte more', ({ covered, signature }) => {
    const claim = {
      algorithms: ['rsa-sha256'] as const,
      signature: Buffer.from(signature, 'base64'),
    }
    expect(check({ ...claim, texts: [text(covered)!] }, KEY)).toBe('signed')
    expect(check({ ...claim, texts: [`${text(covered)} `] }, KEY)).toBe('not-signed')
  })

  test('the signing string of C.3 is the one printed there', () => {
    expect(text('(request-target) host date content-type digest content-length')).toBe(
      [
        '(request-target): post /foo?param=value&pet=dog',
        'host: example.com',
        'date: Sun, 05 Jan 2014 21:31:40 GMT',
        'content-type: application/json',
        'digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=',
        'content-length: 18',
      ].join('\n'),
    )
  })
})

test('the target is tried with its query first, then without', () => {
  const signature =
    'keyId="https://a.example/k",headers="(request-target) host date digest",signature="AAAA"'
  const headers = new Map([...HEAD.headers, ['signature', signature]])
  const reading = readCavage({ ...HEAD, headers })
  expect(reading.status === 'read' && reading.claim.texts.map((one) => one.split('\n')[0])).toEqual(
    ['(request-target): post /foo?param=value&pet=dog', '(request-target): post /foo'],
  )
})

test.each([
  ['a="1", B="2",c=3', { a: '1', b: '2', c: '3' }],
  ['a="",b=1.5', { a: '', b: '1.5' }],
  ['a = "x,y=z" ,b="="', { a: 'x,y=z', b: '=' }],
  ['a=b,c = d-1 ,e="f"', { a: 'b', c: 'd-1', e: 'f' }],
  ['x-y=1', { 'x-y': '1' }],
  ['Signature a="1"', { a: '1' }],
])('parameters %s are read', (header, expected) => {
  expect(readParameters(header)).toEqual(new Map(Object.entries(expected)))
})

test.each([
  '',
  ' ',
  'a',
  'a=',
  'a=b/c',
  'a=b"c"',
  'a=:AAAA:',
  'Signature',
  'a="1"b="2"',
  ',a="1"',
  'a="1",',
  'a="\\""',
  'a="1",A="2"',
  '="1"',
])('parameters %j are refused', (header) => {
  expect(readParameters(header)).toBeUndefined()
})
