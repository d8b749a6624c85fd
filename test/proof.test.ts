import { createHash, generateKeyPairSync, KeyObject, sign } from 'node:crypto'
import { createSignature, signJsonLd, signObject } from '@fedify/fedify/sig'
import { Create } from '@fedify/vocab'
import { importMultibaseKey } from '@fedify/vocab-runtime'
import bs58 from 'bs58'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FedifyReading, fedifyReader, readActivity } from '../src/activity.ts'
import { verifyCarriedProof } from '../src/fedify/carried-proof.ts'
import { contextLoader } from '../src/fedify/contexts.ts'
import type { JsonObject, JsonValue } from '../src/json.ts'
import { type AuthorProof, authorProofs, speaksFor } from '../src/proof.ts'
import type { ActorKey, KeyLookup, Keys, SignatureCheck } from '../src/signature.ts'
import { recordedDeliveries } from './support/deliveries.ts'

const AS = 'https://www.w3.org/ns/activitystreams'
const BOB = 'https://remote.example/users/bob'
const CAROL = 'https://other.example/users/carol'
const RELAY = 'https://relay.example/actor'
const RSA_ID = `${BOB}#main-key`
const ED_ID = `${BOB}#ed25519-key`
const NOW = Date.parse('2026-11-22T12:00:00Z')
const CREATED = '2026-11-22T11:59:30.25Z'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed = generateKeyPairSync('ed25519')
const keyOf = (keyId: string, key: KeyObject, owner = BOB): ActorKey => ({ keyId, owner, key })
const BOBS = [keyOf(RSA_ID, rsa.publicKey), keyOf(ED_ID, ed.publicKey)]

/** Keys as our own key store would have proved them; counts how often it was asked. */
function keyring(keys: readonly ActorKey[] = BOBS, otherwise?: KeyLookup) {
  const asked: string[] = []
  const find = async (keyId: string): Promise<KeyLookup> => {
    asked.push(keyId)
    const key = keys.find((each) => each.keyId === keyId)
    if (key) return { status: 'found', key, cached: true }
    return otherwise ?? { status: 'unavailable', why: 'no answer' }
  }
  return { asked, keys: { find, refresh: find } satisfies Keys }
}

const note = (also?: JsonObject): JsonObject => ({
  id: 'https://remote.example/notes/1',
  type: 'Note',
  attributedTo: BOB,
  content: 'hello',
  name: 'a title',
  to: `${AS}#Public`,
  tag: [{ type: 'Mention', href: 'https://home.example/users/alice', name: '@alice' }],
  ...also,
})
const post = (also?: JsonObject): JsonObject => ({
  '@context': [AS, 'https://w3id.org/security/v1'],
  id: 'https://remote.example/notes/1/activity',
  type: 'Create',
  actor: BOB,
  object: note(),
  to: `${AS}#Public`,
  ...also,
})
const signedBy = (owner: string): SignatureCheck => ({
  status: 'verified',
  keyId: `${owner}#main-key`,
  owner,
  signedAt: NOW - 1_000,
})
const UNSIGNED: SignatureCheck = { status: 'missing' }

