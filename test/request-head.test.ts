// What two readers could understand in two ways never reaches the pipeline.
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inspectHead } from '../src/request-head.ts'

const USUAL = [
  ['Host', 'relay.example'],
  ['Date', 'Sun, 22 Nov 2026 10:30:00 GMT'],
  ['Digest', 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  ['Content-Type', 'application/activity+json'],
  ['Content-Length', '2'],
  ['Signature', 'keyId="https://remote.example/users/a#main-key",signature="x"'],
  ['User-Agent', 'Mastodon/4.6.5'],
] as const

type Field = readonly [string, string]

interface Change {
  readonly plus?: readonly Field[]
  readonly without?: string
  readonly httpVersion?: string
}

function inspect({ plus = [], without, httpVersion = '1.1' }: Change) {
  const fields = USUAL.filter(([name]) => name !== without)
  return inspectHead({ rawHeaders: [...fields, ...plus].flat(), httpVersion })
}

test('takes what fediverse servers send', () => {
  expect(inspect({})).toEqual({ status: 'ok' })
})

const recorded = new URL('deliveries/', import.meta.url)

test.each(readdirSync(recorded).filter((name) => name.endsWith('.json')))('takes %s', (name) => {
  const { rawHeaders } = JSON.parse(readFileSync(new URL(name, recorded), 'utf8'))
  expect(inspectHead({ rawHeaders: rawHeaders.flat(), httpVersion: '1.1' })).toEqual({
    status: 'ok',
  })
})

describe('repeated headers', () => {
  test.each([
    'Host',
    'Signature',
    'Signature-Input',
    'Digest',
    'Content-Digest',
    'Date',
    'X-Date',
    'Content-Type',
    'Content-Length',
    'Transfer-Encoding',
    'Authorization',
  ])('refuses a second %s, in whatever case', (name) => {
    const first = USUAL.some(([usual]) => usual === name) ? [] : [[name, 'x'] as const]
    expect(inspect({ plus: [...first, [name.toUpperCase(), 'x']] })).toMatchObject({
      status: 'refused',
      httpStatus: 400,
      why: `${name.toLowerCase()} is repeated`,
    })
  })

  test.each(['Accept', 'Via', 'X-Forwarded-For', 'Collection-Synchronization'])(
    'takes a second %s',
    (name) => {
      expect(
        inspect({
          plus: [
            [name, 'a'],
            [name, 'b'],
          ],
        }),
      ).toEqual({ status: 'ok' })
    },
  )
})

describe('the host', () => {
  test.each([
    'relay.example',
    'relay.example:8443',
    'xn--eckwd4c7c.example',
    '192.0.2.1',
    '[::1]:80',
    'LOCALHOST',
    'a_b.example',
  ])('may be %s', (host) => {
    expect(inspect({ without: 'Host', plus: [['Host', host]] })).toEqual({ status: 'ok' })
  })

  test.each([
    '',
    ' ',
    'a b',
    'a,b',
    'a/b',
    'user@a.example',
    'a.example:',
    'a.example:x',
    'a.example:123456',
    '[::1',
    'a?b',
    'a#b',
    'a.example/inbox',
    'é.example',
  ])('may not be %j', (host) => {
    const head = inspect({ without: 'Host', plus: [['Host', host]] })
    expect(head).toMatchObject({ status: 'refused', httpStatus: 400, why: 'host is no host' })
  })

  test('may not be missing', () => {
    expect(inspect({ without: 'Host' })).toMatchObject({ httpStatus: 400, why: 'host is missing' })
  })
})

describe('the version', () => {
  test.each(['1.0', '1.1'])('may be %s', (httpVersion) => {
    expect(inspect({ httpVersion })).toEqual({ status: 'ok' })
  })

  test.each(['0.9', '2.0', '1.2', '', '11'])('may not be %j', (httpVersion) => {
    expect(inspect({ httpVersion })).toMatchObject({ status: 'refused', httpStatus: 505 })
  })
})

describe('the content type', () => {
  const withType = (type: string) =>
    inspect({ without: 'Content-Type', plus: [['Content-Type', type]] })

  test('may be missing', () => {
    expect(inspect({ without: 'Content-Type' })).toEqual({ status: 'ok' })
  })

  test.each([
    'application/activity+json',
    'Application/Activity+JSON',
    'application/json',
    'text/plain',
    'application/ld+json',
    'application/vnd.example.v2+json',
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
    'application/ld+json;profile="https://www.w3.org/ns/activitystreams";charset=utf-8',
    'application/ld+json; profile=https://www.w3.org/ns/activitystreams',
    'application/activity+json; charset=utf-8',
    'application/activity+json; charset=UTF-8',
    'application/activity+json;charset="utf-8"',
    'application/activity+json; charset=utf8',
    'application/activity+json ; charset=utf-8 ; a=b',
    'application/activity+json;',
    'application/json; note="a;charset=x\\";b"',
  ])('may be %s', (type) => {
    expect(withType(type)).toEqual({ status: 'ok' })
  })

  test.each([
    '',
    'json',
    'text/html',
    'image/png',
    'application/xml',
    'application/jsonp',
    'application/+json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; charset=iso-8859-1',
    'application/activity+json; charset=utf-16',
    'application/activity+json; charset=Shift_JIS',
    'application/activity+json; CHARSET=utf-7',
    'application/activity+json; charset=utf-8; charset=utf-16',
    'application/activity+json; charset=',
    'application/activity+json; charset="utf-16',
    'application/activity+json, text/html',
    'application/activity+json charset=utf-8',
    'application/json\ta',
    'application/json\t; charset=utf-16',
    'application/json;\tcharset=utf-16',
    'application/json; a=b c',
    'application/json; charset*=utf-16',
    'application/json; charset =utf-16',
  ])('may not be %j', (type) => {
    expect(withType(type)).toMatchObject({ status: 'refused', httpStatus: 415 })
  })
})

describe('the coding of the body', () => {
  test.each(['identity', '', 'Identity', 'identity, identity'])('may be %j', (coding) => {
    expect(inspect({ plus: [['Content-Encoding', coding]] })).toEqual({ status: 'ok' })
  })

  test.each(['gzip', 'br', 'deflate', 'identity, gzip', 'x-gzip', '?'])(
    'may not be %j',
    (coding) => {
      const head = inspect({ plus: [['Content-Encoding', coding]] })
      expect(head).toMatchObject({ status: 'refused', httpStatus: 415 })
    },
  )

  test('may not hide in a second header', () => {
    const plus = [
      ['Content-Encoding', 'identity'],
      ['content-encoding', 'gzip'],
    ] as const
    expect(inspect({ plus })).toMatchObject({ status: 'refused', httpStatus: 415 })
  })
})

describe('the framing', () => {
  const framed = (coding: string, httpVersion = '1.1') =>
    inspect({ without: 'Content-Length', plus: [['Transfer-Encoding', coding]], httpVersion })

  test.each(['chunked', 'Chunked', ' chunked '])('may be %j', (coding) => {
    expect(framed(coding)).toEqual({ status: 'ok' })
  })

  test.each(['gzip, chunked', 'identity', 'chunked, chunked', 'xchunked', ''])(
    'may not be %j',
    (coding) => {
      expect(framed(coding)).toMatchObject({ status: 'refused', httpStatus: 400 })
    },
  )

  test('may not be chunked in HTTP/1.0, nor both ways at once', () => {
    expect(framed('chunked', '1.0')).toMatchObject({ httpStatus: 400 })
    expect(inspect({ plus: [['Transfer-Encoding', 'chunked']] })).toMatchObject({ httpStatus: 400 })
  })
})

describe('the connection', () => {
  test.each([
    'close',
    'keep-alive',
    'Keep-Alive',
    'close, TE',
    'keep-alive, Proxy-Connection',
    'Upgrade, HTTP2-Settings',
    '',
    'close,',
  ])('may be %j', (value) => {
    expect(inspect({ plus: [['Connection', value]] })).toEqual({ status: 'ok' })
  })

  test.each([
    'close, Signature',
    'Host',
    'keep-alive, Date',
    'Digest',
    'Content-Type',
    'X-Forwarded-For',
    'close, Authorization',
    'x-anything',
    'close; Signature',
  ])('may not be %j', (value) => {
    const head = inspect({ plus: [['Connection', value]] })
    expect(head).toMatchObject({ status: 'refused', httpStatus: 400 })
  })

  test('may not name a header in its second line either', () => {
    const plus = [
      ['Connection', 'close'],
      ['connection', 'Signature'],
    ] as const
    expect(inspect({ plus })).toMatchObject({ httpStatus: 400, why: 'connection names signature' })
  })

  test.each(['h2c', 'websocket', ''])('is not upgraded to %j', (value) => {
    expect(inspect({ plus: [['Upgrade', value]] })).toMatchObject({ httpStatus: 400 })
  })
})

test.each([
  ['100-continue', undefined],
  ['100-Continue', undefined],
  ['', undefined],
  ['200-ok', 417],
  ['100-continue, x', 417],
])('answers the expectation %j with %s', (value, httpStatus) => {
  const head = inspect({ plus: [['Expect', value]] })
  expect('httpStatus' in head ? head.httpStatus : undefined).toBe(httpStatus)
})

test.each([
  'Content_Length',
  'Transfer_Encoding',
  'content_type',
  'Content_Encoding',
  'Signature_Input',
  'Content_Digest',
  'X_Date',
  'User_Agent',
  'Collection_Synchronization',
])('refuses %s, which CGI reads as its dashed twin', (name) => {
  expect(inspect({ plus: [[name, '1']] })).toMatchObject({ status: 'refused', httpStatus: 400 })
})

test('takes an underscore in a name that means nothing', () => {
  expect(inspect({ plus: [['X_Request_Id', '1']] })).toEqual({ status: 'ok' })
})

test.each(['\u0000', '\u0001', '\n', '\r', '\u007f', '\u0100', '\ud800'])(
  'refuses %j in a value',
  (character) => {
    const head = inspect({ plus: [['X-Note', `a${character}b`]] })
    expect(head).toMatchObject({ status: 'refused', httpStatus: 400 })
  },
)

test.each(['', 'a b', 'a:', 'a\t', 'é', 'a(b)', 'a"', 'a,b'])('refuses %j as a name', (name) => {
  expect(inspect({ plus: [[name, 'x']] })).toMatchObject({ status: 'refused', httpStatus: 400 })
})

test('takes tabs and the upper half of a byte in a value', () => {
  expect(inspect({ plus: [['X-Note', 'a\tb \u00e9\u00ff']] })).toEqual({ status: 'ok' })
})

test('takes a hundred headers and refuses one more', () => {
  const fill = (count: number) =>
    Array.from({ length: count - USUAL.length }, (_, at): Field => [`X-${at}`, ''])
  expect(inspect({ plus: fill(100) })).toEqual({ status: 'ok' })
  expect(inspect({ plus: fill(101) })).toMatchObject({ httpStatus: 400, why: 'too many headers' })
})

test('reads a long list of parameters in one pass', () => {
  const type = `application/json${'; a=b'.repeat(3_000)}; charset=utf-16`
  const head = inspect({ without: 'Content-Type', plus: [['Content-Type', type]] })
  expect(head).toMatchObject({ httpStatus: 415 })
})

test('a header more never turns a refusal into consent', () => {
  const fault = fc.constantFrom<Field>(
    ['Host', 'other.example'],
    ['Upgrade', 'h2c'],
    ['Content_Length', '1'],
    ['Content-Encoding', 'gzip'],
    ['Connection', 'signature'],
    ['Expect', 'x'],
    ['X-Note', '\u0000'],
  )
  const field = fc.tuple(fc.string(), fc.string())
  fc.assert(
    fc.property(fault, fc.array(field, { maxLength: 5 }), ([name, value], more) => {
      const plus: Field[] = [...more, [name, value], ...more]
      expect(inspect({ plus }).status).toBe('refused')
    }),
  )
})
