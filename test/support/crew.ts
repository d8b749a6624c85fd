// A relay with workers as its operator runs it: processes of their own before a stand-in instance, a real Redis behind.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Client, request } from 'undici'
import { onTestFinished, vi } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { openStore } from '../../src/store/open.ts'
import { type InstanceAnswer, startInstance } from './instance.ts'
import { aPost, MOMO, SPAMMER } from './raid.ts'
import { type RedisServer, startRedis } from './redis.ts'
import { aSigner } from './sign.ts'

/** So many processes compile the same code. */
const CACHE = join(tmpdir(), 'sekisho-compiled')
const TOKEN = 'a token of the tests'
const CLI = new URL('../../src/cli.ts', import.meta.url).pathname
export const PATIENCE = { timeout: 50_000, interval: 20 } // how long something may take is measured elsewhere

export const MALLORY = 'https://evil.example/users/mallory'
/** Whose keys can be fetched. */
const PEOPLE = [MOMO, SPAMMER, MALLORY]

export interface CrewSetup {
  /** Lines of the operator's file beside what every crew has. */
  readonly lines?: readonly string[]
  readonly flags?: readonly string[]
  readonly nodeFlags?: readonly string[]
}

export type Crew = Awaited<ReturnType<typeof aCrew>>

type OnEnd = (end: () => void | Promise<void>) => void

/** Two workers, ended with the test whatever becomes of it, unless told otherwise. */
export async function aCrew(setup: CrewSetup = {}, onEnd: OnEnd = onTestFinished) {
  const { lines = [], flags = [], nodeFlags = [] } = setup
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-crew-'))
  onEnd(() => rmSync(folder, { recursive: true, force: true }))
  const redis = await startRedis({ aof: true })
  onEnd(() => redis.stop())
  await giveKey(redis)
  const turnstile = openTurnstile()
  const instance = await startInstance(turnstile.pass)
  onEnd(() => instance.close())
  const config = join(folder, 'local.yaml')
  const base = configLines({
    folder,
    redis,
    upstream: instance.url,
    known: await publishPeople(onEnd),
  })
  const write = (...more: readonly string[]) =>
    writeFileSync(config, [...base, ...more, ''].join('\n'))
  write(...lines)
  const relay = launch(onEnd, [...nodeFlags, CLI, 'start', '--config', config, ...flags])
  return { ...relay, redis, instance, folder, write, hold: turnstile.hold }
}

/** The instance answers at once, or when the test lets it. */
function openTurnstile() {
  let arrived: (() => void) | undefined
  let opened = Promise.resolve()
  return {
    async pass(): Promise<InstanceAnswer> {
      arrived?.()
      await opened
      return { status: 202 }
    },
    /** `arrived` resolves when a delivery waits for `release`. */
    hold() {
      const arrival = Promise.withResolvers<void>()
      const opening = Promise.withResolvers<void>()
      arrived = arrival.resolve
      opened = opening.promise
      return { arrived: arrival.promise, release: opening.resolve }
    },
  }
}

/** The relay's own key, beforehand: to make one takes longer than most tests. */
async function giveKey({ url }: RedisServer): Promise<void> {
  const common = { now: Date.now, log: pino({ level: 'silent' }), onFault: () => {} }
  const store = await openStore({ url, recordsKeptMs: 1, evidenceKeptMs: 1, ...common })
  const pem = () => aSigner().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  await store.identity.getOrCreate('relay-actor-key', async () => pem())
  await store.close()
}

interface Place {
  readonly folder: string
  readonly redis: RedisServer
  readonly upstream: string
  /** Where each domain's documents are. */
  readonly known: Readonly<Record<string, string>>
}

function configLines({ folder, redis, upstream, known }: Place): readonly string[] {
  return [
    `instance: { domain: home.example, upstream: "${upstream}", software: mastodon }`,
    ...['workers: 2', 'listen: { port: 0 }', 'admin: { port: 0 }', 'respond: { drop: 403 }'],
    ...[`store: ${redis.url}`, `data: ${folder}/data`],
    `remote: { overrides: ${JSON.stringify(known)} }`,
  ]
}

