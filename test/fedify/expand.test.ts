// Expanding once is a change to a library that we share with Fedify: it must change nothing but the time.
import { Object as APObject } from '@fedify/vocab'
import jsonld from '@fedify/vocab-runtime/jsonld'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { fedifyReader, readActivity } from '../../src/activity.ts'
import { contextLoader } from '../../src/fedify/contexts.ts'
import { expandOnce, installExpandOnce, termsIn } from '../../src/fedify/expand.ts'
import { viewOf } from '../../src/fedify/view.ts'
import type { JsonObject, JsonValue } from '../../src/json.ts'
import { recordedDeliveries } from '../support/deliveries.ts'

const AS = 'https://www.w3.org/ns/activitystreams'
const loaders = {
  contextLoader,
  documentLoader: () => Promise.reject(new Error('nothing is fetched')),
}

const posts: readonly JsonObject[] = recordedDeliveries()
  .filter(({ activity }) => activity.type === 'Create' || activity.type === 'Update')
  .map(({ delivery }) => JSON.parse(delivery.body.toString()))

const VALUES: readonly JsonValue[] = [
  ...[
    'as:rel',
    'text',
    'https://other.example/x',
    'as:Public',
    '_:b0',
    'Mention',
    '2026-01-01T00:00:00Z',
  ],
  ...[0, 1.5, true, null, [], {}],
  ...[[null, 'a', ['b']], { '@list': ['https://a.example/1', { type: 'Note', content: 'in' }] }],
  ...[{ '@set': [{ type: 'Mention', href: 'https://a.example/u' }] }, { '@value': 'v' }],
  ...[{ '@value': 'v', '@language': 'ja' }, { '@id': 'https://a.example/id' }, { id: '_:b1' }],
  ...[{ type: 'Note', content: 'nested', tag: { type: 'Hashtag', name: '#x' } }],
  ...[{ type: 'Question', oneOf: [{ type: 'Note', name: 'yes' }], closed: '2026-01-01T00:00:00Z' }],
  ...[
    { type: ['Note', 'Article'], content: 'two types' },
    { type: 'Unknown', content: 'odd' },
  ],
  ...[{ '@context': { content: 'as:summary' }, type: 'Note', content: 'moved' }],
  ...[{ '@context': null, type: 'Note', content: 'out of context' }],
  ...[{ '@reverse': { attributedTo: { type: 'Note', content: 'reversed' } } }],
  ...[{ '@included': [{ type: 'Note', content: 'included' }], type: 'Note' }],
  ...[{ '@graph': [{ type: 'Note', content: 'in a graph' }], id: 'https://a.example/graph' }],
  ...[
    { '@nest': { content: 'nested' }, type: 'Note' },
    { '@index': 'i', type: 'Note' },
  ],
]
const KEYS = [
  ...['content', 'tag', 'attachment', 'object', 'to', 'name', 'url', 'icon', 'published', 'source'],
  ...['as:tag', `${AS}#content`, '@type', '@graph', '@reverse', '@included', 'contentMap', 'proof'],
  ...['inReplyTo', 'attributedTo', 'unknown', 'replies', 'quoteUrl', '@context', 'preview'],
]

interface Edit {
  readonly place: number
  readonly key: string
  readonly value: JsonValue
  readonly how: 'set' | 'wrap' | 'delete'
}
const edit: fc.Arbitrary<Edit> = fc.record({
  place: fc.nat(50),
  key: fc.constantFrom(...KEYS),
  value: fc.constantFrom(...VALUES),
  how: fc.constantFrom('set', 'set', 'wrap', 'delete'),
})
const mutated = fc
  .tuple(fc.constantFrom(...posts), fc.array(edit, { minLength: 1, maxLength: 4 }))
  .map(([post, edits]) => edits.reduce<JsonObject>(edited, post))

function edited(json: JsonObject, { place, key, value, how }: Edit): JsonObject {
  const copy = structuredClone(json) as Record<string, JsonValue>
  const nodes = nodesIn(copy)
  const node = nodes[place % nodes.length]!
  if (how === 'delete') delete node[key]
  else node[key] = how === 'set' || node[key] === undefined ? value : [node[key], value]
  return copy
}

