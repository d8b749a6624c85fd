// Every way of signing that is good enough.
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Delivery } from '../src/delivery.ts'
import { identify } from '../src/sender.ts'
import { signatures } from '../src/signature.ts'
import { aSigner, keysOf, type Signer, type Signing } from './support/sign.ts'

const AT = Date.UTC(2026, 10, 22, 10, 30)
const BODY = '{"type":"Like"}'

const rsa = aSigner()
const ed25519 = aSigner({ owner: 'https://ed.example/users/eve', algorithm: 'ed25519' })

function verify(delivery: Delivery) {
  const keys = keysOf(rsa, ed25519)
  const hosts = ['social.example', 'Other.example:8443']
  return signatures({ keys, hosts, maxAgeMs: 65 * 60_000, now: () => AT }).verify(delivery)
}

function base64(hash: string): string {
  return createHash(hash).update(BODY).digest('base64')
}

const CAVAGE = ['(request-target)', 'host', 'date', 'digest']
const CREATED = ['(request-target)', 'host', '(created)', 'digest']

const ROWS: readonly (readonly [string, Signing, Signer?])[] = [
  ['rsa-sha256 over what Mastodon signs', { covered: [...CAVAGE, 'content-type'] }],
  ['rsa-sha512', { algorithm: 'rsa-sha512' }],
  ['hs2019 with SHA-256', { algorithm: 'hs2019' }],
  ['hs2019 with SHA-512', { algorithm: 'hs2019', made: 'sha512' }],
  ['hs2019 with (created) in place of Date', { algorithm: 'hs2019', covered: CREATED }],
  [
    '(created) without Date',
    { algorithm: 'hs2019', covered: CREATED, headers: { date: undefined } },
  ],
  ['(created) without an algorithm', { algorithm: undefined, covered: CREATED }],
  [
    '(created) and (expires)',
    {
      algorithm: 'hs2019',
      covered: [...CREATED, '(expires)'],
      parameters: { expires: `${AT / 1000 + 60.5}` },
    },
  ],
  ['no algorithm named', { algorithm: undefined }],
  ['the algorithm in capitals', { algorithm: 'RSA-SHA256' }],
  ['hs2019 with an Ed25519 key', {}, ed25519],
  ['ed25519 by its name', { algorithm: 'ed25519' }, ed25519],
  ['an expiry to come', { parameters: { expires: `${AT / 1000 + 3600}` } }],
  ['an expiry in quotes', { parameters: { expires: `"${AT / 1000 + 3600}"` } }],
  ['unknown parameters', { parameters: { opaque: '"x"', 'x-note': 'token' } }],
  ['the algorithm as a token', { parameters: { algorithm: 'rsa-sha256' } }],
  ['a garbled Signature-Input beside', { headers: { 'signature-input': 'x' } }],
  [
    'a Signature-Input of another key beside',
    { headers: { 'signature-input': 'sig1=("@method");keyid="https://other.example/k"' } },
  ],
  ['the query signed', { target: '/inbox?a=1', signedTarget: '/inbox?a=1' }],
  ['the path signed without its query', { target: '/inbox?a=1', signedTarget: '/inbox' }],
  ['the host in capitals', { host: 'SOCIAL.example' }],
  ['the host with the default port', { host: 'social.example:443' }],
  ['a host of ours with its own port', { host: 'other.example:8443' }],
  ['a digest named in lower case', { headers: { digest: `sha-256=${base64('sha256')}` } }],
  ['a SHA-512 digest', { headers: { digest: `SHA-512=${base64('sha512')}` } }],
  [
    'two digests that match',
    { headers: { digest: `SHA-256=${base64('sha256')}, sha-512=${base64('sha512')}` } },
  ],
  [
    'an MD5 digest beside',
    { headers: { digest: `MD5=${base64('md5')},SHA-256=${base64('sha256')}` } },
  ],
  ['an empty header signed', { covered: [...CAVAGE, 'x-empty'], headers: { 'x-empty': '' } }],
  ['signed 64 minutes ago', { at: AT - 64 * 60_000 }],
  ['signed by a clock 59 minutes fast', { at: AT + 59 * 60_000 }],
  ['RFC 9421 over @target-uri', { scheme: 'rfc9421' }],
  [
    'RFC 9421 over @path and @authority',
    { scheme: 'rfc9421', covered: ['@method', '@path', '@authority', 'content-digest'] },
  ],
  [
    'RFC 9421 over @request-target and Host',
    {
      scheme: 'rfc9421',
      target: '/inbox?a=1',
      covered: ['@method', '@request-target', 'host', 'content-digest'],
    },
  ],
  [
    'RFC 9421 over everything that there is',
    {
      scheme: 'rfc9421',
      target: '/inbox?a=1',
      covered: [
        '@method',
        '@target-uri',
        '@authority',
        '@scheme',
        '@request-target',
        '@path',
        '@query',
        'content-digest',
        'content-type',
      ],
    },
  ],
  [
    'RFC 9421 over @query where there is none',
    { scheme: 'rfc9421', covered: ['@method', '@target-uri', '@query', 'content-digest'] },
  ],
  ['RFC 9421 to the default port', { scheme: 'rfc9421', host: 'SOCIAL.example:443' }],
  ['RFC 9421 to a port of ours', { scheme: 'rfc9421', host: 'other.example:8443' }],
  ['RFC 9421 with RSA-PSS', { scheme: 'rfc9421', made: 'pss' }],
  ['RFC 9421 with RSA, unnamed', { scheme: 'rfc9421', algorithm: undefined }],
  ['RFC 9421 with RSA-PSS, unnamed', { scheme: 'rfc9421', algorithm: undefined, made: 'pss' }],
  ['RFC 9421 with Ed25519', { scheme: 'rfc9421' }, ed25519],
  ['RFC 9421 with Ed25519, unnamed', { scheme: 'rfc9421', algorithm: undefined }, ed25519],
  [
    'RFC 9421 with an expiry to come',
    {
      scheme: 'rfc9421',
      parameters: { expires: `${AT / 1000 + 60}`, nonce: '"a, b"', tag: '"t"' },
    },
  ],
  [
    'a Content-Digest of two hashes',
    {
      scheme: 'rfc9421',
      headers: {
        'content-digest': `sha-512=:${base64('sha512')}:, sha-256=:${base64('sha256')}:`,
      },
    },
  ],
  [
    'a Content-Digest with a hash unknown to us',
    {
      scheme: 'rfc9421',
      headers: { 'content-digest': `sha-256=:${base64('sha256')}:, md5=:${base64('md5')}:` },
    },
  ],
]

