// The corpus: one labelled delivery a file, with what went before it and what is expected of it.
import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { duration } from '../../src/config/values.ts'
import type { JsonObject } from '../../src/json.ts'

export type Label = 'ham' | 'spam' | 'odd'

export interface CorpusFile extends z.output<typeof form> {
  /** The file's name without its ending. */
  readonly name: string
  readonly label: Label
  /** Every delivery in order, the judged one last. */
  readonly deliveries: readonly CorpusDelivery[]
}

export interface CorpusDelivery {
  /** Epoch milliseconds. */
  readonly at: number
  readonly target: string
  readonly proof: z.output<typeof proof>
  readonly carrier: string
  readonly body: Buffer
  /** Of actors and posts, in place of fetching them. */
  readonly documents: readonly JsonObject[]
  readonly shows: Readonly<Record<string, CorpusSight>>
}

const FOLDER = new URL('../corpus/', import.meta.url)
const NOW = '2026-11-22T12:00:00Z'
const RELAY = 'https://relay.example/actor'

/** Who signed the delivery, and what is known of the author. */
const proof = z.enum([
  'proved', // the author
  'unproved', // nobody
  'unavailable', // somebody whose key cannot be fetched
  'carried', // the carrier, without a proof by the author
  'carried-proved', // the carrier, and the author by an LD signature that is taken as checked
])

export type CorpusSight = z.output<typeof sight>

const json = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null)
const time = z.iso.datetime()
const names = z.array(z.string())

/** What a picture shows, where nobody has time to draw it: nothing banned, this, or nothing in time. */
const sight = z.union([
  z.literal(['nothing', 'late']),
  z.strictObject({ how: z.enum(['hash', 'qr', 'text']), value: z.string(), why: z.string() }),
])

const earlier = z.strictObject({
  at: time,
  /** How often; `{n}` is 1, 2, …, `{time}` when it comes, and each key of `vary` its n-th value. */
  repeat: z.int().positive().default(1),
  every: duration.default(0),
  vary: z.record(z.string(), names).default({}),
  target: z.string().default('/inbox'),
  proof: proof.default('proved'),
  carrier: z.string().default(RELAY),
  documents: z.array(json).default([]),
  delivery: json,
})

const form = z.strictObject({
  /** What it is, and where the shape comes from. */
  about: z.string().min(20),
  /** What the operator set, laid over the shipped configuration. */
  config: z.record(z.string(), z.unknown()).default({}),
  at: time.default(NOW),
  /** When the relay was set up; three months before if nothing is said. */
  since: time.optional(),
  target: z.string(),
  proof,
  carrier: z.string().default(RELAY),
  /** Rules that it comes close to without a hit. */
  near: names.default([]),
  documents: z.array(json),
  /** By the pictures' URLs. */
  shows: z.record(z.url(), sight).default({}),
  before: z.array(earlier).default([]),
  delivery: json.optional(),
  /** In place of `delivery`, byte for byte. */
  body: z.string().optional(),
  expect: z.strictObject({
    action: z.enum(['forward', 'hold', 'drop', 'defer', 'refuse']),
    hits: names,
    /** The domain whose block it leads to or meets. */
    block: z.string().optional(),
    /** How many of the earlier ones were forwarded. */
    forwardedBefore: z.int().nonnegative().default(0),
  }),
})

export function readCorpus(): readonly CorpusFile[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map(readFile)
}

function readFile(file: string): CorpusFile {
  const parsed = form.safeParse(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  const { data } = parsed
  const [, label] = /^(ham|spam|odd)(?:-[a-z0-9]+)+\.json$/.exec(file) ?? []
  if (label === undefined) throw new Error(`${file} is no name of a ham, spam or odd file`)
  return {
    ...data,
    name: file.replace(/\.json$/, ''),
    label: label as Label,
    deliveries: [...data.before.flatMap(repeated), lastOf(file, data)],
  }
}

function lastOf(file: string, data: z.output<typeof form>): CorpusDelivery {
  const { at, target, carrier, documents, shows, delivery, body } = data
  if ((delivery === undefined) === (body === undefined)) {
    throw new Error(`${file} needs either a delivery or a body`)
  }
  const bytes = Buffer.from(body ?? JSON.stringify(delivery))
  const who = { target, proof: data.proof, carrier, documents, shows }
  return { at: Date.parse(at), ...who, body: bytes }
}

function repeated(entry: z.output<typeof earlier>): readonly CorpusDelivery[] {
  const { at, repeat, every, vary, target, proof, carrier, documents, delivery } = entry
  return Array.from({ length: repeat }, (_, index) => {
    const when = Date.parse(at) + index * every
    const values = Object.entries(vary).map(([key, list]) => [key, list[index] ?? ''] as const)
    const filled = fill(JSON.stringify({ target, carrier, documents, delivery }), [
      ...values,
      ['{n}', String(index + 1)],
      ['{time}', new Date(when).toISOString().replace('.000Z', 'Z')],
    ])
    const { delivery: json, ...rest } = JSON.parse(filled)
    const body = Buffer.from(JSON.stringify(json))
    return { at: when, proof, ...rest, shows: {}, body }
  })
}

function fill(text: string, values: readonly (readonly [string, string])[]): string {
  return values.reduce((filled, [key, value]) => {
    return filled.replaceAll(key, JSON.stringify(value).slice(1, -1))
  }, text)
}
