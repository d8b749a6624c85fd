// What happens around the key, and what hostile headers cannot do.
import { createHash, createPublicKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Delivery, receive } from '../src/delivery.ts'
import { identify } from '../src/sender.ts'
import { type KeyLookup, type Keys, signatures } from '../src/signature.ts'
import { aSigner, keysOf } from './support/sign.ts'

const AT = Date.UTC(2026, 10, 22, 10, 30)
const BODY = '{"type":"Like"}'

const rsa = aSigner()
const ed25519 = aSigner({ owner: 'https://ed.example/users/eve', algorithm: 'ed25519' })

function verify(delivery: Delivery, keys: Keys = keysOf(rsa, ed25519)) {
  const hosts = ['social.example', 'Other.example:8443']
  return signatures({ keys, hosts, maxAgeMs: 65 * 60_000, now: () => AT }).verify(delivery)
}

function base64(hash: string): string {
  return createHash(hash).update(BODY).digest('base64')
}

describe('without a signature', () => {
  test.each([
    ['no signature header', []],
    ['an Authorization header', ['Authorization', 'Signature keyId="https://remote.example/k"']],
  ])('%s is missing', async (_, extra) => {
    const rawHeaders = ['Host', 'social.example', ...extra]
    const delivery = receive({ ...rsa.deliver({ at: AT }), rawHeaders })
    expect(await verify(delivery)).toEqual({ status: 'missing' })
    expect(identify(delivery)).toEqual({})
  })
})

describe('the key', () => {
  const delivery = rsa.deliver({ at: AT })
  const { keyId, owner } = rsa
  const stale = aSigner({ owner, pair: 1 }).publicKey
  const held = (key = rsa.publicKey, cached = false): KeyLookup => ({
    status: 'found',
    cached,
    key: { keyId, owner, key },
  })

  function recording(found: KeyLookup, fresh: KeyLookup = found) {
    const asked: string[] = []
    const find: Keys['find'] = async (id) => {
      asked.push(`find ${id}`)
      return found
    }
    const refresh: Keys['refresh'] = async (id) => {
      asked.push(`refresh ${id}`)
      return fresh
    }
    return { asked, keys: { find, refresh } }
  }

  test('is asked for once', async () => {
    const { asked, keys } = recording(held())
    expect(await verify(delivery, keys)).toMatchObject({ status: 'verified' })
    expect(asked).toEqual([`find ${keyId}`])
  })

  test('that came from the cache and does not fit is asked for again', async () => {
    const { asked, keys } = recording(held(stale, true), held())
    expect(await verify(delivery, keys)).toMatchObject({ status: 'verified', owner })
    expect(asked).toEqual([`find ${keyId}`, `refresh ${keyId}`])
  })

  test('that came from the cache and fits is not asked for again', async () => {
    const { asked, keys } = recording(held(rsa.publicKey, true))
    expect(await verify(delivery, keys)).toMatchObject({ status: 'verified' })
    expect(asked).toEqual([`find ${keyId}`])
  })

  test('that was just fetched and does not fit is not asked for again', async () => {
    const { asked, keys } = recording(held(stale), held())
    expect(await verify(delivery, keys)).toMatchObject({ status: 'invalid', keyId })
    expect(asked).toEqual([`find ${keyId}`])
  })

  test('may have changed its type since it was cached', async () => {
    const cached = held(ed25519.publicKey, true)
    const check = await verify(delivery, recording(cached, held()).keys)
    expect(check).toMatchObject({ status: 'verified' })
  })

  test.each<readonly [string, KeyLookup]>([
    ['the same again', held(stale, true)],
    ['another that does not fit either', held(ed25519.publicKey)],
    ['none, its server being away', { status: 'unavailable', why: 'timed out' }],
    ['none, its owner being gone', { status: 'gone', why: '410' }],
    ['one that proves nothing', { status: 'unproved', why: 'another owner' }],
  ])('leaves the signature invalid when the refresh brings %s', async (_, fresh) => {
    const { asked, keys } = recording(held(stale, true), fresh)
    expect(await verify(delivery, keys)).toMatchObject({ status: 'invalid', keyId })
    expect(asked).toHaveLength(2)
  })

  test('of a gone actor makes the signature unavailable, gone for good', async () => {
    const { keys } = recording({ status: 'gone', why: 'answered 410' })
    const check = await verify(delivery, keys)
    expect(check).toEqual({ status: 'unavailable', keyId, gone: true, why: 'answered 410' })
  })

  test('out of reach makes the signature unavailable', async () => {
    const { keys } = recording({ status: 'unavailable', why: 'timed out' })
    const check = await verify(delivery, keys)
    expect(check).toEqual({ status: 'unavailable', keyId, gone: false, why: 'timed out' })
  })

  test('that proves nothing makes the signature invalid', async () => {
    const { keys } = recording({ status: 'unproved', why: 'the actor does not list the key' })
    const check = await verify(delivery, keys)
    expect(check).toEqual({ status: 'invalid', keyId, why: 'the actor does not list the key' })
  })

  test('store that fails is a fault, not an answer', async () => {
    const fault = new Error('the store is away')
    const failing = async () => Promise.reject(fault)
    await expect(verify(delivery, { find: failing, refresh: failing })).rejects.toBe(fault)
  })

  test.each([
    ['of 512 bits', 64, 3],
    ['of 2040 bits', 255, 3],
    ['with the exponent 1', 256, 0],
    ['of 16384 bits', 2048, 3],
    ['with an exponent as long as itself', 256, 256],
  ])('%s is not trusted', async (_, modulusBytes, exponentBytes) => {
    const odd = (bytes: number) => {
      if (bytes === 0) return 'AQ'
      const number = randomBytes(bytes)
      number[0]! |= 128
      number[bytes - 1]! |= 1
      return number.toString('base64url')
    }
    const jwk = { kty: 'RSA', n: odd(modulusBytes), e: odd(exponentBytes) }
    const { keys } = recording(held(createPublicKey({ key: jwk, format: 'jwk' })))
    const check = await verify(delivery, keys)
    expect(check).toMatchObject({ status: 'invalid', why: expect.stringMatching(/too short/) })
  })
})

