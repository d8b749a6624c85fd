// Why the relay decides as it does, and what would have changed it. Nothing is asked, counted, forwarded or blocked.
import { fedifyReader } from './activity.ts'
import type { Config } from './config.ts'
import { type Digest, digestOf } from './explain/digest.ts'
import { readBanned } from './explain/offline-lists.ts'
import { settled } from './explain/settled.ts'
import { type Refused, type Sample, type Trial, tryOut } from './explain/trial.ts'
import { type Bench, withoutBlocks, wouldChange } from './explain/would-change.ts'
import { openAccounts } from './facts/open-accounts.ts'
import { nothingKnown } from './history.ts'
import { type Judgement, toVerdict } from './record.ts'
import type { Relay } from './relay.ts'
import type { RuleSet } from './reload/rules-in-force.ts'
import { catalog, compileRules } from './rules/catalog.ts'
import { recompose } from './rules/composites.ts'
import type { Verdict } from './verdict.ts'

export interface Explained {
  readonly verdict: Verdict
  readonly explanation: Explanation
}

export interface Explanation {
  /** None of what was refused unread. */
  readonly facts?: Digest
  readonly thresholds: Config['thresholds']
  readonly wouldChange: readonly string[]
}

export type Explainer = (sample: Sample) => Promise<Explained>

/** Offline nothing is remembered and nobody is blocked. Throws WrongConfig for a list that cannot be read. */
export function offlineExplainer(
  config: Config,
  tell: (complaint: string) => void = () => {},
): Explainer {
  const { domain, aliases, openAccounts: open } = config.instance
  const hosts = [domain, ...aliases]
  const { rules, composites } = config
  const banned = readBanned(config.banned, tell)
  const bench: Bench = {
    rules: compileRules({ rules, composites, banned }),
    fedify: fedifyReader(),
    mode: config.mode,
    thresholds: config.thresholds,
    local: { domains: hosts, isOpen: openAccounts(open, hosts) },
    offencePolicy: { own: hosts, ...config.blocks, trusted: config.standing.trusted },
    memory: { recall: async (sighting) => nothingKnown(sighting) },
    blocks: { find: () => undefined },
    known: () => undefined,
    ...writtenBy(config, banned),
  }
  return (sample) => explain(sample, bench)
}

/** Beside a running relay: by the rules in force, its block list and what it remembers. */
export function explainerBeside(
  atPresent: () => Relay,
  inForce: { current(): Pick<RuleSet, 'config' | 'banned'> },
): Explainer {
  return (sample) => {
    const relay = atPresent()
    const { rules, fedify, thresholds, local, offencePolicy, memory, blocks, mode } = relay
    const { config, banned } = inForce.current()
    return explain(sample, {
      ...{ rules, fedify, thresholds, local, offencePolicy, memory, blocks, mode },
      known: relay.actors.known,
      standingOf: (domain) => relay.standing.of(domain, 0),
      ...writtenBy(config, banned),
    })
  }
}

type Entries = ReturnType<typeof readBanned>

/** What the operator wrote, for saying which word of it matters. */
function writtenBy(
  { rules, composites }: Config,
  { urls, text }: Entries,
): Pick<Bench, 'recompose' | 'lists'> {
  const settings = { rules, composites }
  return {
    recompose: (hits) => recompose(hits, composites),
    lists: [
      {
        rule: 'banned-url',
        entries: urls,
        compile: (some) => catalog['banned-url']({ ...settings, banned: { urls: some, text: [] } }),
      },
      {
        rule: 'banned-text',
        entries: text,
        compile: (some) =>
          catalog['banned-text']({ ...settings, banned: { urls: [], text: some } }),
      },
    ],
  }
}

async function explain(sample: Sample, bench: Bench): Promise<Explained> {
  const started = performance.now()
  const real = await tryOut(sample, bench)
  const judgement =
    real.status === 'refused' ? refusal(real) : await settled(real.finding, sample.at, bench)
  const delivery = { id: sample.name, receivedAt: sample.at }
  // The operator has the text: its words are nobody's secret here.
  const shown = { ...judgement, isPublic: true }
  const verdict = toVerdict(delivery, shown, performance.now() - started)
  return { verdict, explanation: await explanationOf(real, sample, bench) }
}

function refusal({ error, why }: Refused): Judgement {
  return { action: 'refuse', error, score: 0, hits: [], proof: 'missing', notes: [why] }
}

async function explanationOf(real: Trial, sample: Sample, bench: Bench): Promise<Explanation> {
  const { thresholds } = bench
  if (real.status === 'refused') return { thresholds, wouldChange: [] }
  const free = real.finding.block ? await tryOut(sample, withoutBlocks(bench)) : real
  if (free.status === 'refused') return { thresholds, wouldChange: [] }
  return {
    ...(free.facts && { facts: digestOf(free.facts) }),
    thresholds,
    wouldChange: await wouldChange({ real, free }, sample, bench),
  }
}
