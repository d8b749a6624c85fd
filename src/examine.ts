// One activity of a delivery: whose it is, what it says, what the rules make of it.
import { carriesContent, type FedifyReading, type RawActivity, readActivity } from './activity.ts'
import { passesBlock } from './blocked.ts'
import type { Delivery } from './delivery.ts'
import { domainOf } from './domains.ts'
import { withoutOthers } from './facts/own-words.ts'
import { type Evidence, type Facts, gatherFacts, type Profile } from './facts.ts'
import type { JsonObject, JsonReading } from './json.ts'
import type { AuthorProof } from './proof.ts'
import type { Judgement } from './record.ts'
import { referencedDomains } from './references.ts'
import type { Relay } from './relay.ts'
import type { Hit } from './rules/rule.ts'
import type { SignatureCheck } from './signature.ts'
import type { BlockEntry } from './store/store.ts'
import { decide } from './verdict.ts'
import { within } from './within.ts'

export interface Finding extends Judgement {
  /** What a consequence must be founded on, one for each activity that came to this action. */
  readonly grounds?: readonly Grounds[]
}

export interface Grounds {
  readonly hits: readonly Hit[]
  readonly facts: Facts
  readonly proof: AuthorProof
}

/** As much of the relay as reading and weighing takes. */
export type Examiner = Pick<
  Relay,
  'now' | 'thresholds' | 'local' | 'fedify' | 'proofs' | 'actors' | 'rules'
> & {
  readonly blocks: Pick<Relay['blocks'], 'find'>
  readonly metrics: Pick<Relay['metrics'], 'stage' | 'failedOpen'>
}

interface Specimen {
  readonly delivery: Pick<Delivery, 'target' | 'receivedAt'>
  readonly json: JsonObject
  readonly jsonFlags: readonly string[]
  readonly check: SignatureCheck
  readonly mayAskForKey: boolean
}

interface Specimens extends Pick<Specimen, 'delivery' | 'check'> {
  readonly reading: Extract<JsonReading, { status: 'read' }>
}

/** Our own work ends within 3.5 s: Misskey hangs up after 5 s. */
const OWN_WORK_MS = 3_500
const PROFILE_MS = 1_500

/** The worst finding stands for all activities of a delivery; undefined where there are none. */
export async function examineAll(
  { delivery, reading, check }: Specimens,
  relay: Examiner,
): Promise<Finding | undefined> {
  let worst: Finding | undefined
  const mayAskForKey = reading.activities.length === 1
  for (const json of reading.activities) {
    const specimen = { delivery, json, jsonFlags: reading.flags, check, mayAskForKey }
    const finding = await examine(specimen, relay)
    worst = worst ? worse(worst, finding) : finding
  }
  return worst
}

const SEVERITY = { forward: 0, defer: 1, hold: 1, drop: 2, refuse: 3 } as const

/** The grounds of equals are kept together: harmless spam must not hide the offence beside it. */
function worse(one: Finding, other: Finding): Finding {
  const lead = SEVERITY[other.action] - SEVERITY[one.action]
  if (lead !== 0) return lead > 0 ? other : one
  return { ...one, grounds: [...(one.grounds ?? []), ...(other.grounds ?? [])] }
}

async function examine(specimen: Specimen, relay: Examiner): Promise<Finding> {
  const raw = readActivity(specimen.json, specimen.jsonFlags)
  const fedify = await readWithFedify(raw, relay)
  const proof = await prove(specimen, { raw, fedify }, relay)
  const known = proof.author === undefined ? undefined : relay.actors.known(proof.author)
  const evidence = { ...specimen, raw, fedify, proof, profile: known, local: relay.local }
  let facts = gatherFacts({ ...evidence, now: relay.now() })
  const signer = specimen.check.status === 'verified' ? specimen.check.owner : undefined
  const people = [signer, proof.author, proof.carrier, ...raw.actors]
  const entry = passesBlock(raw, relay.blocks) ? undefined : blockedHost(raw, people, relay)
  if (entry) return refusedByBlock(describe(specimen, facts, proof), entry)

  let hits = relay.rules.evaluate(facts)
  if (known === undefined && wantsProfile(facts, hits)) {
    facts = { ...facts, profile: await askProfile(facts, specimen.delivery, relay) }
    hits = relay.rules.evaluate(facts)
  }
  const { action, score } = decide(hits, { thresholds: relay.thresholds, proof: facts.proof })
  const grounds = await groundsOf({ hits, facts, proof }, evidence, relay)
  return { ...describe(specimen, facts, proof), action, score, hits, grounds: [grounds] }
}