const rsaPrivate = rsa.privateKey.toCryptoKey(
  { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  true,
  ['sign'],
)
const edPrivate = ed.privateKey.toCryptoKey('Ed25519', true, ['sign'])
const created = { toString: () => CREATED } as NonNullable<
  Parameters<typeof signJsonLd>[3]['created']
>

const withLd = async (json: JsonObject): Promise<JsonObject> =>
  JSON.parse(
    JSON.stringify(await signJsonLd(json, rsaPrivate, new URL(RSA_ID), { contextLoader, created })),
  )

/** Fedify stamps it with the real time. */
async function withFep(): Promise<JsonObject> {
  const loaders = { contextLoader, documentLoader: contextLoader }
  const activity = await Create.fromJsonLd({ ...post(), '@context': AS }, loaders)
  const signed = await signObject(activity, edPrivate, new URL(ED_ID), loaders)
  return (await signed.toJsonLd({ format: 'compact', contextLoader })) as JsonObject
}

interface Circumstances {
  readonly now?: number
  readonly check?: SignatureCheck
  readonly fedify?: FedifyReading
  readonly ring?: ReturnType<typeof keyring>
}
function prove(
  json: JsonObject,
  { check = UNSIGNED, fedify, ring = keyring(), now = NOW }: Circumstances = {},
): AuthorProof | Promise<AuthorProof> {
  const proofs = authorProofs({ keys: ring.keys, now: () => now })
  return proofs.prove({ check, raw: readActivity(json), fedify, mayAskForKey: true })
}

describe('the request’s own signature', () => {
  test('proves what its signer wrote, without another key', async () => {
    const ring = keyring()
    expect(await prove(await withLd(post()), { check: signedBy(BOB), ring })).toEqual({
      status: 'verified',
      author: BOB,
      by: 'http',
      at: NOW - 1_000,
    })
    expect(ring.asked).toEqual([])
  })

  test.each([
    ['a capital host', 'https://REMOTE.example/users/bob'],
    ['the default port', 'https://remote.example:443/users/bob'],
    ['a dot segment', 'https://remote.example/x/../users/bob'],
    ['a blank behind it', 'https://remote.example/users/bob '],
  ])('an actor with %s is the same, under one name', async (_, actor) => {
    expect(await prove(post({ actor }), { check: signedBy(BOB) })).toMatchObject({
      status: 'verified',
      author: BOB,
    })
  })

  test('an actor with an id longer than anything is kept under proves nothing', async () => {
    const actor = `${BOB}/${'x'.repeat(2_000)}`
    expect(await prove(post({ actor }), { check: signedBy(actor) })).toMatchObject({
      status: 'invalid',
      why: 'names an actor too long to be one',
    })
  })

  test.each([
    ['another path', 'https://remote.example/users/bobby'],
    ['another host', 'https://remote.example.evil.example/users/bob'],
    ['another scheme', 'http://remote.example/users/bob'],
    ['a query', `${BOB}?x`],
    ['no URL at all', 'bob'],
  ])('an actor with %s is not', async (_, actor) => {
    expect(await prove(post({ actor }), { check: signedBy(BOB) })).toEqual({
      status: 'missing',
      author: actor,
      carrier: BOB,
      why: 'carried without a proof by its author',
    })
  })

  test.each<[string, SignatureCheck, object]>([
    ['missing', UNSIGNED, { status: 'missing', why: 'no signature' }],
    [
      'invalid',
      { status: 'invalid', why: 'wrong digest' },
      { status: 'invalid', why: 'wrong digest' },
    ],
    [
      'unavailable',
      { status: 'unavailable', keyId: RSA_ID, gone: true, why: '410' },
      { status: 'unavailable', why: '410' },
    ],
  ])('%s proves nothing about whoever is named', async (_, check, expected) => {
    expect(await prove(post(), { check })).toEqual({ author: BOB, ...expected })
  })

  test('the carrier of an unsigned post proves nothing about its author', async () => {
    expect(await prove(post(), { check: signedBy(RELAY) })).toEqual({
      status: 'missing',
      author: BOB,
      carrier: RELAY,
      why: 'carried without a proof by its author',
    })
  })
})

describe('an ambiguous author is never proved', () => {
  const parsed = (...actors: string[]): FedifyReading => ({
    status: 'parsed',
    view: {
      types: [],
      actors,
      attributedTo: [],
      addressed: [],
      mentions: [],
      texts: [],
      urls: [],
      attachments: 0,
    },
  })

  test.each<[string, JsonValue, string | undefined]>([
    ['two actors', [BOB, CAROL], undefined],
    ['no actor', null, undefined],
    ['an actor without an id', { type: 'Person' }, undefined],
  ])('%s', async (_, actor, author) => {
    const proof = await prove(await withLd(post({ actor })), { check: signedBy(BOB) })
    expect(proof).toMatchObject({ status: 'invalid', author })
  })

  test.each([
    ['another', [CAROL]],
    ['one more', [BOB, CAROL]],
    ['none', []],
  ])('Fedify reads %s', async (_, actors) => {
    const proof = await prove(post(), { check: signedBy(BOB), fedify: parsed(...actors) })
    expect(proof).toEqual({ status: 'invalid', author: BOB, why: 'names another actor as JSON-LD' })
  })

  test('a context moves the actor away, and neither of the two is proved', async () => {
    const context = [
      AS,
      { actor: 'https://e.example/x', who: { '@id': 'as:actor', '@type': '@id' } },
    ]
    const json = post({ '@context': context, who: CAROL })
    const fedify = await fedifyReader().read(readActivity(json))
    expect(fedify.status).toBe('parsed')
    for (const signer of [BOB, CAROL]) {
      expect(await prove(json, { check: signedBy(signer), fedify })).toMatchObject({
        status: 'invalid',
      })
    }
  })

  test.each<FedifyReading>([
    { status: 'skipped', why: 'more than 64 mentions' },
    { status: 'failed', why: 'a bad date' },
  ])('where Fedify $status, the plain view alone decides', async (fedify) => {
    expect(await prove(post(), { check: signedBy(BOB), fedify })).toMatchObject({
      status: 'verified',
    })
  })
})

describe('an Announce with its object inside', () => {
  const announce = (object: JsonValue, also?: JsonObject) =>
    post({ type: 'Announce', actor: RELAY, id: 'https://relay.example/1', object, ...also })

  test.each<[string, JsonObject, string]>([
    ['a post', note({ attributedTo: CAROL }), CAROL],
    [
      'a post with an embedded author',
      note({ attributedTo: { id: CAROL, type: 'Person' } }),
      CAROL,
    ],
    ['a whole activity', post({ actor: CAROL }), CAROL],
    ['a prefixed author', { type: 'Note', 'as:attributedTo': CAROL }, CAROL],
  ])('%s is its author’s, carried by the signer', async (_, object, author) => {
    expect(await prove(announce(object), { check: signedBy(RELAY) })).toEqual({
      status: 'missing',
      author,
      carrier: RELAY,
      why: 'carried without a proof by its author',
    })
  })

  test.each<[string, JsonValue]>([
    ['two authors', note({ attributedTo: [BOB, CAROL] })],
    ['two posts of two people', [note({ attributedTo: BOB }), note({ attributedTo: CAROL })]],
    [
      'nobody’s name and a foreign id',
      { type: 'Note', id: 'https://other.example/1', content: 'x' },
    ],
  ])('%s is nobody’s', async (_, object) => {
    const proof = await prove(announce(object), { check: signedBy(RELAY) })
    expect(proof).toMatchObject({ status: 'missing', author: undefined, carrier: RELAY })
  })

  test.each<[string, JsonValue]>([
    ['its own post', note({ attributedTo: RELAY })],
    [
      'an unnamed post under its own origin',
      { type: 'Note', id: 'https://relay.example/2', content: 'x' },
    ],
    ['an unnamed post without an id', { type: 'Note', content: 'x' }],
    ['only an id', 'https://other.example/1'],
  ])('%s is the announcer’s', async (_, object) => {
    const proof = await prove(announce(object), { check: signedBy(RELAY) })
    expect(proof).toMatchObject({ status: 'verified', author: RELAY, by: 'http' })
  })
})

const idOf = (iri: string) => ({ '@id': iri, '@type': '@id' })
/** As the software of that name writes it. */
const INLINE: readonly (readonly [string, JsonObject])[] = [
  [
    'Mastodon’s posts',
    {
      ostatus: 'http://ostatus.org#',
      atomUri: 'ostatus:atomUri',
      inReplyToAtomUri: 'ostatus:inReplyToAtomUri',
      conversation: 'ostatus:conversation',
      sensitive: 'as:sensitive',
      toot: 'http://joinmastodon.org/ns#',
      votersCount: 'toot:votersCount',
      blurhash: 'toot:blurhash',
      focalPoint: { '@container': '@list', '@id': 'toot:focalPoint' },
      Hashtag: 'as:Hashtag',
      Emoji: 'toot:Emoji',
      quote: idOf('https://w3id.org/fep/044f#quote'),
      quoteUri: 'http://fedibird.com/ns#quoteUri',
      _misskey_quote: 'https://misskey-hub.net/ns#_misskey_quote',
      quoteAuthorization: idOf('https://w3id.org/fep/044f#quoteAuthorization'),
      gts: 'https://gotosocial.org/ns#',
      interactionPolicy: idOf('gts:interactionPolicy'),
      canQuote: idOf('gts:canQuote'),
      automaticApproval: idOf('gts:automaticApproval'),
      manualApproval: idOf('gts:manualApproval'),
    },
  ],
  [
    'Mastodon’s people',
    {
      manuallyApprovesFollowers: 'as:manuallyApprovesFollowers',
      toot: 'http://joinmastodon.org/ns#',
      featured: idOf('toot:featured'),
      featuredTags: idOf('toot:featuredTags'),
      alsoKnownAs: idOf('as:alsoKnownAs'),
      movedTo: idOf('as:movedTo'),
      schema: 'http://schema.org#',
      PropertyValue: 'schema:PropertyValue',
      value: 'schema:value',
      discoverable: 'toot:discoverable',
      suspended: 'toot:suspended',
      memorial: 'toot:memorial',
      indexable: 'toot:indexable',
      attributionDomains: idOf('toot:attributionDomains'),
      focalPoint: { '@container': '@list', '@id': 'toot:focalPoint' },
    },
  ],
  [
    'PeerTube’s comments',
    {
      RsaSignature2017: 'https://w3id.org/security#RsaSignature2017',
      pt: 'https://joinpeertube.org/ns#',
      sc: 'http://schema.org/',
      replyApproval: 'pt:replyApproval',
      support: { '@type': 'sc:Text', '@id': 'pt:support' },
    },
  ],
]

describe('an LD signature on a carried post', () => {
  const carried = { check: signedBy(RELAY) }

  test('proves its author, with its own time, and names the carrier', async () => {
    const ring = keyring()
    expect(await prove(await withLd(post()), { ...carried, ring })).toEqual({
      status: 'verified',
      author: BOB,
      by: 'ld-signature',
      at: Date.parse(CREATED),
      carrier: RELAY,
    })
    expect(ring.asked).toEqual([RSA_ID])
  })

  test.each(INLINE)('proves it with the inline context of %s', async (_, inline) => {
    const json = post({ '@context': [AS, 'https://w3id.org/security/v1', inline] })
    expect(await prove(await withLd(json), carried)).toMatchObject({
      status: 'verified',
      by: 'ld-signature',
    })
  })

  const raid = 'https://raid.example/notes/77'
  const reply: JsonObject = {
    inReplyTo: raid,
    to: [`${AS}#Public`, 'https://home.example/users/alice'],
    cc: 'https://remote.example/users/bob/followers',
    context: 'https://raid.example/contexts/1',
  }
  const typed = (iri: string) => ({ '@id': iri, '@type': '@id' })
  const renamed = Object.keys(reply).flatMap<[string, JsonObject, string, string]>((key) => [
    [`${key} under another name`, { foo: typed(`as:${key}`) }, key, 'foo'],
    [`${key} by its full IRI`, { foo: typed(`${AS}#${key}`) }, key, 'foo'],
    [`${key} by way of a prefix`, { x: `${AS}#`, foo: typed(`x:${key}`) }, key, 'foo'],
    [
      `${key} by way of half a prefix`,
      { x: 'https://www.w3.org/ns/', foo: typed(`x:activitystreams#${key}`) },
      key,
      'foo',
    ],
    [`${key} in capitals`, { Foo: typed(`as:${key}`) }, key, 'Foo'],
    [`${key} under a prefix for the vocabulary`, { x: `${AS}#` }, key, `x:${key}`],
    [`${key} under its own prefix`, {}, key, `as:${key}`],
    [`${key} under its full IRI`, {}, key, `${AS}#${key}`],
    [`${key} cut by @vocab`, { '@vocab': `${AS}#${key[0]}` }, key, key.slice(1)],
    [
      `${key} with a prefix by decree`,
      { x: { '@id': `${AS}#${key[0]}`, '@prefix': true } },
      key,
      `x:${key.slice(1)}`,
    ],
  ])
  const reworded: [string, JsonObject, (object: JsonObject) => JsonObject][] = [
    ...renamed.map(
      ([what, inline, key, name]) =>
        [what, inline, (object: JsonObject) => withKey(object, key, name)] as [
          string,
          JsonObject,
          (object: JsonObject) => JsonObject,
        ],
    ),
    [
      'an id under another name',
      { foo: '@id' },
      (object) => ({ ...object, inReplyTo: { foo: raid } }),
    ],
    [
      'a value under another name',
      { foo: '@value' },
      (object) => ({ ...object, content: { foo: 'hello' } }),
    ],
    ...['likes', 'conversation', 'target', 'Flag', 'Like'].map<
      [string, JsonObject, (object: JsonObject) => JsonObject]
    >((word) => [
      `${word} as a prefix that nobody uses`,
      { [word]: 'https://x.example/' },
      (object) => object,
    ]),
    ['a set', {}, (object) => ({ ...object, inReplyTo: { '@set': [raid] } })],
    ['a type by way of a prefix', { x: `${AS}#` }, (object) => ({ ...object, type: 'x:Note' })],
    ['a type under another name', { Foo: 'as:Note' }, (object) => ({ ...object, type: 'Foo' })],
    [
      'a URL by way of a prefix',
      { x: 'https://raid.example/' },
      (object) => ({ ...object, inReplyTo: 'x:notes/77' }),
    ],
    [
      'ids as keys',
      { inReplyTo: { '@id': 'as:inReplyTo', '@type': '@id', '@container': '@id' } },
      (object) => ({ ...object, inReplyTo: { [raid]: {} } }),
    ],
  ]
  test.each(reworded)('whose carrier writes %s proves nothing', async (_, inline, reword) => {
    const signed = await withLd(post({ object: note(reply) }))
    expect(await prove(signed, carried)).toMatchObject({ status: 'verified' })
    const context = [...contextOf(signed), inline]
    const object = reword(signed.object as JsonObject)
    const proof = await prove({ ...signed, '@context': context, object }, carried)
    expect(proof.status).not.toBe('verified')
    expect(proof).toMatchObject({ author: BOB, carrier: RELAY })
  })

  function withKey(object: JsonObject, key: string, name: string): JsonObject {
    const { [key]: value, ...rest } = object
    const node = (id: JsonValue) => (name.includes(':') ? { id } : id)
    const values = Array.isArray(value) ? value.map(node) : node(value as JsonValue)
    return { ...rest, [name]: values as JsonValue }
  }

  test.each<SignatureCheck>([
    UNSIGNED,
    { status: 'invalid', why: 'wrong digest' },
    { status: 'unavailable', keyId: 'https://relay.example/key', gone: false, why: 'timeout' },
  ])('proves it where the request’s signature is $status', async (check) => {
    const proof = await prove(await withLd(post()), { check })
    expect(proof).toEqual({
      status: 'verified',
      author: BOB,
      by: 'ld-signature',
      at: Date.parse(CREATED),
    })
  })

  const tampered: [string, (json: JsonObject) => JsonObject][] = [
    ['another text', (json) => ({ ...json, object: note({ content: 'spam' }) })],
    ['another id', (json) => ({ ...json, id: 'https://remote.example/notes/2/activity' })],
    ['one more recipient', (json) => ({ ...json, cc: 'https://home.example/users/alice' })],
    [
      'a member outside every context',
      (json) => ({ ...json, _misskey_content: 'https://spam.example/' }),
    ],
    [
      'such a member in the object',
      (json) => ({ ...json, object: note({ spam: 'https://spam.example/' }) }),
    ],
    [
      'a member whose term is null',
      (json) => ({ ...json, '@context': [...contextOf(json), { ad: null }], ad: 'spam' }),
    ],
    [
      'words that change places, statement for statement the same',
      ({ object, ...json }) => {
        const { content, name, tag, ...rest } = object as JsonObject
        const [{ name: called, ...mention }] = tag as [JsonObject]
        return {
          ...json,
          '@context': [...contextOf(json), { content: 'as:name', name: 'as:content' }],
          object: {
            ...rest,
            content: name!,
            name: content!,
            tag: [{ ...mention, content: called! }],
          },
        }
      },
    ],
    [
      'a context inside',
      (json) => ({ ...json, object: { ...note(), '@context': { x: null }, x: 'spam' } }),
    ],
    [
      'an unknown context',
      (json) => ({ ...json, '@context': [...contextOf(json), 'https://e.example/context'] }),
    ],
    ['no context', ({ '@context': _, ...json }) => json],
    [
      'another language for all',
      (json) => ({ ...json, '@context': [...contextOf(json), { '@language': 'en' }] }),
    ],
    ['a graph', (json) => ({ '@context': json['@context']!, ...json, '@graph': [note()] })],
    ['an included node', (json) => ({ ...json, '@included': [note()] })],
    ['a reversed property', (json) => ({ ...json, '@reverse': { object: post() } })],
    ['@reverse further down', (json) => ({ ...json, object: { ...note(), '@reverse': {} } })],
    ['an index', (json) => ({ ...json, object: { ...note(), '@index': 'https://spam.example/' } })],
    ['a blank id', (json) => ({ ...json, object: note({ replies: '_:b0' }) })],
    ['a date in the signature', (json) => withSignature(json, { created: '2026-11-22T11:59:59Z' })],
    ['a text in the signature', (json) => withSignature(json, { note: 'https://spam.example/' })],
    ['an id in the signature', (json) => withSignature(json, { id: 'https://spam.example/' })],
    [
      'another context in the signature',
      (json) => withSignature(json, { '@context': { created: null } }),
    ],
    ['another key of the author', (json) => withSignature(json, { creator: ED_ID })],
    ['an empty signature', (json) => withSignature(json, { signatureValue: '' })],
    ['a broken signature', (json) => withSignature(json, { signatureValue: 'AAAA' })],
    ['another type', (json) => withSignature(json, { type: 'RsaSignature2018' })],
    ['two signatures', (json) => ({ ...json, signature: [json.signature!, json.signature!] })],
  ]
  test.each(tampered)('with %s it proves nothing', async (_, tamper) => {
    const proof = await prove(tamper(await withLd(post())), carried)
    expect(proof.status).not.toBe('verified')
    expect(proof).toMatchObject({ author: BOB, carrier: RELAY })
  })

  test('a key of somebody else proves nothing', async () => {
    const json = await withLd(post())
    const ring = keyring([keyOf(RSA_ID, rsa.publicKey, CAROL)])
    expect(await prove(json, { ...carried, ring })).toMatchObject({
      status: 'invalid',
      why: 'the key of the proof is not its author’s',
    })
  })

  test('a key on another server is not even asked for', async () => {
    const ring = keyring()
    const json = withSignature(await withLd(post()), { creator: 'https://victim.example/key' })
    expect(await prove(json, { ...carried, ring })).toMatchObject({ status: 'missing' })
    expect(ring.asked).toEqual([])
  })

  test.each<[KeyLookup, string]>([
    [{ status: 'unavailable', why: 'timeout' }, 'unavailable'],
    [{ status: 'gone', why: '410' }, 'unavailable'],
    [{ status: 'unproved', why: 'not listed' }, 'invalid'],
  ])('where the key is $status the author is not proved', async (lookup, status) => {
    const json = await withLd(post())
    const proof = await prove(json, { ...carried, ring: keyring([], lookup) })
    expect(proof).toMatchObject({ status, author: BOB, carrier: RELAY })
  })

  test('a proof from the future proves nothing', async () => {
    const json = await withLd(post())
    const now = Date.parse(CREATED) - 2 * 3_600_000
    expect(await prove(json, { ...carried, now })).toMatchObject({
      status: 'invalid',
      why: 'the proof is from the future',
    })
  })

  test('more than 64 mentions are not checked, and the key is not asked for', async () => {
    const tag = Array.from({ length: 65 }, (_, at) => ({
      type: 'Mention',
      href: `https://a.example/${at}`,
    }))
    const signature = {
      ...(await createSignature(post(), rsaPrivate, new URL(RSA_ID), { contextLoader, created })),
    }
    const ring = keyring()
    const json = post({ object: note({ tag }), signature: JSON.parse(JSON.stringify(signature)) })
    expect(await prove(json, { ...carried, ring })).toMatchObject({
      status: 'invalid',
      why: 'proof not checked: more than 64 mentions',
    })
    expect(ring.asked).toEqual([])
  })

  function withSignature(json: JsonObject, also: JsonObject): JsonObject {
    return { ...json, signature: { ...(json.signature as JsonObject), ...also } }
  }
  function contextOf(json: JsonObject): readonly JsonValue[] {
    return json['@context'] as readonly JsonValue[]
  }
})

describe('an FEP-8b32 proof on a carried post', () => {
  const carried = { check: signedBy(RELAY), now: Date.now() }
  const withProof = (json: JsonObject, also: JsonObject): JsonObject => ({
    ...json,
    proof: { ...(json.proof as JsonObject), ...also },
  })

  test('proves its author, with its own time, and names the carrier', async () => {
    const json = await withFep()
    const ring = keyring()
    expect(await prove(json, { ...carried, ring })).toEqual({
      status: 'verified',
      author: BOB,
      by: 'fep-8b32',
      at: Date.parse(String((json.proof as JsonObject).created)),
      carrier: RELAY,
    })
    expect(ring.asked).toEqual([ED_ID])
  })

  test.each([
    '2026-11-22T11:59:30Z',
    '2026-11-22T11:59:30.000Z',
    '2026-11-22T11:59:30.250Z',
    '2026-11-22T11:59:30.123456789Z',
    '2026-11-22T11:59:30+00:00',
    '2026-11-22T20:59:30.5+09:00',
  ])('proves it where its date is written %s', async (date) => {
    const json = signedAt(date)
    expect(await prove(json, { ...carried, now: NOW })).toMatchObject({
      status: 'verified',
      by: 'fep-8b32',
      at: Date.parse(date),
    })
    const later = withProof(json, { created: date.replace('59:30', '59:31') })
    expect(await prove(later, { ...carried, now: NOW })).toMatchObject({ status: 'invalid' })
  })

  /** By FEP-8b32 itself, as servers that do not run Fedify sign. */
  function signedAt(date: string): JsonObject {
    const config = {
      '@context': post()['@context'],
      type: 'DataIntegrityProof',
      cryptosuite: 'eddsa-jcs-2022',
      verificationMethod: ED_ID,
      proofPurpose: 'assertionMethod',
      created: date,
    }
    const digests = [config, post()].map((part) =>
      createHash('sha256').update(sorted(part)).digest(),
    )
    const value = sign(null, Buffer.concat(digests), ed.privateKey)
    const { '@context': _, ...members } = config
    return post({ proof: { ...members, proofValue: `z${bs58.encode(value)}` } })
  }

  /** RFC 8785, as far as these posts need it. */
  function sorted(part: object): string {
    return JSON.stringify(part, (_, value) =>
      value?.constructor === Object ? Object.fromEntries(Object.entries(value).sort()) : value,
    )
  }

  test('holds under an LD signature that its author put on top', async () => {
    const json = await withLd(await withFep())
    const ring = keyring()
    expect(await prove(json, { ...carried, ring })).toMatchObject({ by: 'fep-8b32' })
    expect(ring.asked).toEqual([ED_ID])
  })

  test('gives way to the LD signature where it is of another suite', async () => {
    const json = await withLd(withProof(await withFep(), { cryptosuite: 'eddsa-rdfc-2022' }))
    expect(await prove(json, carried)).toMatchObject({ by: 'ld-signature' })
  })

  test.each<[string, (json: JsonObject) => JsonObject]>([
    ['another text', (json) => ({ ...json, object: note({ content: 'spam' }) })],
    ['one more member', (json) => ({ ...json, spam: 'https://spam.example/' })],
    ['one member less', ({ to: _, ...json }) => json],
    ['another context', (json) => ({ ...json, '@context': AS })],
    ['another date', (json) => withProof(json, { created: '2026-01-01T00:00:00Z' })],
    ['another purpose', (json) => withProof(json, { proofPurpose: 'authentication' })],
    ['another suite', (json) => withProof(json, { cryptosuite: 'eddsa-rdfc-2022' })],
    ['another type', (json) => withProof(json, { type: 'Ed25519Signature2020' })],
    [
      'a member that it does not cover',
      (json) => withProof(json, { note: 'https://spam.example/' }),
    ],
    [
      'a context that it does not cover',
      (json) => withProof(json, { '@context': { x: 'https://spam.example/' } }),
    ],
    ['an RSA key', (json) => withProof(json, { verificationMethod: RSA_ID })],
    ['no value', (json) => withProof(json, { proofValue: 'z' })],
    ['a broken value', (json) => withProof(json, { proofValue: 'zAAAA' })],
    ['a value in another base', (json) => withProof(json, { proofValue: '!!' })],
    [
      'an embedded key',
      (json) => withProof(json, { verificationMethod: { id: ED_ID, publicKeyMultibase: 'z6Mk' } }),
    ],
    ['two proofs', (json) => ({ ...json, proof: [json.proof!, json.proof!] })],
    [
      'a second proof by its full name',
      (json) => ({ ...json, 'https://w3id.org/security#proof': { content: 'spam' } }),
    ],
    [
      'a signature that is no signature',
      (json) => ({ ...json, signature: { content: 'https://spam.example/' } }),
    ],
    [
      'a signature by somebody else on top',
      (json) => ({
        ...json,
        signature: {
          type: 'RsaSignature2017',
          creator: `${CAROL}#main-key`,
          created: CREATED,
          signatureValue: 'AAAA',
        },
      }),
    ],
  ])('with %s it proves nothing', async (_, tamper) => {
    const proof = await prove(tamper(await withFep()), carried)
    expect(proof.status).not.toBe('verified')
    expect(proof).toMatchObject({ author: BOB, carrier: RELAY })
  })

  test('for another actor it proves nothing', async () => {
    const json = { ...(await withFep()), actor: 'https://remote.example/users/eve' }
    expect(await prove(json, carried)).toMatchObject({ status: 'invalid' })
  })
})

describe('the contexts of every recorded delivery', () => {
  const contexts = recordedDeliveries().map(({ delivery }) =>
    JSON.stringify(JSON.parse(delivery.body.toString())['@context']),
  )

  test.each([...new Set(contexts)])('%s can be signed and carried', async (context) => {
    const named = [JSON.parse(context)].flat()
    const json = post({ '@context': [...named, 'https://w3id.org/security/v1'] })
    const check = signedBy(RELAY)
    expect(await prove(await withLd(json), { check })).toMatchObject({ by: 'ld-signature' })
  })
})

describe('recorded deliveries of Hollo', () => {
  const hollos = recordedDeliveries().filter(({ name }) => name.startsWith('hollo-'))

  test.each(hollos.map((recorded) => [recorded.name, recorded] as const))(
    '%s is proved by its own proof where nobody signed the request',
    async (_, { delivery, documents, activity, receivedAt }) => {
      const json = JSON.parse(delivery.body.toString())
      const ring = keyring(await multikeysIn(documents))
      const proof = await prove(json, { ring, now: receivedAt })
      expect(proof).toEqual({
        status: 'verified',
        author: activity.actor,
        by: 'fep-8b32',
        at: Date.parse(json.proof.created),
      })
      expect(ring.asked).toEqual([`${activity.actor}#key-2`])

      const { proof: __, ...unproved } = json
      expect((await prove(unproved, { ring, now: receivedAt })).status).not.toBe('verified')
      const forged = { ...json, id: `${json.id}x` }
      expect((await prove(forged, { ring, now: receivedAt })).status).not.toBe('verified')
    },
  )

  test.each(hollos.map((recorded) => [recorded.name, recorded] as const))(
    '%s bears an LD signature that holds too',
    async (_, { delivery, documents, activity, receivedAt }) => {
      const json = JSON.parse(delivery.body.toString())
      const { keys } = keyring(await multikeysIn(documents))
      const options = { keys, now: () => receivedAt, author: activity.actor }
      const proof = { by: 'ld-signature', keyId: json.signature.creator, at: receivedAt } as const
      expect(await verifyCarriedProof({ ...proof, json }, options)).toEqual({ status: 'verified' })
      const forged = { ...json, cc: 'https://home.example/users/alice' }
      expect(await verifyCarriedProof({ ...proof, json: forged }, options)).toEqual({
        status: 'invalid',
        why: 'a wrong ld-signature',
      })
    },
  )

  async function multikeysIn(documents: Readonly<Record<string, unknown>>): Promise<ActorKey[]> {
    const found: ActorKey[] = []
    for (const document of Object.values(documents)) {
      const { assertionMethod, id } = document as {
        id: string
        assertionMethod: { id: string; publicKeyMultibase: string }[]
      }
      for (const key of assertionMethod) {
        const imported = await importMultibaseKey(key.publicKeyMultibase)
        found.push(keyOf(key.id, KeyObject.from(imported), id))
      }
    }
    return found
  }
})

describe('without a signature that holds', () => {
  test('nothing in an activity proves anybody', async () => {
    const names = fc.constantFrom(
      'proof',
      'signature',
      'actor',
      'type',
      'object',
      '@context',
      'id',
      'creator',
    )
    const json = fc.dictionary(
      names,
      fc.oneof(
        fc.constantFrom(BOB, AS, RSA_ID, 'Create', 'Announce'),
        fc.jsonValue({ maxDepth: 3 }),
      ),
    )
    const checks = fc.constantFrom<SignatureCheck>(UNSIGNED, signedBy(RELAY), {
      status: 'invalid',
      why: 'x',
    })
    await fc.assert(
      fc.asyncProperty(json, checks, async (members, check) => {
        const proof = await prove({ ...members, actor: BOB } as JsonObject, { check })
        expect(proof.status).not.toBe('verified')
      }),
    )
  })
})

describe('whose word an id is', () => {
  test.each([
    [BOB, 'https://remote.example/notes/1', true],
    [BOB, 'https://REMOTE.example:443/notes/1', true],
    [BOB, 'https://remote.example.evil.example/1', false],
    [BOB, 'https://www.remote.example/1', false],
    [BOB, 'https://remote.example:8443/1', false],
    [BOB, 'http://remote.example/1', false],
    [BOB, 'https://remote.example@evil.example/1', false],
    [BOB, 'urn:uuid:1', false],
    [BOB, 'not a URL', false],
    ['not a URL', 'not a URL', false],
    ['urn:uuid:1', 'urn:uuid:1', false],
  ])('%s speaks for %s: %s', (author, id, expected) => {
    expect(speaksFor(author, id)).toBe(expected)
  })
})