const GOOD = ROWS.map(([name, signing, signer = rsa]) => ({ name, signing, signer }))

describe('what is signed well enough', () => {
  test.each(GOOD)('$name verifies', async ({ signing, signer }) => {
    const at = Math.floor((signing.at ?? AT) / 1000) * 1000
    const delivery = signer.deliver({ body: BODY, ...signing, at })
    const { keyId, owner } = signer
    expect(await verify(delivery)).toEqual({ status: 'verified', keyId, owner, signedAt: at })
    expect(identify(delivery)).toEqual({ keyId, domain: new URL(keyId).hostname })
  })

  test.each(GOOD)('$name does not verify with another key', async ({ signing, signer }) => {
    const algorithm = signer.publicKey.asymmetricKeyType as 'rsa' | 'ed25519'
    const stranger = aSigner({ owner: signer.owner, algorithm, pair: 1 })
    const delivery = stranger.deliver({ body: BODY, at: AT, ...signing })
    expect(await verify(delivery)).toEqual({
      status: 'invalid',
      keyId: signer.keyId,
      why: 'the signature does not fit the key',
    })
  })

  test.each(GOOD)('$name does not verify with another body', async ({ signing, signer }) => {
    const delivery = signer.deliver({ body: BODY, at: AT, ...signing })
    const changed = { ...delivery, body: Buffer.from(BODY.replace('Like', 'Lake')) }
    expect(await verify(changed)).toMatchObject({ status: 'invalid' })
  })

  test('header bytes beyond ASCII are signed as they are on the wire', async () => {
    const name = Buffer.from('Zürich').toString('latin1') // as Node hands UTF-8 over
    const signing = { covered: [...CAVAGE, 'x-place'], headers: { 'x-place': name } }
    expect(await verify(rsa.deliver({ at: AT, ...signing }))).toMatchObject({ status: 'verified' })
  })

  test('the older of two signed dates counts', async () => {
    const signing = { algorithm: 'hs2019', covered: [...CAVAGE, '(created)'] }
    const created = { ...signing, parameters: { created: `${AT / 1000 - 60}` } }
    const check = await verify(rsa.deliver({ at: AT, ...created }))
    expect(check).toMatchObject({ status: 'verified', signedAt: AT - 60_000 })
  })
})
