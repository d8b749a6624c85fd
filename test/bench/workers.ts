// What several processes cost: deliveries per second of the relay's own CPU with two workers against one process.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '../support/redis.ts'
import { startChild } from './children.ts'
import { CONNECTIONS, DELIVERIES, expectOnly202, relayFlags, serveActors } from './contest.ts'
import { atLeast, type Figure, median, told } from './figures.ts'
import { type Round, saturate } from './load.ts'
import { type CommandRelay, startCommand } from './relay-command.ts'
import { ordinaryTraffic, people } from './traffic.ts'
import { openWire } from './wire.ts'

const HOSTS = ['remote.example', 'other.example', 'good.example', 'far.example']
const WARM_UP_MS = 2_000
const WARM_UP_ANSWERS = 20_000 // of each process
const MAX_WARM_UPS = 90
const ROUNDS = 5
const ROUND_MS = 4_000
const MIB = 1_048_576

export async function workers(): Promise<readonly Figure[]> {
  const closers: (() => unknown)[] = []
  try {
    return await compare(closers)
  } finally {
    for (const closer of closers.reverse()) await closer()
  }
}

async function compare(closers: (() => unknown)[]): Promise<readonly Figure[]> {
  const signers = people(HOSTS)
  const requests = ordinaryTraffic(signers, DELIVERIES)
  const open = await openRelays(signers, closers)
  const one = await open(1)
  const two = await open(2)
  await warmUp(one, requests, 1)
  await warmUp(two, requests, 2)
  const kept = await race({ one, two, requests, load: saturate })
  const fresh = await race({ one, two, requests, load: saturateAnew })
  return [
    ...figuresOf('kept connections', kept),
    ...figuresOf('a connection each', fresh),
    told('busier worker’s share, kept connections', shareOf(kept.two), '×'),
    told('busier worker’s share, a connection each', shareOf(fresh.two), '×'),
    ...memoryOf('one process', one),
    ...memoryOf('two workers', two),
  ]
}

async function openRelays(
  signers: Parameters<typeof serveActors>[0],
  closers: (() => unknown)[],
): Promise<(count: number) => Promise<CommandRelay>> {
  const documents = await serveActors(signers)
  closers.push(documents.close)
  const instance = await startChild<{ port: number }>({
    ...{ file: new URL('./instance-process.ts', import.meta.url), core: 'load', setup: {} },
  })
  closers.push(instance.stop)
  const upstream = `http://127.0.0.1:${instance.ready.port}`
  const hosts = signers.map(({ owner }) => new URL(owner).host)
  const overrides = Object.fromEntries(hosts.map((host) => [host, documents.url]))
  return async (count) => {
    const folder = await mkdtemp(join(tmpdir(), 'sekisho-bench-'))
    closers.push(() => rm(folder, { recursive: true, force: true }))
    const redis = await startRedis({ aof: true })
    closers.push(redis.stop)
    const flags = relayFlags({ folder, upstream, overrides, store: redis.url })
    const relay = await startCommand([...flags, `--workers=${count}`], count)
    closers.push(relay.stop)
    return relay
  }
}

async function warmUp(relay: CommandRelay, requests: readonly Buffer[], processes: number) {
  let answers = 0
  for (let turn = 0; turn < MAX_WARM_UPS && answers < WARM_UP_ANSWERS * processes; turn++) {
    const { port } = relay
    answers += (await saturate({ port, requests, ms: WARM_UP_MS }, CONNECTIONS)).answers
  }
}

interface Race {
  readonly one: CommandRelay
  readonly two: CommandRelay
  readonly requests: readonly Buffer[]
  readonly load: typeof saturate
}

interface Measured extends Round {
  /** Microseconds of CPU time an answer, of all the relay's processes. */
  readonly cpuEach: number
  /** Microseconds of CPU time by process, the primary first. */
  readonly cpu: readonly number[]
}

async function race({ one, two, requests, load }: Race) {
  const measured = { one: [] as Measured[], two: [] as Measured[] }
  for (let round = 0; round < ROUNDS; round++) {
    measured.one.push(await measure(one, requests, load))
    measured.two.push(await measure(two, requests, load))
  }
  return measured
}

async function measure(
  relay: CommandRelay,
  requests: readonly Buffer[],
  load: typeof saturate,
): Promise<Measured> {
  const before = relay.cpu()
  const round = await load({ port: relay.port, requests, ms: ROUND_MS }, CONNECTIONS)
  expectOnly202(round, 'the relay')
  const cpu = relay.cpu().map((after, at) => after - before[at]!)
  return { ...round, cpu, cpuEach: cpu.reduce((sum, each) => sum + each, 0) / round.answers }
}

/** As `saturate`, with a new connection for each delivery: what a proxy does that keeps none. */
async function saturateAnew(load: Parameters<typeof saturate>[0], connections: number) {
  const { promise: fault, reject } = Promise.withResolvers<never>()
  const byStatus = new Map<number, number>()
  let answers = 0
  const start = performance.now()
  const drive = async () => {
    while (performance.now() < start + load.ms) {
      const wire = await openWire(load.port, reject)
      const request = load.requests[answers++ % load.requests.length]!
      const status = await new Promise<number>((resolve) => wire.send(request, resolve))
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1)
      wire.close()
    }
  }
  await Promise.race([Promise.all(Array.from({ length: connections }, drive)), fault])
  return { rate: (answers / (performance.now() - start)) * 1_000, answers, byStatus }
}

function figuresOf(
  what: string,
  { one, two }: { readonly one: readonly Measured[]; readonly two: readonly Measured[] },
): Figure[] {
  const [cpuOfOne, cpuOfTwo] = [one, two].map((rounds) => median(rounds.map((r) => r.cpuEach)))
  return [
    told(`${what}: one process, CPU a delivery`, cpuOfOne!, 'µs'),
    told(`${what}: two workers, CPU a delivery`, cpuOfTwo!, 'µs'),
    told('  of it the primary', median(two.map(({ cpu, answers }) => cpu[0]! / answers)), 'µs'),
    atLeast('  deliveries a second of CPU, two against one', cpuOfOne! / cpuOfTwo!, 0.9),
  ]
}

function shareOf(rounds: readonly Measured[]): number {
  const shares = rounds.map(
    ({ cpu: [, first = 0, second = 0] }) => Math.max(first, second) / (first + second),
  )
  return median(shares)
}

function memoryOf(what: string, relay: CommandRelay): Figure[] {
  return relay
    .rss()
    .map((bytes, at) =>
      told(`${what}, memory of ${at === 0 ? 'the first' : `worker ${at}`}`, bytes / MIB, 'MiB'),
    )
}