function nodesIn(value: JsonValue, key = ''): Record<string, JsonValue>[] {
  if (key === '@context' || typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((entry) => nodesIn(entry))
  const node = value as Record<string, JsonValue>
  return [node, ...Object.entries(node).flatMap(([name, member]) => nodesIn(member, name))]
}

/** Asked for whether they are there or not. */
const EVERY_TERM = { has: () => true } as unknown as ReadonlySet<string>

async function outcomeOf(
  parse: () => Promise<{ readonly object: APObject; readonly terms: ReadonlySet<string> }>,
) {
  try {
    const { object, terms } = await parse()
    const expanded = await object.toJsonLd({ format: 'expand', contextLoader })
    return { kind: object.constructor.name, expanded, view: await viewOf(object, [], terms) }
  } catch (error) {
    return { failed: error instanceof Error ? error.name : 'unknown' }
  }
}

const stock = (json: JsonObject) =>
  outcomeOf(async () => ({
    object: await APObject.fromJsonLd(json, loaders),
    terms: EVERY_TERM,
  }))
const once = (json: JsonObject) =>
  outcomeOf(async () => {
    const node = await onlyNode(json)
    return { object: await APObject.fromJsonLd(node, loaders), terms: termsIn(node) }
  })

async function onlyNode(json: JsonObject) {
  const node = await expandOnce(json)
  if (!node) throw new TypeError('not one node')
  return node
}

/** Stock getters read an embedded object again under its own context alone, against JSON-LD 1.1 §4.1. */
function hasOneContext({ '@context': context, proof, signature, ...members }: JsonObject): boolean {
  return JSON.stringify(context ?? '').includes(AS) && !JSON.stringify(members).includes('@context')
}

// Stock results come first, while the library is still untouched.
const samples = [...posts, ...fc.sample(mutated, { numRuns: 700, seed: 20261122 })]
const stockOutcomes: Awaited<ReturnType<typeof stock>>[] = []
beforeAll(async () => {
  for (const json of samples) stockOutcomes.push(await stock(json))
})

test('the samples are worth comparing', () => {
  const parsed = stockOutcomes.filter((outcome) => 'view' in outcome)
  expect(samples.length).toBeGreaterThan(700)
  expect(parsed.length).toBeGreaterThan(450)
  expect(parsed.length).toBeLessThan(samples.length)
})

test('Fedify reads the same from a document expanded once, recorded or mutated', async () => {
  installExpandOnce()
  for (const [at, json] of samples.entries()) {
    // Of several nodes at the root Fedify takes the first, and we take none.
    if ('@graph' in json) continue
    const expected = stockOutcomes[at]!
    const outcome = await once(json)
    const isComparable = 'view' in outcome && 'view' in expected && !hasOneContext(json)
    expect(isComparable ? { ...outcome, view: expected.view } : outcome).toEqual(expected)
  }
})

test('the reader sees what stock Fedify sees wherever it accepts the document', async () => {
  const reader = fedifyReader()
  let compared = 0
  for (const [at, json] of samples.entries()) {
    const reading = await reader.read(readActivity(json))
    const expected = stockOutcomes[at]!
    if (reading.status !== 'parsed' || 'failed' in expected || !hasOneContext(json)) continue
    expect({ ...reading.view, types: [] }).toEqual(expected.view)
    compared++
  }
  expect(compared).toBeGreaterThan(250)
})

test('after that the library does for everybody else what it always did', async () => {
  installExpandOnce()
  installExpandOnce()
  const library = jsonld as unknown as { expand(json: object, options: object): Promise<unknown> }
  const json = { '@context': AS, type: 'Note', content: 'x' }
  const first = (await library.expand(json, { documentLoader: contextLoader })) as object[]
  expect(first).toEqual([{ '@type': [`${AS}#Note`], [`${AS}#content`]: [{ '@value': 'x' }] }])
  const [again] = (await library.expand(first[0]!, {})) as object[]
  expect(again).toEqual(first[0])
  expect(again).not.toBe(first[0])
  for (const json of posts.slice(0, 5)) {
    expect(await stock(json)).toEqual(stockOutcomes[posts.indexOf(json)])
  }
})

test('a node handed out is a copy, so that Fedify may change it', async () => {
  installExpandOnce()
  const library = jsonld as unknown as { expand(node: object): Promise<object[]> }
  const node = await onlyNode({ '@context': AS, type: 'Create', object: { type: 'Note' } })
  const [copy] = await library.expand(node)
  expect(copy).toEqual(node)
  expect(copy).not.toBe(node)
})