async function publishPeople(onEnd: OnEnd): Promise<Readonly<Record<string, string>>> {
  const actors = new Map(PEOPLE.map((owner) => [owner, JSON.stringify(aSigner({ owner }).actor)]))
  const server = createServer(({ headers, url }, response) => {
    const actor = actors.get(`https://${headers.host}${url}`)
    response.writeHead(actor ? 200 : 404, { 'content-type': 'application/activity+json' })
    response.end(actor)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return Object.fromEntries(PEOPLE.map((id) => [new URL(id).host, `http://127.0.0.1:${port}`]))
}

interface Line {
  readonly msg: string
  readonly worker?: number
  readonly pid?: number
  readonly port?: number
  readonly adminPort?: number
}

/** A process group of its own, as a terminal or a supervisor makes one. */
function launch(onEnd: OnEnd, args: readonly string[]) {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, SEKISHO_ADMIN_TOKEN: TOKEN, NODE_COMPILE_CACHE: CACHE },
  })
  onEnd(() => killGroup(child))
  const exit = once(child, 'exit')
  let out = ''
  let complaints = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const said = (words: string) =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line)
      .filter(({ msg }) => msg.includes(words))
  const until = (words: string, times = 1) =>
    vi.waitFor(() => {
      const lines = said(words)
      if (lines.length >= times) return lines
      throw new Error(`"${words}" was not said ${times} times, but: ${out}${complaints}`)
    }, PATIENCE)
  return { child, exit, said, until, complaints: () => complaints, ...doorsOf(until) }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL')
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'ESRCH') throw cause // all have ended
  }
}

function doorsOf(until: (words: string) => Promise<readonly Line[]>) {
  const ports = async () => (await until('Sekisho is listening'))[0]!
  const ask = async (path: string) =>
    request(`http://127.0.0.1:${(await ports()).adminPort}${path}`)
  return {
    /** A connection of its own, which stays with the worker that took it. */
    async connect(): Promise<Connection> {
      const { port } = await ports()
      const client = new Client(`http://127.0.0.1:${port}`)
      onTestFinished(() => client.destroy())
      return {
        close: () => client.close(),
        post(by, activity = aPost({ by })) {
          const signing = { host: 'home.example', body: activity, at: Date.now() }
          const { rawHeaders, body } = aSigner({ owner: by }).deliver(signing)
          return send(client, [...rawHeaders], body)
        },
        postUnsigned: (activity) => send(client, JSON_LD, JSON.stringify(activity)),
      }
    },
    async api(method: 'POST' | 'DELETE', path: string, body?: object): Promise<number> {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
      const { adminPort } = await ports()
      const asking = { method, headers, ...(body && { body: JSON.stringify(body) }) }
      const answer = await request(`http://127.0.0.1:${adminPort}${path}`, asking)
      await answer.body.dump()
      return answer.statusCode
    },
    readiness: async () => (await ask('/readyz')).statusCode,
    /** The sum over a metric's samples. */
    async metric(name: string): Promise<number> {
      const text = await (await ask('/metrics')).body.text()
      const samples = text.split('\n').filter((line) => line.split(/[{ ]/)[0] === name)
      return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
    },
  }
}

const JSON_LD = ['content-type', 'application/activity+json']

async function send(client: Client, headers: string[], body: string | Buffer): Promise<number> {
  const answer = await client.request({ path: '/inbox', method: 'POST', headers, body })
  await answer.body.dump()
  return answer.statusCode
}

export interface Connection {
  /** Signed by them; the status that comes back. */
  post(by: string, activity?: JsonObject): Promise<number>
  postUnsigned(activity: JsonObject): Promise<number>
  close(): Promise<void>
}
