// Posts, people and facts that show only what a test is about.
import { type FedifyReading, fedifyReader, readActivity } from '../../src/activity.ts'
import { domainOf } from '../../src/domains.ts'
import { type Evidence, type Facts, gatherFacts, type Profile } from '../../src/facts.ts'
import type { PastOf, Recollection } from '../../src/history.ts'
import type { JsonObject } from '../../src/json.ts'
import type { AuthorProof } from '../../src/proof.ts'
import { type CompiledRules, compileRules } from '../../src/rules/catalog.ts'
import { type Composites, compositesSchema } from '../../src/rules/composites.ts'
import type { Hit } from '../../src/rules/rule.ts'
import { rulesSchema } from '../../src/rules/weights.ts'

export const NOW = Date.parse('2026-11-22T12:00:00Z')
export const HOME = 'home.example'
export const ALICE = `https://${HOME}/users/alice`
export const BOB = 'https://remote.example/users/bob'
export const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public'
const CONTEXT = 'https://www.w3.org/ns/activitystreams'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export interface NoteTraits {
  readonly by?: string
  readonly text?: string
  /** People mentioned by tag and in `cc`: ids, or how many strangers on five servers. */
  readonly mentions?: number | readonly string[]
  /** Overrides and further keys, as they stand in the JSON. */
  readonly also?: JsonObject
}

export function aNote({
  by = BOB,
  text = 'Good morning',
  mentions = [],
  also,
}: NoteTraits = {}): JsonObject {
  const people = typeof mentions === 'number' ? strangers(mentions) : mentions
  return {
    id: `${by}/statuses/1`,
    type: 'Note',
    attributedTo: by,
    content: `<p>${people.map(mentionAnchor).join(' ')} ${text}</p>`,
    published: new Date(NOW - MINUTE).toISOString(),
    url: `https://${domainOf(by)}/@${nameOf(by)}/1`,
    to: [PUBLIC],
    cc: [`${by}/followers`, ...people],
    tag: people.map((href) => ({
      type: 'Mention',
      href,
      name: `@${nameOf(href)}@${domainOf(href)}`,
    })),
    ...also,
  }
}

export function aCreate(note: JsonObject = aNote(), also?: JsonObject): JsonObject {
  const { attributedTo, to, cc, id } = note
  return {
    '@context': CONTEXT,
    id: `${id}/activity`,
    type: 'Create',
    actor: attributedTo,
    object: note,
    ...(to !== undefined && { to }),
    ...(cc !== undefined && { cc }),
    ...also,
  }
}

/** Somebody's own document. */
export function anActor(also?: JsonObject): JsonObject {
  return {
    id: BOB,
    type: 'Person',
    preferredUsername: 'bob',
    inbox: `${BOB}/inbox`,
    outbox: `${BOB}/outbox`,
    followers: `${BOB}/followers`,
    name: 'Bob',
    summary: '<p>Gardener</p>',
    url: 'https://remote.example/@bob',
    ...also,
  }
}

/** A profile as most people have one, a year old. */
export function aProfile(also?: Partial<Profile>): Profile {
  return {
    username: 'bob',
    name: 'Bob',
    summary: '<p>Gardener</p>',
    hasIcon: true,
    fields: 1,
    createdAt: NOW - 365 * DAY,
    ...also,
  }
}

/** Made by a script some minutes ago. */
export function aThrowaway(also?: Partial<Profile>): Profile {
  const blank = { username: 'btjcwrbzin', name: '', summary: '', hasIcon: false, fields: 0 }
  return { ...blank, createdAt: NOW - 20 * MINUTE, ...also }
}

export function proved(author: string = BOB, at: number = NOW): AuthorProof {
  return { status: 'verified', author, by: 'http', at }
}

/** What the plain keys alone tell; the way of a delivery that Fedify cannot read. */
export function factsOf(json: JsonObject, also?: Partial<Evidence>): Facts {
  const raw = readActivity(json)
  return gatherFacts({
    delivery: { target: '/inbox' },
    raw,
    jsonFlags: [],
    fedify: { status: 'skipped', why: 'not asked' },
    proof: proved(raw.actors[0] ?? BOB),
    profile: undefined,
    local: { domains: [HOME], isOpen: () => false },
    now: NOW,
    ...also,
  })
}

const reader = fedifyReader()

/** Both views. */
export async function fullFactsOf(json: JsonObject, also?: Partial<Evidence>): Promise<Facts> {
  const fedify: FedifyReading = await reader.read(readActivity(json))
  return factsOf(json, { fedify, ...also })
}

/** Facts of an ordinary proved post that reaches nobody here. */
export function someFacts(also?: Partial<Facts>): Facts {
  return { ...factsOf(aCreate()), ...also }
}

/** What a memory of three months holds of somebody met ten days ago, whom nobody knows. */
export function past(also?: Partial<Recollection>): Recollection {
  return {
    since: NOW - 90 * DAY,
    author: { firstSeenAt: NOW - 10 * DAY, cleanDays: 1 },
    acquainted: [],
    alsoCalled: 0,
    newcomers: 0,
    regulars: 0,
    copies: [],
    senders: [],
    establishedSenders: [],
    dropped: [],
    ...also,
  }
}

/** Followed by one of ours for a month. */
export const TRUSTED: PastOf = { cleanDays: 0, followedSince: NOW - 30 * DAY }

export interface Settings {
  readonly urls?: readonly string[]
  readonly text?: readonly string[]
  /** As they stand in the configuration. */
  readonly rules?: object
  readonly composites?: Composites
}

/** The shipped rules, or with what an operator changed. */
export function rulesOf({
  urls = [],
  text = [],
  rules = {},
  composites = {},
}: Settings = {}): CompiledRules {
  return compileRules({
    rules: rulesSchema.parse(rules),
    banned: { urls, text },
    composites: compositesSchema.parse(composites),
  })
}

export function hitsOf(
  facts: Facts,
  banned: readonly string[] = [],
  rules: object = {},
): readonly Hit[] {
  return rulesOf({ urls: banned, rules }).evaluate(facts)
}

export function aHit(also?: Partial<Hit>): Hit {
  const plain = { rule: 'mention-flood', score: 5, why: 'because' }
  return { ...plain, shadow: false, offence: false, absolute: false, ...also }
}

function strangers(count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, each) => `https://server${each % 5}.example/users/p${each}`,
  )
}

function mentionAnchor(href: string): string {
  const name = nameOf(href)
  const profile = `https://${domainOf(href)}/@${name}`
  return `<span class="h-card"><a href="${profile}" class="u-url mention">@<span>${name}</span></a></span>`
}

function nameOf(href: string): string {
  return href.slice(href.lastIndexOf('/') + 1).replace(/^@/, '')
}
