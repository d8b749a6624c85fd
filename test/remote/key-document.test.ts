import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import bs58 from 'bs58'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { ownerListsKey, readKeyDocument } from '../../src/remote/key-document.ts'
import { recordedDeliveries } from '../support/deliveries.ts'

const ACTOR = 'https://remote.example/users/alice'
const KEY_ID = `${ACTOR}#main-key`
const KEY = pemOf(rsa(2_048))
const OTHER_KEY = pemOf(rsa(2_048))

describe('recorded documents', () => {
  const recorded = recordedDeliveries()
  const keyIds = [...new Set(recorded.map(({ keyId }) => keyId))]

  test.each(keyIds)('prove the key %s', (keyId) => {
    const url = keyId.split('#')[0]!
    const served = recorded.filter((each) => each.keyId === keyId)
    for (const { documents } of served) {
      const document = documents[url] as JsonObject
      const reading = readKeyDocument({ document, url }, keyId)
      expect(reading).toMatchObject({ status: 'proved', keyId, owner: document.id })
    }
  })

  test('are of four kinds of servers, a stub at an address of its own among them', () => {
    const hosts = new Set(keyIds.map((keyId) => new URL(keyId).hostname))
    expect([...hosts].sort()).toEqual(['gts.test', 'hollo.test', 'misskey.test', 'snac.test'])
    expect(keyIds).toContain('https://gts.test/users/frank/main-key')
  })

  test('prove the Ed25519 key that Hollo publishes as a Multikey', () => {
    const { documents } = recorded.find(({ name }) => name === 'hollo-to-gts-like-1')!
    const url = 'https://hollo.test/@hana'
    const document = documents[url] as JsonObject
    const reading = readKeyDocument({ document, url }, `${url}#key-2`)
    expect(reading).toMatchObject({ status: 'proved', owner: url })
  })
})

describe('one document proves', () => {
  test.each([
    { shape: 'a key in its actor', document: actor(listed()) },
    { shape: 'one key of several', document: actor([listed(`${ACTOR}#other`), listed()]) },
    { shape: 'a key whose owner is left out', document: actor({ id: KEY_ID, publicKeyPem: KEY }) },
    { shape: 'a Multikey', document: { id: ACTOR, assertionMethod: multikey(KEY) } },
    {
      shape: 'the same key as PEM and as Multikey',
      document: { ...actor(listed()), assertionMethod: [multikey(KEY), 'https://x.example/'] },
    },
    { shape: 'a key document', document: listed() },
    { shape: 'a key document of a controller', document: { ...multikey(KEY), id: KEY_ID } },
    {
      shape: 'ids that differ in spelling only',
      document: actor(listed(KEY_ID.replace('rem', 'REM'))),
    },
    { shape: 'PKCS#1', document: actor({ ...listed(), publicKeyPem: pkcs1(KEY) }) },
  ])('$shape', ({ document }) => {
    expect(readKeyDocument({ document, url: ACTOR }, KEY_ID)).toEqual({
      status: 'proved',
      keyId: KEY_ID,
      owner: ACTOR,
      pem: KEY,
    })
  })

  test.each([
    { shape: 'beneath the actor', keyId: `${ACTOR}/main-key`, url: `${ACTOR}/main-key` },
    { shape: 'that is the actor’s own', keyId: ACTOR, url: ACTOR },
    {
      shape: 'from which a redirect led to the actor',
      keyId: 'https://remote.example/k',
      url: ACTOR,
    },
    { shape: 'beneath the actor, with a fragment', keyId: `${ACTOR}/#main-key`, url: `${ACTOR}/` },
  ])('a key address $shape', ({ keyId, url }) => {
    const document = actor(listed(keyId))
    expect(readKeyDocument({ document, url }, keyId)).toMatchObject({ status: 'proved', keyId })
  })
})

