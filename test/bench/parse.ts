// How much a Create costs to read: Fedify as it comes, against our reader. Prints medians and their ratio.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Create } from '@fedify/vocab'
import { fedifyReader, readActivity } from '../../src/activity.ts'
import { contextLoader } from '../../src/fedify/contexts.ts'
import { viewOf } from '../../src/fedify/view.ts'
import type { JsonObject } from '../../src/json.ts'

const MENTIONS = [1, 10, 60]
const ROUNDS = 9
const ROUND_MS = 150

interface Row {
  readonly mentions: number
  readonly bytes: number
  readonly stock: number
  readonly kept: number
  readonly ours: number
}

/**
 * Stock runs in processes of its own, where the library is untouched: once as it comes, with its own
 * loader for contexts, and once with ours, which lets jsonld keep resolved contexts for everybody in
 * the process. The rounds take turns, so that a busy moment of the machine hurts all alike.
 */
export async function parseBench(): Promise<void> {
  const posts = MENTIONS.map(mastodonCreate)
  const reader = fedifyReader()
  const children = { stock: fork(SELF, ['stock']), kept: fork(SELF, ['kept']) }
  const rows = posts.map((json, at) => ({ mentions: MENTIONS[at]!, json, ...NOTHING() }))
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [at, row] of rows.entries()) {
        const ours = await oneRound(async () => {
          const reading = await reader.read(readActivity(row.json))
          if (reading.status !== 'parsed') throw new Error(reading.why)
        })
        const costs = {
          ours,
          stock: await ask(children.stock, at),
          kept: await ask(children.kept, at),
        }
        // The first round warms up.
        if (round > 0) add(row, costs)
      }
    }
  } finally {
    for (const child of Object.values(children)) child.disconnect()
  }
  console.log(tableOf(rows.map(mediansOf)))
}

const SELF = import.meta.filename

async function ask(child: ChildProcess, at: number): Promise<number> {
  child.send(at)
  const [cost] = (await once(child, 'message')) as [number]
  return cost
}

const EVERY_TERM = { has: () => true } as unknown as ReadonlySet<string>

/** The same properties are read from both, so that the parse is all that differs. */
function measureWhenAsked(loaders: { contextLoader?: typeof contextLoader }): void {
  const posts = MENTIONS.map(mastodonCreate)
  const options = { ...loaders, documentLoader: () => Promise.reject(new Error('no network')) }
  process.on('message', async (at: number) => {
    const read = async () =>
      viewOf(await Create.fromJsonLd(posts[at], options), ['Create'], EVERY_TERM)
    process.send!(await oneRound(read))
  })
}

type Costs = Record<'stock' | 'kept' | 'ours', number>

const NOTHING = () => ({ stock: [] as number[], kept: [] as number[], ours: [] as number[] })

interface Measured extends ReturnType<typeof NOTHING> {
  readonly mentions: number
  readonly json: JsonObject
}

interface Row extends Costs {
  readonly mentions: number
  readonly bytes: number
}

function add(row: Measured, costs: Costs): void {
  for (const who of ['stock', 'kept', 'ours'] as const) row[who].push(costs[who])
}

function mediansOf({ mentions, json, ...rounds }: Measured): Row {
  const median = (costs: number[]) => costs.sort((a, b) => a - b)[costs.length >> 1]!
  const { stock, kept, ours } = rounds
  const bytes = JSON.stringify(json).length
  return { mentions, bytes, stock: median(stock), kept: median(kept), ours: median(ours) }
}

/** Microseconds of this process's CPU time a call: waiting for a busy machine does not count. */
async function oneRound(read: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  const before = process.cpuUsage()
  let calls = 0
  do {
    await read()
    calls++
  } while (performance.now() - start < ROUND_MS)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / calls
}

function tableOf(rows: readonly Row[]): string {
  const first = rows[0]!
  const last = rows.at(-1)!
  const perMention = (last.ours - first.ours) / (last.mentions - first.mentions)
  return [
    'reading a Create        stock   ratio   stock, contexts kept   ratio    ours',
    ...rows.map(lineOf),
    `each further mention costs us ${perMention.toFixed(1)} µs`,
  ].join('\n')
}

