// A delivery judged by the pipeline's own stages with nothing at stake: nothing is fetched, counted, forwarded or blocked.
import { readActivity } from '../activity.ts'
import type { PostAnswer } from '../boosts.ts'
import type { ErrorCode } from '../errors.ts'
import { type Examiner, examineAll } from '../examine.ts'
import type { Facts, Profile } from '../facts.ts'
import type { Finding } from '../finding.ts'
import { type JsonObject, type JsonReading, readJson } from '../json.ts'
import { judgeOffence, type OffenceDecision } from '../offence.ts'
import { closedEyes } from '../pictures.ts'
import { authorProofs } from '../proof.ts'
import type { Relay } from '../relay.ts'
import { readProfile } from '../remote/profile.ts'
import type { SignatureCheck } from '../signature.ts'
import type { Action } from '../verdict.ts'

export interface Sample {
  readonly name: string
  readonly body: Buffer
  /** The request target it came to. */
  readonly target: string
  /** Epoch milliseconds. */
  readonly at: number
  /** Documents of its people, in place of fetching them. */
  readonly documents: readonly JsonObject[]
  /** Judge it as if nobody had proved to be its author. */
  readonly unproved: boolean
}

/** By whose rules, list and memory it is judged. */
export interface Court
  extends Pick<Relay, 'rules' | 'fedify' | 'thresholds' | 'local' | 'offencePolicy' | 'memory'> {
  readonly blocks: Examiner['blocks']
  /** What is known of an actor without asking anybody. */
  readonly known: (actorId: string) => Profile | undefined
}

export interface Judged {
  readonly status: 'judged'
  readonly finding: Finding
  /** What the rules were shown; undefined where a block spared them the trouble. */
  readonly facts: Facts | undefined
}

export type Trial = Judged | Refused

export interface Refused {
  readonly status: 'refused'
  readonly error: ErrorCode
  readonly why: string
}

const MAX_BODY_BYTES = 1_048_576 // of a delivery; some instances take less

export async function tryOut(sample: Sample, court: Court): Promise<Trial> {
  if (sample.body.length > MAX_BODY_BYTES) {
    return refused('body-too-large', `more than ${MAX_BODY_BYTES} bytes`)
  }
  const reading = readJson(sample.body)
  if (reading.status === 'refused') return refused('activity-malformed', reading.why)
  const shown = new WeakMap<Finding['hits'], Facts>()
  const examiner = examinerOf(sample, court, shown)
  const delivery = { target: sample.target, receivedAt: sample.at }
  const check = checkOf(sample, reading)
  const finding = await examineAll({ delivery, reading, check }, examiner)
  if (!finding) return refused('activity-malformed', 'holds no activity')
  const facts = shown.get(finding.hits) ?? finding.grounds?.[0]?.facts
  return { status: 'judged', finding, facts }
}

function refused(error: ErrorCode, why: string): Refused {
  return { status: 'refused', error, why }
}

interface Question {
  readonly finding: Finding
  /** The finding's own, or one that it might have come to. */
  readonly action: Action
  readonly at: number
}

/** What would follow, for each activity that came to this finding. */
export function consequencesOf(
  { finding, action, at }: Question,
  { offencePolicy: policy }: Court,
): readonly OffenceDecision[] {
  const { keyId, grounds = [] } = finding
  return grounds.map((each) => judgeOffence({ action, keyId, ...each, policy, now: at }))
}

/** As if the actor itself had signed it just now. */
function checkOf(
  { unproved, at }: Sample,
  { activities: [first] }: Extract<JsonReading, { status: 'read' }>,
): SignatureCheck {
  const [owner] = first ? readActivity(first).actors : []
  if (unproved || owner === undefined) return { status: 'missing' }
  return { status: 'verified', keyId: `${owner}#main-key`, owner, signedAt: at }
}

const NOBODY_ASKED = 'nobody is asked here'

function examinerOf(
  { at, documents }: Sample,
  { rules, memory, ...court }: Court,
  shown: WeakMap<Finding['hits'], Facts>,
): Examiner {
  const now = () => at
  const unavailable = async () => ({ status: 'unavailable', why: NOBODY_ASKED }) as const
  const given = (id: string) => documents.find((each) => each.id === id)
  const known = (id: string) => {
    const document = given(id)
    return document ? readProfile(document, at) : court.known(id)
  }
  const post = async (id: string): Promise<PostAnswer> => {
    const document = given(id)
    return document ? { status: 'served', post: document } : { status: 'unread', why: NOBODY_ASKED }
  }
  const evaluate: Examiner['rules']['evaluate'] = (facts) => {
    const hits = rules.evaluate(facts)
    shown.set(hits, facts)
    return hits
  }
  return {
    ...court,
    now,
    rules: { windows: rules.windows, evaluate },
    memory: { recall: (sighting) => memory.recall({ ...sighting, counts: false }) },
    proofs: authorProofs({ keys: { find: unavailable, refresh: unavailable }, now }),
    posts: { post },
    actors: { known, profile: async (id) => known(id) },
    pictures: closedEyes, // they lie on other servers
    standing: { notices: { isRefused: () => false } },
    metrics: { stage: () => {}, failedOpen: () => {}, image: () => {} },
  }
}