describe('nothing is proved by', () => {
  const elsewhere = 'https://victim.example/users/bob'
  test.each([
    { case: 'a document that another origin served', url: 'https://cdn.example/alice' },
    { case: 'a document without id', document: { publicKey: listed() } },
    {
      case: 'another actor at a stranger’s address',
      url: 'https://remote.example/files/1',
      keyId: 'https://remote.example/files/1#k',
      document: actor(listed('https://remote.example/files/1#k')),
    },
    {
      case: 'an actor whose name merely begins alike',
      keyId: `${ACTOR}2#main-key`,
      url: `${ACTOR}2`,
      document: actor(listed(`${ACTOR}2#main-key`)),
    },
    { case: 'an actor of another origin', document: { ...actor(listed()), id: elsewhere } },
    { case: 'an actor that does not list the key', document: actor(listed(`${ACTOR}#other`)) },
    { case: 'an actor without keys', document: { id: ACTOR } },
    { case: 'a key by reference only', document: actor(KEY_ID) },
    {
      case: 'a key in an actor that belongs to another',
      document: actor({ ...listed(), owner: elsewhere }),
    },
    {
      case: 'a key in an actor that belongs to a neighbour',
      document: actor({ ...listed(), owner: `${ACTOR}2` }),
    },
    {
      case: 'owner and controller that disagree',
      document: actor({ ...listed(), controller: elsewhere }),
    },
    {
      case: 'an owner object that is another',
      document: actor({ ...listed(), owner: { id: elsewhere } }),
    },
    { case: 'a key document without owner', document: { id: KEY_ID, publicKeyPem: KEY } },
    {
      case: 'a key document of an http owner',
      document: { ...listed(), owner: 'http://remote.example/a' },
    },
    { case: 'a key document of two owners', document: { ...listed(), owner: [ACTOR, elsewhere] } },
    {
      case: 'two keys under one id',
      document: actor([listed(), { ...listed(), publicKeyPem: OTHER_KEY }]),
    },
    {
      case: 'five spellings under one id',
      document: actor(Array.from({ length: 5 }, () => listed())),
    },
    { case: 'an http keyId', keyId: KEY_ID.replace('https', 'http') },
    { case: 'a keyId with a user name', keyId: KEY_ID.replace('remote', 'a@remote') },
    { case: 'no URL', keyId: 'alice' },
  ])('$case', ({ document = actor(listed()), url = ACTOR, keyId = KEY_ID }) => {
    const served = { document: document as JsonObject, url }
    expect(readKeyDocument(served, keyId)).toMatchObject({ status: 'unproved' })
  })

  test.each([
    { case: 'RSA of 1024 bits', publicKeyPem: pemOf(rsa(1_024)) },
    { case: 'RSA of more than 8192 bits', publicKeyPem: wideRsa(8_200) },
    { case: 'RSA with a huge exponent', publicKeyPem: wideRsa(2_048, 2_047) },
    { case: 'RSA with the exponent 1', publicKeyPem: wideRsa(2_048, 1) },
    {
      case: 'an elliptic curve',
      publicKeyPem: pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
    },
    {
      case: 'RSA-PSS',
      publicKeyPem: pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2_048 })),
    },
    { case: 'a private key', publicKeyPem: privatePem() },
    { case: 'no key', publicKeyPem: 'hello' },
    { case: 'an empty string', publicKeyPem: '' },
    {
      case: 'armour around nothing',
      publicKeyPem: '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----',
    },
  ])('$case', ({ publicKeyPem }) => {
    const document = actor({ ...listed(), publicKeyPem })
    expect(readKeyDocument({ document, url: ACTOR }, KEY_ID)).toMatchObject({ status: 'unproved' })
  })

  test.each([
    { case: 'another base', publicKeyMultibase: 'uAAAA' },
    { case: 'no base58', publicKeyMultibase: 'z0OIl' },
    { case: 'no key', publicKeyMultibase: 'z' },
    {
      case: 'a short Ed25519 key',
      publicKeyMultibase: multibase([0xed, 0x01], Buffer.alloc(31, 7)),
    },
    { case: 'an X25519 key', publicKeyMultibase: multibase([0xec, 0x01], Buffer.alloc(32, 7)) },
    { case: 'a text of endless length', publicKeyMultibase: 'z'.repeat(240_000) },
  ])('a Multikey with $case', ({ publicKeyMultibase }) => {
    const key = { ...multikey(KEY), publicKeyMultibase }
    const document = { id: ACTOR, assertionMethod: key }
    expect(readKeyDocument({ document, url: ACTOR }, KEY_ID)).toMatchObject({ status: 'unproved' })
  })
})

