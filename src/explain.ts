// What the relay would make of an activity, offline: nothing is asked, counted, forwarded or blocked.
import { fedifyReader, readActivity } from './activity.ts'
import type { Config } from './config.ts'
import { type Examiner, examineAll } from './examine.ts'
import type { JsonObject, JsonReading } from './json.ts'
import { readJson } from './json.ts'
import { judgeOffence } from './offence.ts'
import { authorProofs } from './proof.ts'
import { type Judgement, toVerdict } from './record.ts'
import { readProfile } from './remote/profile.ts'
import { compileRules } from './rules/catalog.ts'
import type { SignatureCheck } from './signature.ts'
import type { Verdict } from './verdict.ts'

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

export type Explainer = (sample: Sample) => Promise<Verdict>

export function openExplainer(config: Config, entries: readonly string[]): Explainer {
  const { domain, aliases } = config.instance
  const hosts = [domain, ...aliases]
  const rules = compileRules({ rules: config.rules, banned: { urls: entries } })
  const fedify = fedifyReader()
  return async (sample) => {
    const started = performance.now()
    const examiner = examinerOf({ sample, config, hosts, rules, fedify })
    const reading = readJson(sample.body)
    const judgement =
      reading.status === 'refused'
        ? refusal(reading.why)
        : await judge(reading, { sample, examiner, config, hosts })
    const delivery = { id: sample.name, receivedAt: sample.at }
    // The operator has the file: its words are nobody's secret here.
    return toVerdict(delivery, { ...judgement, isPublic: true }, performance.now() - started)
  }
}

interface Bench {
  readonly sample: Sample
  readonly examiner: Examiner
  readonly config: Config
  readonly hosts: readonly string[]
}

type Read = Extract<JsonReading, { status: 'read' }>

async function judge(
  reading: Read,
  { sample, examiner, config, hosts }: Bench,
): Promise<Judgement> {
  const delivery = { target: sample.target, receivedAt: sample.at }
  const check = checkOf(sample, reading)
  const finding = await examineAll({ delivery, reading, check }, examiner)
  const [grounds] = finding?.grounds ?? []
  if (!finding || !grounds) return finding ?? refusal('holds no activity')
  const policy = { own: hosts, ...config.blocks, trusted: config.standing.trusted }
  const { action, keyId } = finding
  const decision = judgeOffence({ action, keyId, ...grounds, policy, now: sample.at })
  if (decision.kind === 'block') {
    return { ...finding, block: { domain: decision.domain, by: decision.by } }
  }
  if (finding.action !== 'drop') return finding
  return { ...finding, notes: [...finding.notes, `${decision.kind}: ${decision.why}`] }
}

/** As if the actor itself had signed it just now. */
function checkOf({ unproved, at }: Sample, reading: Read): SignatureCheck {
  const [owner] = reading.activities[0] ? readActivity(reading.activities[0]).actors : []
  if (unproved || owner === undefined) return { status: 'missing' }
  return { status: 'verified', keyId: `${owner}#main-key`, owner, signedAt: at }
}

function refusal(why: string): Judgement {
  const nothing = { score: 0, hits: [], proof: 'missing', notes: [why] } as const
  return { ...nothing, action: 'refuse', error: 'activity-malformed' }
}

interface Tools extends Pick<Bench, 'sample' | 'config' | 'hosts'> {
  readonly rules: Examiner['rules']
  readonly fedify: Examiner['fedify']
}

function examinerOf({ sample, config, hosts, rules, fedify }: Tools): Examiner {
  const now = () => sample.at
  const unavailable = async () => ({ status: 'unavailable', why: 'offline' }) as const
  const known = (id: string) => {
    const document = sample.documents.find((each) => each.id === id)
    return document && readProfile(document, sample.at)
  }
  return {
    ...{ now, thresholds: config.thresholds, local: { domains: hosts }, rules, fedify },
    proofs: authorProofs({ keys: { find: unavailable, refresh: unavailable }, now }),
    actors: { known, profile: async (id) => known(id) },
    blocks: { find: () => undefined },
    metrics: { stage: () => {}, failedOpen: () => {} },
  }
}
