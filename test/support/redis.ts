// A real redis-server on a free loopback port, in a folder of its own, that tests may kill, freeze and restart.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { programPath } from './programs.ts'

const START_MS = 15_000

export interface RedisServer {
  readonly url: string
  readonly port: number
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGKILL too, and the folder goes with it. */
  stop(): Promise<void>
  /** Frozen: connections stay open, nothing is answered. */
  pause(): void
  resume(): void
  /** The same port and folder after kill(). */
  restart(): Promise<void>
  /** FLUSHALL. */
  flush(): Promise<void>
  /** One command, the way redis-cli would send it. */
  ask(command: string, ...args: string[]): Promise<unknown>
}

interface RedisSetup {
  /** Append-only file, fsynced every second: what a restart finds again. */
  readonly aof?: boolean
  /** One node that owns every slot. */
  readonly cluster?: boolean
  /** More lines of redis.conf as arguments, e.g. `['--maxmemory', '10mb']`. */
  readonly settings?: readonly string[]
}

export async function startRedis(setup: RedisSetup = {}): Promise<RedisServer> {
  const program = await redisProgram()
  const folder = await mkdtemp(join(tmpdir(), 'redis-'))
  const port = await freePort()
  const settings = [...baseSettings(folder, port, setup), ...(setup.settings ?? [])]
  if (setup.cluster) settings.push(...(await clusterSettings()))
  let child = await launch(program, settings)
  if (setup.cluster) await claimSlots(port)
  const ask = (...command: [string, ...string[]]) => askOnce(port, command)
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL') // of which a frozen process dies too
    await exit
  }
  return {
    port,
    url: setup.cluster ? `redis+cluster://127.0.0.1:${port}` : `redis://127.0.0.1:${port}`,
    kill,
    async stop() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async restart() {
      child = await launch(program, settings)
    },
    async flush() {
      await ask('FLUSHALL')
    },
    ask,
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

/** Starts redis-server with these arguments and waits until it says that it listens. */
export async function launch(program: string, settings: readonly string[]): Promise<ChildProcess> {
  const child = spawn(program, settings, { stdio: ['ignore', 'pipe', 'inherit'] })
  const killed = (): void => void child.kill('SIGKILL')
  process.once('exit', killed)
  child.once('exit', () => process.off('exit', killed))
  await new Promise<void>((resolve, reject) => {
    let said = ''
    const deadline = setTimeout(
      () => reject(new Error(`redis-server is silent: ${said}`)),
      START_MS,
    )
    child.once('exit', () => reject(new Error(`redis-server ended at once: ${said}`)))
    child.once('error', reject)
    child.stdout.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-20_000)
      if (!/Ready to accept connections|Sentinel ID is/.test(said)) return
      clearTimeout(deadline)
      resolve()
    })
  })
  return child
}

export function redisProgram(): Promise<string> {
  return programPath({ program: 'redis-server', please: 'Redis 6.2 or newer' })
}

function baseSettings(folder: string, port: number, { aof }: RedisSetup): string[] {
  return [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'],
    ...['--save', '', '--appendonly', aof ? 'yes' : 'no', '--appendfsync', 'everysec'],
  ]
}

/** The bus would be at port + 10000, which need not exist. */
async function clusterSettings(): Promise<string[]> {
  const bus = String(await freePort())
  const announced = ['--cluster-announce-ip', '127.0.0.1']
  return ['--cluster-enabled', 'yes', '--cluster-port', bus, ...announced]
}

async function claimSlots(port: number): Promise<void> {
  await askOnce(port, ['CLUSTER', 'ADDSLOTSRANGE', '0', '16383'])
  for (let look = 0; look < 200; look++) {
    if (String(await askOnce(port, ['CLUSTER', 'INFO'])).includes('cluster_state:ok')) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the cluster of one does not come up')
}

async function askOnce(
  port: number,
  [command, ...args]: readonly [string, ...string[]],
): Promise<unknown> {
  const client = new Redis(port, '127.0.0.1', { enableReadyCheck: false, retryStrategy: null })
  try {
    return await client.call(command, args)
  } finally {
    client.disconnect()
  }
}
