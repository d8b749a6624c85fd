// Everything introduced to everything, as one plain object.
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { fedifyReader } from './activity.ts'
import { openBlocks } from './blocks.ts'
import { type Clock, openClock, signedTimes } from './clock.ts'
import type { Settings } from './config/settings.ts'
import type { Config } from './config.ts'
import { openAccounts } from './facts/open-accounts.ts'
import { openHolds } from './holds.ts'
import { openImages } from './images/open.ts'
import type { Log } from './log.ts'
import { openMetrics } from './metrics.ts'
import { watchLoad } from './overload.ts'
import { authorProofs } from './proof.ts'
import { sumUpRefusals } from './refusals.ts'
import type { Relay } from './relay.ts'
import { openRules, type RulesInForce } from './reload/rules-in-force.ts'
import { rememberWith } from './remember.ts'
import { openRemote, type Remote } from './remote/open.ts'
import { signatures } from './signature.ts'
import { historyWithFallback, offencesWithFallback } from './store/fallback.ts'
import { isEmbedded, openStore } from './store/open.ts'
import type { RecordStore, Store } from './store/store.ts'
import { openUpstream } from './upstream.ts'
import type { Verdict } from './verdict.ts'

export interface Start {
  readonly config: Config
  readonly log: Log
  /** Where the configuration came from, for reading it again. */
  readonly settings?: Settings
  readonly onVerdict?: (verdict: Verdict) => void
  /** What is kept once for this machine is another process's business. */
  readonly isWorker?: boolean
}

/** What must be closed again, in the order of opening. */
export type Closers = (() => unknown)[]

export type Parts = Awaited<ReturnType<typeof introduce>>

export async function introduce(start: Start, closers: Closers) {
  const { config, log } = start
  const now = Date.now
  const kept = await openKept(start, closers)
  const { metrics, store, blocks, clock, onFault } = kept
  const hosts = [config.instance.domain, ...config.instance.aliases]
  const { overrides } = config.remote
  const place = { domain: config.instance.domain, ownHosts: hosts, overrides }
  const remote = await openRemote({ ...place, store, now, onFault, onTime: clock.hear })
  closers.push(remote.actor.close)
  const upstream = openUpstream(upstreamOptions(config))
  closers.push(() => upstream.close())
  const inForce = openRules({ config, settings: start.settings, log, onFault })
  closers.push(inForce.close)
  const images = openImages({
    ...{ config: config.images, urls: () => inForce.current().banned.urls },
    ...{ store: store.pictures, fetchPicture: remote.fetchPicture, log, onFault },
  })
  closers.push(images.close)
  const load = watchLoad()
  closers.push(load.close)
  const { mode } = config
  const memory = historyWithFallback({ store: store.history, now, onFault })
  const relay: Relay = {
    ...judging({ config, remote, store, hosts, clock, onFault, now }),
    ...{ now, newId: randomUUID, random: Math.random, mode },
    ...{ blocks, metrics, upstream, memory, ...judgingBy(inForce), pictures: images.pictures },
    remember: rememberWith(memory),
    offences: offencesWithFallback({ store: store.offences, now, onFault }),
    isOverloaded: load.isOverloaded,
    keep: keeper({ log, onVerdict: start.onVerdict, records: store.records, closers }),
    reportFault: (what, cause) => log.error({ err: cause }, what),
  }
  return {
    relay,
    atPresent: following(relay, inForce),
    inForce,
    images,
    store,
    blocks,
    load,
    clock,
    actor: remote.actor,
  }
}

function judgingBy(inForce: RulesInForce): Pick<Relay, 'rules' | 'thresholds'> {
  const { rules, thresholds } = inForce.current()
  return { rules, thresholds }
}

/** The relay by the rules that are in force when it is asked for. */
function following(relay: Relay, inForce: RulesInForce): () => Relay {
  let latest = relay
  return () => {
    const isStale = latest.rules !== inForce.current().rules
    if (isStale) latest = { ...relay, ...judgingBy(inForce) }
    return latest
  }
}

/** What outlives a delivery: the store, the mirror of the blocks, the counts. */
async function openKept({ config, log, isWorker }: Start, closers: Closers) {
  const now = Date.now
  const url = config.store
  const clock = openClock({ now, monotonic: () => performance.now(), log })
  const metrics = openMetrics({
    clockOffsetMs: clock.offsetMs,
    blockedDomains: () => blocks.size,
    storeUp: () => store.isUp(),
  })
  const onFault = metrics.failedOpen
  const common = { log, now, onFault }
  const folder = resolve(config.data)
  const kept = { recordsKeptMs: config.retention.records, dataFolder: folder }
  const store = await openStore({ url, ...kept, ...common })
  closers.push(() => store.close())
  const mirror = { folder, snapshot: isEmbedded(url) ? false : isWorker ? 'read' : true } as const
  const own = [config.instance.domain, ...config.instance.aliases]
  const blocks = await openBlocks({ store: store.blocks, own, ...mirror, ...common })
  closers.push(() => blocks.close())
  return { metrics, store, blocks, clock, onFault }
}

interface Judging {
  readonly config: Config
  readonly remote: Remote
  readonly store: Store
  readonly hosts: readonly string[]
  readonly clock: Clock
  readonly now: () => number
  readonly onFault: (what: string) => void
}

function judging({ config, remote, store, hosts, clock, now, onFault }: Judging) {
  const times = signedTimes(clock, { monotonic: () => performance.now(), onFault })
  const maxAgeMs = config.signature.maxAge
  return {
    dropStatus: config.respond.drop,
    local: { domains: hosts, isOpen: openAccounts(config.instance.openAccounts, hosts) },
    signatures: signatures({ keys: remote.keys, hosts, maxAgeMs, now, times }),
    fedify: fedifyReader(),
    proofs: authorProofs({ keys: remote.keys, now }),
    actors: remote.actors,
    posts: remote.posts,
    offencePolicy: { own: hosts, ...config.blocks, trusted: config.standing.trusted },
    holds: openHolds({
      policy: holdPolicy(config),
      ...{ store: store.retries, software: remote.software, now, onFault },
    }),
  }
}

function holdPolicy({ hold, maxDeferrals }: Config) {
  return { after: hold.after, thenAction: hold.then, maxDeferrals }
}

export function upstreamOptions({ instance, listen: { trustedProxies } }: Config) {
  return { url: instance.upstream, timeoutMs: instance.timeout, trustedProxies }
}

interface Keeping {
  readonly log: Log
  readonly onVerdict: Start['onVerdict']
  readonly records: RecordStore
  readonly closers: Closers
}

function keeper({ log, onVerdict, records, closers }: Keeping): Relay['keep'] {
  const refusals = sumUpRefusals(log)
  closers.push(refusals.close)
  return async (verdict) => {
    const { id, action, hits, error } = verdict
    onVerdict?.(verdict)
    log[isNews(verdict) ? 'info' : 'debug']({ verdict }, action)
    if (error !== undefined && hits.length === 0) refusals.add(action, error)
    await records.append({ id, at: Date.parse(verdict.at), json: JSON.stringify(verdict) })
  }
}

/** What passes, and what a block turns away, is told by the metrics: a wave must not fill the log. */
function isNews({ action, hits }: Verdict): boolean {
  return action !== 'forward' && hits.length > 0
}