/** Dropped whoever wrote it; an offence only by the author's own words, not by those it quotes. */
async function groundsOf(
  whole: Grounds,
  evidence: Omit<Evidence, 'now'>,
  relay: Examiner,
): Promise<Grounds> {
  const { hits, facts, proof } = whole
  if (proof.status !== 'verified' || !hits.some((hit) => hit.offence)) return whole
  const own = withoutOthers(evidence.raw.json, proof.author)
  if (!own) return whole
  const raw = readActivity(own, evidence.jsonFlags)
  const fedify = await readWithFedify(raw, relay)
  const { profile, now } = facts
  const ownFacts = gatherFacts({ ...evidence, raw, fedify, profile, now })
  const ownHits = new Set(relay.rules.evaluate(ownFacts).map(({ rule }) => rule))
  const held = hits.map((hit) => ({ ...hit, offence: hit.offence && ownHits.has(hit.rule) }))
  return { hits: held, facts: ownFacts, proof }
}

async function prove(
  { check, delivery, mayAskForKey }: Specimen,
  views: { readonly raw: RawActivity; readonly fedify: FedifyReading },
  relay: Examiner,
): Promise<AuthorProof> {
  const left = OWN_WORK_MS - (relay.now() - delivery.receivedAt)
  const proof = await within(
    Math.max(0, left),
    relay.proofs.prove({ check, mayAskForKey, ...views }),
  )
  const author = views.raw.actors[0]
  return proof ?? { status: 'unavailable', author, why: 'the author’s key took too long' }
}

async function readWithFedify(raw: RawActivity, relay: Examiner): Promise<FedifyReading> {
  if (!carriesContent(raw)) return { status: 'skipped', why: 'carries no content' }
  const started = relay.now()
  const reading = await relay.fedify.read(raw)
  relay.metrics.stage('fedify', (relay.now() - started) / 1_000)
  if (reading.status === 'failed') relay.metrics.failedOpen('fedify')
  return reading
}

/** Everything a blocked domain signs or wrote is dropped, boosts and quotes of it included. */
function blockedHost(
  raw: RawActivity,
  people: readonly (string | undefined)[],
  relay: Examiner,
): BlockEntry | undefined {
  const domains = people.flatMap((id) => (id === undefined ? [] : (domainOf(id) ?? [])))
  for (const domain of [...domains, ...referencedDomains(raw)]) {
    const entry = relay.blocks.find(domain)
    if (entry) return entry
  }
  return undefined
}

function refusedByBlock(described: Finding, entry: BlockEntry): Finding {
  const block = { domain: entry.domain, by: entry.by }
  return { ...described, action: 'drop', block, notes: [...described.notes, 'blocked host'] }
}

/** A profile is fetched only for a proved stranger whose post reaches us and is already suspect. */
function wantsProfile(facts: Facts, hits: readonly Hit[]): boolean {
  if (facts.proof !== 'verified' || facts.reach.local.length === 0) return false
  return hits.some((hit) => !hit.absolute) && !hits.some((hit) => hit.absolute && !hit.shadow)
}

async function askProfile(
  facts: Facts,
  delivery: Specimen['delivery'],
  relay: Examiner,
): Promise<Profile | undefined> {
  const left = OWN_WORK_MS - (relay.now() - delivery.receivedAt)
  if (facts.author.id === undefined || left <= 0) return undefined
  const profile = await relay.actors.profile(facts.author.id, Math.min(PROFILE_MS, left))
  if (profile === undefined) relay.metrics.failedOpen('profile')
  return profile
}

function describe({ check }: Specimen, facts: Facts, proof: AuthorProof): Finding {
  const keyId = 'keyId' in check ? check.keyId : undefined
  return {
    action: 'forward',
    score: 0,
    hits: [],
    proof: proof.status,
    keyId,
    senderDomain: keyId === undefined ? undefined : domainOf(keyId),
    author: proof.author,
    carrier: proof.carrier,
    activity: {
      id: facts.activity.id,
      type: facts.activity.types[0],
      object: facts.activity.objectId,
    },
    reach: { local: facts.reach.local.length, mentions: facts.reach.mentions },
    isPublic: facts.isPublic,
    notes: proof.status === 'verified' ? facts.flags : [...facts.flags, proof.why],
  }
}