function lineOf({ mentions, bytes, stock, kept, ours }: Row): string {
  const what = `${mentions} mentions, ${(bytes / 1024).toFixed(1)} KiB`
  const micros = (value: number, width: number) => `${value.toFixed(0)} µs`.padStart(width)
  const ratio = (value: number) => `${(value / ours).toFixed(1)}×`.padStart(8)
  return [
    what.padEnd(20),
    micros(stock, 9),
    ratio(stock),
    micros(kept, 23),
    ratio(kept),
    micros(ours, 8),
  ].join('')
}

/** As Mastodon 4.5 sends it: inline terms, one picture, collections that nobody reads, an LD signature. */
function mastodonCreate(mentions: number): JsonObject {
  const author = 'https://remote.example/users/bob'
  const id = `${author}/statuses/115`
  const people = Array.from({ length: mentions }, (_, at) => `https://h${at}.example/users/u${at}`)
  const html = people
    .map((href) => `<span class="h-card"><a href="${href}">@u</a></span>`)
    .join(' ')
  const audience = { to: ['as:Public'], cc: [`${author}/followers`, ...people] }
  const published = '2026-11-22T10:30:00Z'
  return {
    '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1', TERMS],
    ...{ id: `${id}/activity`, type: 'Create', actor: author, published, ...audience },
    object: {
      ...{ id, type: 'Note', attributedTo: author, published, ...audience },
      ...{
        summary: null,
        inReplyTo: null,
        sensitive: false,
        url: 'https://remote.example/@bob/115',
      },
      ...{
        atomUri: id,
        conversation: 'tag:remote.example,2026:objectId=1:objectType=Conversation',
      },
      content: `<p>${html} hello</p>`,
      contentMap: { en: `<p>${html} hello</p>` },
      interactionPolicy: { canQuote: { automaticApproval: ['as:Public'] } },
      attachment: [
        {
          ...{ type: 'Document', mediaType: 'image/png', url: 'https://cdn.remote.example/1.png' },
          ...{ name: 'a picture', blurhash: 'UBL_:rOpGG-oBUNG', width: 1200, height: 800 },
          focalPoint: [0, 0],
        },
      ],
      tag: people.map((href, at) => ({ type: 'Mention', href, name: `@u${at}@h${at}.example` })),
      replies: {
        ...{ id: `${id}/replies`, type: 'Collection' },
        first: {
          type: 'CollectionPage',
          next: `${id}/replies?page=true`,
          partOf: `${id}/replies`,
          items: [],
        },
      },
      likes: { id: `${id}/likes`, type: 'Collection', totalItems: 0 },
      shares: { id: `${id}/shares`, type: 'Collection', totalItems: 0 },
    },
    signature: {
      ...{ type: 'RsaSignature2017', creator: `${author}#main-key`, created: published },
      signatureValue: 'A'.repeat(344),
    },
  }
}

const TERMS: JsonObject = {
  ...{ ostatus: 'http://ostatus.org#', atomUri: 'ostatus:atomUri', sensitive: 'as:sensitive' },
  ...{ conversation: 'ostatus:conversation', inReplyToAtomUri: 'ostatus:inReplyToAtomUri' },
  ...{ toot: 'http://joinmastodon.org/ns#', votersCount: 'toot:votersCount' },
  ...{ blurhash: 'toot:blurhash', Hashtag: 'as:Hashtag', gts: 'https://gotosocial.org/ns#' },
  focalPoint: { '@container': '@list', '@id': 'toot:focalPoint' },
  interactionPolicy: { '@id': 'gts:interactionPolicy', '@type': '@id' },
  canQuote: { '@id': 'gts:canQuote', '@type': '@id' },
  automaticApproval: { '@id': 'gts:automaticApproval', '@type': '@id' },
}

const role = process.send && process.argv[2]
if (role === 'stock') measureWhenAsked({})
else if (role === 'kept') measureWhenAsked({ contextLoader })
else if (import.meta.main) await parseBench()
