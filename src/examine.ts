// One activity of a delivery: whose it is, what it says, what the rules make of it.
import { type FedifyReading, type RawActivity, readActivity } from './activity.ts'
import { blockedHost, passesBlock } from './blocked.ts'
import { readBoosted } from './boosts.ts'
import type { Delivery } from './delivery.ts'
import { doubtOf } from './doubt.ts'
import { type Facts, gatherFacts } from './facts.ts'
import { describe, type Finding, type Grounds, refusedByBlock, worse } from './finding.ts'
import type { JsonObject, JsonReading } from './json.ts'
import { ownGrounds, readWithFedify } from './own-grounds.ts'
import {
  isWorthLooking,
  lookAtPictures,
  PICTURES_A_DELIVERY,
  type PicturePurse,
} from './pictures.ts'
import type { AuthorProof } from './proof.ts'
import type { Relay } from './relay.ts'
import type { SignatureCheck } from './signature.ts'
import type { StandingDesk } from './standing/desk.ts'
import { OWN_WORK_MS, type Suspicion, suspect } from './suspect.ts'
import { type Decision, decide } from './verdict.ts'
import { within } from './within.ts'

/** As much of the relay as reading and weighing takes. */
export type Examiner = Pick<
  Relay,
  'now' | 'thresholds' | 'local' | 'fedify' | 'proofs' | 'actors' | 'posts' | 'pictures' | 'rules'
> & {
  readonly blocks: Pick<Relay['blocks'], 'find'>
  readonly standing: { readonly notices: Pick<StandingDesk['notices'], 'isRefused'> }
  readonly memory: Pick<Relay['memory'], 'recall'>
  readonly metrics: Pick<Relay['metrics'], 'stage' | 'failedOpen' | 'image'>
}

interface Specimen {
  readonly delivery: Pick<Delivery, 'target' | 'receivedAt'>
  readonly json: JsonObject
  readonly jsonFlags: readonly string[]
  readonly check: SignatureCheck
  readonly mayAskForKey: boolean
  readonly purse: PicturePurse
}

interface Specimens extends Pick<Specimen, 'delivery' | 'check'> {
  readonly reading: Extract<JsonReading, { status: 'read' }>
}

/** The worst finding stands for all activities of a delivery; undefined where there are none. */
export async function examineAll(
  { delivery, reading, check }: Specimens,
  relay: Examiner,
): Promise<Finding | undefined> {
  let worst: Finding | undefined
  const mayAskForKey = reading.activities.length === 1
  const purse = { left: PICTURES_A_DELIVERY }
  for (const json of reading.activities) {
    const specimen = { delivery, json, jsonFlags: reading.flags, check, mayAskForKey, purse }
    const finding = await examine(specimen, relay)
    worst = worst ? worse(worst, finding) : finding
  }
  return worst
}

async function examine(specimen: Specimen, relay: Examiner): Promise<Finding> {
  const raw = readActivity(specimen.json, specimen.jsonFlags)
  const fedify = await readWithFedify(raw, relay)
  const proof = await prove(specimen, { raw, fedify }, relay)
  const finding = await weigh(specimen, { raw, fedify, proof }, relay)
  const [grounds] = finding.grounds ?? []
  if (finding.action === 'drop' || !grounds) return finding
  return examineBoosted(specimen, { raw, finding, grounds }, relay)
}

/** What a boost shows is judged as its author's; the worse of both stands. */
async function examineBoosted(
  specimen: Specimen,
  boost: { readonly raw: RawActivity; readonly finding: Finding; readonly grounds: Grounds },
  relay: Examiner,
): Promise<Finding> {
  const { raw, finding, grounds } = boost
  const { posts, local } = relay
  const leftMs = OWN_WORK_MS - (relay.now() - specimen.delivery.receivedAt)
  const { proof, facts } = grounds
  const context = { posts, local, proof, history: facts.history, now: relay.now(), leftMs }
  const boosted = await readBoosted(raw, context)
  if (boosted.status === 'not-asked') return finding
  if (boosted.status === 'unread') {
    relay.metrics.failedOpen('boost')
    return { ...finding, notes: [...finding.notes, boosted.why] }
  }
  const shown = readActivity(boosted.json)
  const fedify = await readWithFedify(shown, relay)
  const views = { raw: shown, fedify, proof: boosted.proof }
  const found = await weigh({ ...specimen, jsonFlags: [] }, views, relay)
  const { grounds: own = [] } = found
  // Whom the boost calls weighs too: only what stands in the post itself is remembered of it.
  const isSpam = found.hits.some((hit) => hit.absolute && !hit.shadow)
  const marked = isSpam ? own.map((each) => ({ ...each, fetched: boosted.id })) : own
  return worse(finding, { ...found, grounds: marked })
}

