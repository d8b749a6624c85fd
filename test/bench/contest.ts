// The relay and the server that only passes bytes through, side by side before the same stand-in instance.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Signer } from '../support/sign.ts'
import type { Usage } from './answering.ts'
import { type Child, startChild } from './children.ts'
import { atLeast, type Figure, median, told } from './figures.ts'
import { type Round, saturate } from './load.ts'
import type { RelayReady } from './relay-process.ts'
import { HOME } from './traffic.ts'

export const DELIVERIES = 4_000 // each comes several times: the relay cannot know that it did
export const CONNECTIONS = 32
const WARM_UP_MS = 2_000
const WARM_UP_ANSWERS = 30_000
const MAX_WARM_UPS = 20
const ROUNDS = 5
const ROUND_MS = 4_000

export interface Contest {
  readonly passThrough: Child<{ readonly port: number }>
  readonly relay: Child<RelayReady>
  readonly instance: Child<{ readonly port: number }>
  close(): Promise<void>
}

export async function openContest(signers: readonly Signer[]): Promise<Contest> {
  const closers: (() => unknown)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    return { ...(await start(signers, closers)), close }
  } catch (cause) {
    await close()
    throw new Error('the servers to be measured did not start', { cause })
  }
}

async function start(signers: readonly Signer[], closers: (() => unknown)[]) {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-bench-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const documents = await serveActors(signers)
  closers.push(documents.close)
  const running = async <Ready>(what: Parameters<typeof startChild>[0]) => {
    const child = await startChild<Ready>(what)
    closers.push(child.stop)
    return child
  }
  const instance = await running<{ port: number }>({
    ...{ file: new URL('./instance-process.ts', import.meta.url), core: 'load', setup: {} },
  })
  const upstream = `http://127.0.0.1:${instance.ready.port}`
  const passThrough = await running<{ port: number }>({
    ...{
      file: new URL('./pass-through-process.ts', import.meta.url),
      core: 'measured',
      setup: { upstream },
    },
  })
  const hosts = signers.map(({ owner }) => new URL(owner).host)
  const overrides = Object.fromEntries(hosts.map((host) => [host, documents.url]))
  const store = `embedded:${folder}`
  const flags = relayFlags({ folder, upstream, overrides, store })
  const relay = await running<RelayReady>({
    ...{ file: new URL('./relay-process.ts', import.meta.url), core: 'measured', setup: { flags } },
  })
  return { instance, passThrough, relay }
}

interface Place {
  readonly folder: string
  readonly upstream: string
  readonly store: string
  readonly overrides: Readonly<Record<string, string>>
}

export function relayFlags({ folder, upstream, overrides, store }: Place): string[] {
  return [
    `--config=${new URL('../support/empty.yaml', import.meta.url).pathname}`,
    `--instance.domain=${HOME}`,
    `--instance.upstream=${upstream}`,
    '--instance.software=mastodon',
    `--store=${store}`,
    `--data=${folder}`,
    '--listen.port=0',
    '--admin.port=0',
    `--remote.overrides=${JSON.stringify(overrides)}`,
  ]
}

export async function serveActors(signers: readonly Signer[]) {
  const actors = new Map(signers.map(({ owner, actor }) => [owner, JSON.stringify(actor)]))
  const server = createServer(({ headers, url }, response) => {
    const document = actors.get(`https://${headers.host}${url}`)
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/activity+json' })
    response.end(document)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Keys fetched, code compiled: it takes thousands of deliveries until V8 has settled. */
export async function warmUp(contest: Contest, requests: readonly Buffer[]): Promise<void> {
  for (const { ready } of [contest.passThrough, contest.relay]) {
    let answers = 0
    for (let turn = 0; turn < MAX_WARM_UPS && answers < WARM_UP_ANSWERS; turn++) {
      const round = await saturate({ port: ready.port, requests, ms: WARM_UP_MS }, CONNECTIONS)
      answers += round.answers
    }
  }
}

export interface Measured extends Round {
  /** Microseconds of the server's own CPU time an answer. */
  readonly cpuEach: number
  /** Deliveries that came to the instance meanwhile. */
  readonly forwarded: number
}

export interface Races {
  readonly passThrough: readonly Measured[]
  readonly relay: readonly Measured[]
}

/** Both at full load in turn, so that what else the machine does meets both. */
export async function race(contest: Contest, requests: readonly Buffer[]): Promise<Races> {
  const passThrough: Measured[] = []
  const relay: Measured[] = []
  for (let round = 0; round < ROUNDS; round++) {
    passThrough.push(await measure(contest, 'passThrough', requests))
    relay.push(await measure(contest, 'relay', requests))
  }
  return { passThrough, relay }
}

async function measure(
  contest: Contest,
  who: 'passThrough' | 'relay',
  requests: readonly Buffer[],
): Promise<Measured> {
  const server = contest[who]
  const taken = await contest.instance.ask<number>('taken')
  const before = await server.ask<Usage>('usage')
  const round = await saturate({ port: server.ready.port, requests, ms: ROUND_MS }, CONNECTIONS)
  expectOnly202(round, who)
  const after = await server.ask<Usage>('usage')
  const forwarded = (await contest.instance.ask<number>('taken')) - taken
  return { ...round, cpuEach: (after.cpu - before.cpu) / round.answers, forwarded }
}

/** Anything else, overload included, would be cheaper than the work that is measured. */
export function expectOnly202({ byStatus }: Pick<Round, 'byStatus'>, who: string): void {
  if (byStatus.size === 1 && byStatus.has(202)) return
  throw new Error(`${who} answered not only 202: ${JSON.stringify([...byStatus])}`)
}

/** The rates, their ratio, and the same by CPU time, which other work on the machine hardly touches. */
export function ratesOf({ passThrough, relay }: Races, goals: readonly Goal[]): Figure[] {
  const rate = [passThrough, relay].map((rounds) => median(rounds.map((round) => round.rate)))
  const cpu = [passThrough, relay].map((rounds) => median(rounds.map(({ cpuEach }) => cpuEach)))
  const byRound = relay.map((round, at) => round.rate / passThrough[at]!.rate)
  return [
    told('pass-through, deliveries per second', rate[0]!, '/s'),
    told('relay, deliveries per second', rate[1]!, '/s'),
    ...goals.map(({ what, ratio }) => atLeast(what, rate[1]! / rate[0]!, ratio)),
    told('  lowest round', Math.min(...byRound), '×'),
    told('  highest round', Math.max(...byRound), '×'),
    told('pass-through, CPU a delivery', cpu[0]!, 'µs'),
    told('relay, CPU a delivery', cpu[1]!, 'µs'),
    told('the ratio by CPU time', cpu[0]! / cpu[1]!, '×'),
  ]
}

interface Goal {
  readonly what: string
  readonly ratio: number
}
