// Everything introduced to everything, as one plain object.
import { randomUUID } from 'node:crypto'
import { fedifyReader } from './activity.ts'
import { type Clock, signedTimes } from './clock.ts'
import type { Settings } from './config/settings.ts'
import type { Config } from './config.ts'
import { withoutAddresses } from './contact/inbox-answers.ts'
import { compileContact } from './contact.ts'
import { evidenceKeeper } from './evidence.ts'
import { openAccounts } from './facts/open-accounts.ts'
import { openHolds } from './holds.ts'
import { openImages } from './images/open.ts'
import { relationsOf, reportingTo } from './instance/open.ts'
import type { Log } from './log.ts'
import { type Kept, openKept } from './open-kept.ts'
import { watchLoad } from './overload.ts'
import { authorProofs } from './proof.ts'
import { sumUpRefusals } from './refusals.ts'
import type { Relay } from './relay.ts'
import { openRules, type RulesInForce } from './reload/rules-in-force.ts'
import { rememberWith } from './remember.ts'
import { openRemote, type Remote } from './remote/open.ts'
import { signatures } from './signature.ts'
import { openStanding } from './standing/open.ts'
import { historyWithFallback, offencesWithFallback } from './store/fallback.ts'
import type { RecordStore, Store } from './store/store.ts'
import { openUpstream, type Upstream } from './upstream.ts'
import type { Verdict } from './verdict.ts'

export interface Start {
  readonly config: Config
  readonly log: Log
  /** Where the configuration came from, for reading it again. */
  readonly settings?: Settings
  readonly onVerdict?: (verdict: Verdict) => void
  /** What is kept once for this machine is another process's business. */
  readonly isWorker?: boolean
  /** Epoch milliseconds; the machine's own clock unless told. */
  readonly now?: () => number
}

/** What must be closed again, in the order of opening. */
export type Closers = (() => unknown)[]

export type Parts = Awaited<ReturnType<typeof introduce>>

export async function introduce(start: Start, closers: Closers) {
  const { config, log, now = Date.now } = start
  const kept = await openKept(start, closers)
  const { metrics, store, blocks, clock, onFault } = kept
  const rooms = await openRooms(start, kept, closers)
  const { remote, upstream, inForce, images, load, offences, judged, standing } = rooms
  const relations = relationsOf(start, kept)
  closers.push(() => relations?.close())
  const { mode } = config
  const memory = historyWithFallback({ store: store.history, now, onFault })
  const relay: Relay = {
    ...judged,
    ...{ now, newId: randomUUID, random: Math.random, mode },
    ...{ blocks, metrics, upstream, memory, ...judgingBy(inForce), pictures: images.pictures },
    remember: rememberWith({ memory, domains: standing.domains, notices: standing.desk.notices }),
    ...{ offences, standing: standing.desk },
    keepEvidence: evidenceKeeper({ evidence: store.evidence, keys: store.keys, onFault }),
    isOverloaded: load.isOverloaded,
    keep: keeper({ log, onVerdict: start.onVerdict, records: store.records, closers }),
    reportFault: (what, cause) => log.error({ err: cause }, what),
  }
  const atPresent = following(relay, inForce)
  const { actor } = remote
  return {
    relay,
    atPresent,
    inForce,
    images,
    standing,
    store,
    blocks,
    load,
    clock,
    actor,
    relations,
  }
}

/** Whatever asks, fetches or waits, with what closes it. */
async function openRooms(start: Start, kept: Kept, closers: Closers) {
  const { config, log, now = Date.now } = start
  const { store, blocks, clock, onFault } = kept
  const hosts = [config.instance.domain, ...config.instance.aliases]
  const { overrides } = config.remote
  const place = { domain: config.instance.domain, ownHosts: hosts, overrides }
  const remote = await openRemote({ ...place, store, now, onFault, onTime: clock.hear })
  closers.push(remote.actor.close)
  const upstream = upstreamFor(config)
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
  const offences = offencesWithFallback({ store: store.offences, now, onFault })
  const judged = judging({ config, remote, store, hosts, clock, onFault, now })
  const standing = openStanding({
    ...{ config: config.standing, policy: judged.offencePolicy, store, blocks, offences },
    ...{ descriptions: remote.descriptions, documents: remote.documents },
    reporter: reportingTo(config),
    ...{ now, newId: randomUUID, log, onFault },
  })
  closers.push(standing.close)
  return { remote, upstream, inForce, images, load, offences, judged, standing }
}

/** With the whole site behind us no answer tells the administrators' addresses, those to deliveries neither. */
function upstreamFor(config: Config): Upstream {
  const upstream = openUpstream(upstreamOptions(config))
  const contact = config.listen.passthrough ? compileContact(config.contact) : undefined
  return contact ? withoutAddresses(upstream, contact) : upstream
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
