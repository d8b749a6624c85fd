// The relay as it is wired for a process, but in simulated time, on a store of its own, before a stand-in instance.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fedifyReader } from '../../../src/activity.ts'
import { type Blocks, openBlocks } from '../../../src/blocks.ts'
import { type Config, loadConfig } from '../../../src/config.ts'
import { openHolds } from '../../../src/holds.ts'
import { type Inbox, openInbox } from '../../../src/inbox.ts'
import { closedEyes } from '../../../src/pictures.ts'
import { authorProofs } from '../../../src/proof.ts'
import type { Relay } from '../../../src/relay.ts'
import { rememberWith } from '../../../src/remember.ts'
import { compileRules } from '../../../src/rules/catalog.ts'
import { signatures } from '../../../src/signature.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/store.ts'
import type { Block, Store } from '../../../src/store/store.ts'
import type { Verdict } from '../../../src/verdict.ts'
import { nobodyStands } from '../../support/standing.ts'
import type { Net } from './net.ts'
import type { Random } from './random.ts'
import { BANNED } from './shapes.ts'
import { HOME } from './writing.ts'

export interface Gate {
  readonly inbox: Inbox
  readonly history: Store['history']
  /** Of the delivery that was received last. */
  lastVerdict(): Verdict
  blocked(): Promise<readonly Block[]>
  /** What could not be checked, and how often. */
  readonly failedOpen: ReadonlyMap<string, number>
  close(): Promise<void>
}

interface GateSetup {
  readonly now: () => number
  readonly random: Random
  readonly net: Net
}

const ALONE = { domains: { learn: async () => {} }, notices: nobodyStands.notices }

const EMPTY = new URL('../../support/empty.yaml', import.meta.url).pathname

export async function openGate({ now, random, net }: GateSetup): Promise<Gate> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-wave-'))
  const config = configured()
  const failedOpen = new Map<string, number>()
  const onFault = (what: string) => void failedOpen.set(what, (failedOpen.get(what) ?? 0) + 1)
  const store = await openEmbeddedStore({ folder, now })
  const log = { warn: () => {}, error: () => {}, info: () => {} }
  const blocks = await openBlocks({
    store: store.blocks,
    folder,
    now,
    log,
    onFault,
    snapshot: false,
  })
  let last: Verdict | undefined
  const relay: Relay = {
    ...judging({ config, net, store, now, onFault }),
    ...{ now, newId: randomUUID, random: random.next, blocks, mode: 'enforce', dropStatus: 202 },
    metrics: quietMetrics(onFault),
    upstream: { forward: accept },
    isOverloaded: () => false,
    async keep(verdict) {
      last = verdict
    },
    reportFault(what, cause) {
      throw new Error(what, { cause })
    },
  }
  return {
    ...{ inbox: openInbox(() => relay), history: store.history, failedOpen },
    lastVerdict: () => last!,
    blocked: () => everyBlock(blocks),
    async close() {
      await blocks.close()
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const BLOCKS_A_PAGE = 1_000

/** Paging that loses some would let innocent ones go unseen. */
async function everyBlock(list: Pick<Blocks, 'page'>): Promise<readonly Block[]> {
  const found: Block[] = []
  let page = await list.page({ limit: BLOCKS_A_PAGE })
  found.push(...page.blocks)
  while (page.next !== undefined && page.blocks.length > 0) {
    page = await list.page({ limit: BLOCKS_A_PAGE, after: page.next })
    found.push(...page.blocks)
  }
  const { total, next } = page
  if (next !== undefined || found.length !== total) {
    throw new Error(`${found.length} of ${total} blocks were listed`)
  }
  return found
}

interface Judging extends Pick<GateSetup, 'net' | 'now'> {
  readonly config: Config
  readonly store: Store
  readonly onFault: (what: string) => void
}

function judging({ config, net, store, now, onFault }: Judging) {
  const { keys, actors, posts, software } = net
  const hosts = [config.instance.domain]
  const policy = {
    ...{ after: config.hold.after, thenAction: config.hold.then },
    maxDeferrals: config.maxDeferrals,
  }
  return {
    thresholds: config.thresholds,
    local: { domains: hosts, isOpen: () => false },
    signatures: signatures({ keys, hosts, maxAgeMs: config.signature.maxAge, now }),
    fedify: fedifyReader(),
    proofs: authorProofs({ keys, now }),
    ...{
      actors,
      posts,
      pictures: closedEyes,
      memory: store.history,
      remember: rememberWith({ memory: store.history, ...ALONE }),
      ...{ standing: nobodyStands, keepEvidence: async () => {} },
    },
    rules: compileRules(config),
    offences: store.offences,
    offencePolicy: { own: hosts, ...config.blocks, trusted: config.standing.trusted },
    holds: openHolds({ policy, store: store.retries, software, now, onFault }),
  }
}

function configured(): Config {
  const loaded = loadConfig([
    `--config=${EMPTY}`,
    `--instance.domain=${HOME}`,
    '--instance.upstream=http://127.0.0.1:9',
    `--banned.urls=${BANNED.join(',')}`,
  ])
  if (loaded.status === 'wrong') throw new Error(loaded.why)
  return loaded.config
}

const ANSWER = { status: 'answered', httpStatus: 202, rawHeaders: [], tookMs: 0 } as const

async function accept() {
  return { ...ANSWER, body: Buffer.alloc(0) }
}

function quietMetrics(failedOpen: (what: string) => void): Relay['metrics'] {
  const nothing = () => {}
  const counts = { delivery: nothing, hit: nothing, stage: nothing, upstream: nothing }
  return { ...counts, failedOpen } as unknown as Relay['metrics']
}
