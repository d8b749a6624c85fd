// Fedify as the oracle: what it signs verifies here, what our test signer signs verifies there.
import { signRequest, verifyRequest } from '@fedify/fedify/sig'
import { CryptographicKey } from '@fedify/vocab'
import { preloadedContexts } from '@fedify/vocab-runtime'
import { describe, expect, test } from 'vitest'
import { type Delivery, receive } from '../src/delivery.ts'
import { signatures } from '../src/signature.ts'
import { aSigner, keysOf, type Signing } from './support/sign.ts'

const signer = aSigner()
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const SPECS = ['draft-cavage-http-signatures-12', 'rfc9421'] as const

describe.each(SPECS)('signed by Fedify as %s', (spec) => {
  test.each(['/inbox', '/users/bob/inbox', '/inbox?a=1&b=%20'])(
    'a POST to %s verifies',
    async (target) => {
      const delivery = await signedByFedify(target, spec)
      const { keyId, owner } = signer
      expect(await verify(delivery)).toMatchObject({ status: 'verified', keyId, owner })
    },
  )

  test('another body does not verify', async () => {
    const delivery = await signedByFedify('/inbox', spec)
    const changed = { ...delivery, body: Buffer.from('{"type":"Lake"}') }
    expect(await verify(changed)).toMatchObject({ status: 'invalid' })
  })

  test('another target does not verify', async () => {
    const delivery = await signedByFedify('/inbox', spec)
    expect(await verify({ ...delivery, target: '/users/bob/inbox' })).toMatchObject({
      status: 'invalid',
    })
  })
})

const BOTH: readonly (readonly [string, Signing])[] = [
  ['cavage', {}],
  ['cavage with hs2019', { algorithm: 'hs2019' }],
  [
    'cavage over content-type too',
    { covered: ['(request-target)', 'host', 'date', 'content-type', 'digest'] },
  ],
  ['RFC 9421', { scheme: 'rfc9421' }],
  [
    'RFC 9421 over more',
    {
      scheme: 'rfc9421',
      covered: ['@method', '@target-uri', '@authority', 'date', 'content-digest'],
    },
  ],
]

describe('signed by the test signer', () => {
  test.each(BOTH)('%s verifies at Fedify and here', async (_, signing) => {
    const delivery = signer.deliver({
      body: { type: 'Like', id: 'https://remote.example/1' },
      ...signing,
    })
    expect((await verifiedByFedify(delivery))?.href).toBe(signer.keyId)
    expect(await verify(delivery)).toMatchObject({ status: 'verified' })
  })

  test.each(BOTH)(
    '%s with another body verifies neither at Fedify nor here',
    async (_, signing) => {
      const delivery = { ...signer.deliver(signing), body: Buffer.from('{"type":"Lake"}') }
      expect(await verifiedByFedify(delivery)).toBeUndefined()
      expect(await verify(delivery)).toMatchObject({ status: 'invalid' })
    },
  )
})

function verify(delivery: Delivery) {
  const options = { keys: keysOf(signer), hosts: ['social.example'], maxAgeMs: 65 * 60_000 }
  return signatures({ ...options, now: Date.now }).verify(delivery)
}

async function signedByFedify(target: string, spec: (typeof SPECS)[number]): Promise<Delivery> {
  const body = '{"type":"Like"}'
  const request = new Request(`https://social.example${target}`, {
    method: 'POST',
    headers: { 'content-type': 'application/activity+json' },
    body,
  })
  const privateKey = await crypto.subtle.importKey(
    'pkcs8',
    signer.privateKey.export({ type: 'pkcs8', format: 'der' }),
    RSA,
    true,
    ['sign'],
  )
  const signed = await signRequest(request, privateKey, new URL(signer.keyId), { spec })
  const rawHeaders = ['host', 'social.example', ...[...signed.headers].flat()]
  const headers = signed.headers.has('host') ? rawHeaders.slice(2) : rawHeaders
  return receive({ ...signer.deliver({ target }), rawHeaders: headers, body: Buffer.from(body) })
}

async function verifiedByFedify(delivery: Delivery): Promise<URL | undefined> {
  const url = `https://social.example${delivery.target}`
  const headers = [...delivery.headers] as [string, string][]
  const request = new Request(url, { method: 'POST', headers, body: new Uint8Array(delivery.body) })
  const load = async (documentUrl: string) => {
    const known = (preloadedContexts as Record<string, unknown>)[documentUrl]
    return { contextUrl: null, documentUrl, document: known ?? signer.actor }
  }
  const key = await verifyRequest(request, { documentLoader: load, contextLoader: load })
  return key instanceof CryptographicKey ? (key.id ?? undefined) : undefined
}