describe('any header soup', () => {
  const parts = fc.constantFrom(
    ...['keyId=', '"https://remote.example/users/alice#main-key"', 'algorithm=', '"hs2019"', ','],
    ...['headers=', '"(request-target) host date digest"', 'signature=', '"AAAA"', 'sig1=', '()'],
    ...['("@method" "@target-uri" "content-digest")', ';created=', `${AT / 1000}`, ';keyid='],
    ...[':AAAA:', 'SHA-256=', `sha-256=:${base64('sha256')}:`, '"', ';', '(', ')', ' ', '\\', '\n'],
  )
  const value = fc.oneof(
    fc.array(parts, { maxLength: 16 }).map((some) => some.join('')),
    fc.string({ unit: 'binary' }),
  )
  const name = fc.constantFrom(
    ...['signature', 'signature-input', 'digest', 'content-digest', 'host', 'date', 'Signature'],
  )
  const soup = fc.array(fc.tuple(name, value), { maxLength: 8 })

  test('neither throws nor verifies', async () => {
    const keys = keysOf(rsa)
    const property = fc.asyncProperty(soup, fc.string(), async (headers, target) => {
      const rawHeaders = [...headers.flat(), 'Host', 'social.example']
      const delivery = receive({ ...rsa.deliver({ at: AT, body: BODY }), rawHeaders, target })
      const { keyId } = identify(delivery)
      const check = await verify(delivery, keys)
      expect(['missing', 'invalid']).toContain(check.status)
      // Whoever is asked about its blocks is the one whose signature is checked.
      if ('keyId' in check) expect(keyId).toBe(check.keyId)
    })
    await fc.assert(property, { numRuns: 2000 })
  })

  test('in place of one header of a good delivery does not verify either', async () => {
    const which = fc.nat({ max: 10 })
    const schemes = fc.constantFrom('cavage' as const, 'rfc9421' as const)
    const good = {
      cavage: rsa.deliver({ at: AT }),
      rfc9421: rsa.deliver({ at: AT, scheme: 'rfc9421' }),
    }
    const property = fc.asyncProperty(schemes, which, value, async (scheme, at, text) => {
      const delivery = good[scheme]
      const covered = coveredPositions(delivery)
      const position = covered[at % covered.length]!
      fc.pre(text.trim() !== delivery.rawHeaders[position])
      const rawHeaders = delivery.rawHeaders.with(position, text)
      expect(await verify(receive({ ...delivery, rawHeaders }))).toMatchObject({
        status: 'invalid',
      })
    })
    await fc.assert(property, { numRuns: 2000 })
  })

  function coveredPositions({ rawHeaders }: Delivery): readonly number[] {
    const signed = ['host', 'digest', 'content-digest', 'signature', 'signature-input']
    return rawHeaders.flatMap((text, at) => (at % 2 === 0 && signed.includes(text) ? [at + 1] : []))
  }
})