async function weigh(
  specimen: Specimen,
  read: { readonly raw: RawActivity; readonly fedify: FedifyReading; readonly proof: AuthorProof },
  relay: Examiner,
): Promise<Finding> {
  const { raw, fedify, proof } = read
  const { delivery, jsonFlags } = specimen
  const profile = proof.author === undefined ? undefined : relay.actors.known(proof.author)
  const { local } = relay
  const now = relay.now()
  const evidence = { delivery, jsonFlags, raw, fedify, proof, profile, local, now }
  const gathered = gatherFacts(evidence)
  const signer = specimen.check.status === 'verified' ? specimen.check.owner : undefined
  const people = [signer, proof.author, proof.carrier, ...raw.actors]
  const entry = blockedHost(raw, people, relay.blocks)
  if (entry) return refusedByBlock(describe(specimen.check, gathered, proof), entry)

  const { facts, hits, action, score } = await lookCloser(gathered, specimen, relay)
  const ofOwnWords = await ownGrounds({ hits, facts, proof }, evidence, relay)
  const told = { ...describe(specimen.check, facts, proof), action, score, hits }
  const awaiting = action === 'defer' && score < relay.thresholds.hold
  const finding: Finding = {
    ...told,
    grounds: [ofOwnWords],
    ...(awaiting && { awaitsPictures: true }),
  }
  return isRefusedMeanwhile(raw, proof, relay) ? refusedMeanwhile(finding) : finding
}

/** Its server was given time to deal with it; what it takes back passes. */
function isRefusedMeanwhile(raw: RawActivity, proof: AuthorProof, relay: Examiner): boolean {
  if (proof.status !== 'verified' || !relay.standing.notices.isRefused(proof.author)) return false
  return !passesBlock(raw, relay.blocks)
}

/** Nothing is founded on it but what would have been without. */
function refusedMeanwhile(finding: Finding): Finding {
  if (finding.action === 'drop') return finding
  return { ...finding, action: 'drop', grounds: [], notes: [...finding.notes, 'notice open'] }
}

type Weighed = Suspicion & Decision

/** Pictures are dear: they are looked at only while nothing else has condemned the post. */
async function lookCloser(gathered: Facts, specimen: Specimen, relay: Examiner): Promise<Weighed> {
  const { pictures, metrics } = relay
  const { receivedAt } = specimen.delivery
  const first = await suspect(gathered, specimen.delivery, relay)
  const decision = decideOn(first, relay)
  if (decision.action === 'drop' || !isWorthLooking(first.facts, pictures)) {
    return { ...first, ...decision }
  }
  const started = relay.now()
  const time = { leftMs: OWN_WORK_MS - (started - receivedAt), purse: specimen.purse }
  const { seen, isLate } = await lookAtPictures(first.facts, time, relay)
  metrics.stage('images', (relay.now() - started) / 1_000)
  const facts = { ...first.facts, seen }
  const closer = { facts, hits: relay.rules.evaluate(facts) }
  if (isLate && pictures.onTimeout === 'forward') metrics.failedOpen('picture')
  const isUnread = isLate && pictures.onTimeout === 'defer'
  return { ...closer, ...decideOn(closer, relay, { isUnread }) }
}

function decideOn(
  { facts, hits }: Suspicion,
  { thresholds }: Pick<Examiner, 'thresholds'>,
  pictures: { readonly isUnread?: boolean } = {},
): Decision {
  const isInDoubt = doubtOf(facts, hits) !== undefined
  return decide(hits, { thresholds, proof: facts.proof, isInDoubt, ...pictures })
}

async function prove(
  { check, delivery, mayAskForKey }: Specimen,
  views: { readonly raw: RawActivity; readonly fedify: FedifyReading },
  relay: Examiner,
): Promise<AuthorProof> {
  const left = OWN_WORK_MS - (relay.now() - delivery.receivedAt)
  const proving = relay.proofs.prove({ ...views, check, mayAskForKey })
  if ('status' in proving) return proving
  const proof = await within(Math.max(0, left), proving)
  const author = views.raw.actors[0]
  return proof ?? { status: 'unavailable', author, why: 'the author’s key took too long' }
}