describe('an owner on another origin', () => {
  const owner = 'https://home.example/users/alice'
  const claim = { keyId: KEY_ID, owner, pem: KEY }
  const key = { ...listed(), owner }
  const home = { id: owner, publicKey: key }

  test('is not proved by the key document alone', () => {
    const reading = readKeyDocument({ document: key, url: KEY_ID }, KEY_ID)
    expect(reading).toEqual({ status: 'owner-elsewhere', ...claim })
  })

  test('is proved by its own document that lists the key', () => {
    expect(ownerListsKey({ document: home, url: owner }, claim)).toBe(true)
  })

  test.each([
    {
      case: 'does not list the key',
      document: { ...home, publicKey: listed(`${owner}#main-key`) },
    },
    { case: 'has no key', document: { id: owner } },
    {
      case: 'names another key under that id',
      document: { ...home, publicKey: { ...key, publicKeyPem: OTHER_KEY } },
    },
    {
      case: 'lists it as somebody else’s',
      document: { ...home, publicKey: { ...key, owner: ACTOR } },
    },
    { case: 'is another actor', document: { ...home, id: `${owner}2` } },
    { case: 'comes from another origin', url: 'https://evil.example/' },
  ])('is not proved by a document that $case', ({ document = home, url = owner }) => {
    expect(ownerListsKey({ document: document as JsonObject, url }, claim)).toBe(false)
  })
})

describe('hostile documents', () => {
  test('never make it throw, and never prove what they do not hold', () => {
    const victim = 'https://remote.example/users/victim'
    const junk = fc.jsonValue({ maxDepth: 2 })
    const url = fc.constantFrom(ACTOR, KEY_ID, victim, `${victim}#main-key`)
    const key = fc.record(
      {
        id: fc.oneof({ weight: 4, arbitrary: url }, junk),
        owner: fc.oneof({ weight: 4, arbitrary: url }, junk),
        publicKeyPem: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(KEY, OTHER_KEY) }, junk),
      },
      { requiredKeys: [] },
    )
    const keys = fc.oneof(key, fc.array(key, { maxLength: 3 }), junk)
    const document = fc.record(
      { id: url, owner: url, publicKeyPem: junk, publicKey: keys, assertionMethod: keys },
      { requiredKeys: ['id'] },
    )
    let proved = 0
    fc.assert(
      fc.property(document, (hostile) => {
        const reading = readKeyDocument({ document: hostile as JsonObject, url: ACTOR }, KEY_ID)
        if (reading.status === 'unproved') return
        proved += 1
        expect(reading.owner).toBe(hostile.id)
        const listed = [hostile.publicKey, hostile.assertionMethod].flat()
        expect(listed).toContainEqual(
          expect.objectContaining({ id: KEY_ID, publicKeyPem: reading.pem }),
        )
      }),
      { numRuns: 2_000 },
    )
    expect(proved).toBeGreaterThan(10)
  })
})

function actor(publicKey: unknown): JsonObject {
  return { id: ACTOR, type: 'Person', publicKey: publicKey as JsonObject }
}

function listed(id = KEY_ID): JsonObject {
  return { id, owner: ACTOR, publicKeyPem: KEY }
}

function multikey(pem: string): JsonObject {
  const der = pkcs1Der(pem)
  const publicKeyMultibase = multibase([0x85, 0x24], der)
  return { id: KEY_ID, type: 'Multikey', controller: ACTOR, publicKeyMultibase }
}

function multibase(codec: readonly number[], key: Buffer): string {
  return `z${bs58.encode(Buffer.concat([Buffer.from(codec), key]))}`
}

function rsa(modulusLength: number) {
  return generateKeyPairSync('rsa', { modulusLength })
}

function pemOf({ publicKey }: { publicKey: KeyObject }): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

function privatePem(): string {
  return rsa(2_048).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function pkcs1(pem: string): string {
  return createPublicKey(pem).export({ type: 'pkcs1', format: 'pem' }).toString()
}

function pkcs1Der(pem: string): Buffer {
  return createPublicKey(pem).export({ type: 'pkcs1', format: 'der' })
}

/** A public key of any size without searching for primes: nobody ever signs with it. */
function wideRsa(bits: number, exponentBits = 17): string {
  const number = (size: number) => {
    const bytes = Buffer.alloc(Math.ceil(size / 8), 0xff)
    bytes[0] = 0xff >> ((8 - (size % 8)) % 8)
    return bytes.toString('base64url')
  }
  const jwk = { kty: 'RSA', n: number(bits), e: number(exponentBits) }
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  return key.export({ type: 'spki', format: 'pem' }).toString()
}
