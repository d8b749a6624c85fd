// What a post's author is held to: what it says and shows itself, not the words and pictures of those it quotes.
import { carriesContent, type FedifyReading, type RawActivity, readActivity } from './activity.ts'
import { withoutOthers } from './facts/own-words.ts'
import { type Evidence, type Facts, gatherFacts } from './facts.ts'
import type { Grounds } from './finding.ts'
import type { JsonObject } from './json.ts'
import type { Relay } from './relay.ts'

type Reading = Pick<Relay, 'now' | 'rules' | 'fedify'> & {
  readonly metrics: Pick<Relay['metrics'], 'stage' | 'failedOpen'>
}

/** Dropped whoever wrote it; an offence only by the author's own words and uploads, not by those it quotes or links. */
export async function ownGrounds(
  whole: Grounds,
  evidence: Evidence,
  relay: Reading,
): Promise<Grounds> {
  const { hits, facts, proof } = whole
  if (proof.status !== 'verified' || !hits.some((hit) => hit.offence)) return whole
  const ownWords = withoutOthers(evidence.raw.json, proof.author)
  if (!ownWords) return whole
  const own = await gatherOwn(ownWords, { evidence, facts, relay })
  const ownFacts = { ...own, seen: seenIn(own, facts) }
  const ownHits = relay.rules.evaluate(ownFacts).filter(({ offence }) => offence)
  const ownRules = new Set(ownHits.map(({ rule }) => rule))
  const held = hits.map((hit) => ({ ...hit, offence: hit.offence && ownRules.has(hit.rule) }))
  return { hits: held, facts: ownFacts, proof }
}

interface Gathering {
  readonly evidence: Omit<Evidence, 'now'>
  readonly facts: Facts
  readonly relay: Reading
}

async function gatherOwn(
  ownWords: JsonObject,
  { evidence, facts, relay }: Gathering,
): Promise<Facts> {
  const raw = readActivity(ownWords, evidence.jsonFlags)
  const fedify = await readWithFedify(raw, relay)
  const { profile, now } = facts
  const own = gatherFacts({ ...evidence, raw, fedify, profile, now })
  return { ...own, history: historyFor(own, facts) }
}

/** The same past, counted for what is left of the post. */
function historyFor({ fingerprints }: Facts, { fingerprints: all, history }: Facts) {
  const places = new Map(all.map(({ key }, at) => [key, at]))
  const pick = (counts: readonly number[]) =>
    fingerprints.map(({ key }) => counts[places.get(key) ?? -1] ?? 0)
  const { copies, senders, establishedSenders } = history
  const counted = { copies: pick(copies), senders: pick(senders) }
  return { ...history, ...counted, establishedSenders: pick(establishedSenders) }
}

/** Of the pictures that were looked at those that it shows itself. */
function seenIn({ pictures }: Facts, { seen }: Facts): Facts['seen'] {
  const urls = new Set(pictures.map(({ url }) => url))
  return seen.filter(({ url, kind }) => urls.has(url) || kind === 'avatar')
}

export async function readWithFedify(raw: RawActivity, relay: Reading): Promise<FedifyReading> {
  if (!carriesContent(raw)) return { status: 'skipped', why: 'carries no content' }
  const started = relay.now()
  const reading = await relay.fedify.read(raw)
  relay.metrics.stage('fedify', (relay.now() - started) / 1_000)
  if (reading.status === 'failed') relay.metrics.failedOpen('fedify')
  return reading
}
