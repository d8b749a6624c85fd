// Why the relay decides as it does, and what would have changed it. Nothing is asked, counted, forwarded or blocked.
import { fedifyReader } from './activity.ts'
import type { Config } from './config.ts'
import { type Digest, digestOf } from './explain/digest.ts'
import { consequencesOf, type Judged, type Sample, type Trial, tryOut } from './explain/trial.ts'
import { type Bench, withoutBlocks, wouldChange } from './explain/would-change.ts'
import { openAccounts } from './facts/open-accounts.ts'
import { nothingKnown } from './history.ts'
import { type Judgement, toVerdict } from './record.ts'
import type { Relay } from './relay.ts'
import { bannedEntries } from './reload/ban-list.ts'
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

/** Offline nothing is remembered and nobody is blocked. Throws for what cannot be read, and names it. */
export function offlineExplainer(config: Config): Explainer {
  const { domain, aliases, openAccounts: open } = config.instance
  const hosts = [domain, ...aliases]
  const { rules, composites } = config
  const banned = bannedEntries(config.banned)
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
      ...writtenBy(config, banned),
    })
  }
}

type Entries = ReturnType<typeof bannedEntries>

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
  const judgement = real.status === 'refused' ? refusal(real.why) : judgementOf(real, sample, bench)
  const delivery = { id: sample.name, receivedAt: sample.at }
  // The operator has the text: its words are nobody's secret here.
  const shown = { ...judgement, isPublic: true }
  const verdict = toVerdict(delivery, shown, performance.now() - started)
  return { verdict, explanation: await explanationOf(real, sample, bench) }
}

function judgementOf({ finding }: Judged, { at }: Sample, bench: Bench): Judgement {
  const decisions = consequencesOf({ finding, action: finding.action, at }, bench)
  const block = decisions.find((each) => each.kind === 'block')
  const others = decisions.flatMap((each) =>
    each.kind === 'block' || block || finding.action !== 'drop' ? [] : `${each.kind}: ${each.why}`,
  )
  // As it is recorded: forwarded all the same.
  const mode = bench.mode === 'observe' ? ['observe'] : []
  return {
    ...finding,
    ...(block && { block: { domain: block.domain, by: block.by } }),
    notes: [...finding.notes, ...others, ...mode],
  }
}

function refusal(why: string): Judgement {
  const nothing = { score: 0, hits: [], proof: 'missing', notes: [why] } as const
  return { ...nothing, action: 'refuse', error: 'activity-malformed' }
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
