// A small fediverse around a real relay: an instance behind it, other servers before it, all over sockets.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Client, request } from 'undici'
import { type Config, loadConfig } from '../../src/config.ts'
import type { Delivery } from '../../src/delivery.ts'
import { openRelay, type Running } from '../../src/main.ts'
import type { Verdict } from '../../src/verdict.ts'
import { type InstanceAnswer, type StandInInstance, startInstance } from './instance.ts'
import { aSigner, type Signer } from './sign.ts'

const HOME = 'home.example'

export interface WorldSetup {
  readonly domain?: string
  /** Flags as the command takes them. */
  readonly flags?: readonly string[]
  /** Documents that other servers publish, by URL. */
  readonly documents?: Readonly<Record<string, unknown>>
  readonly answer?: (request: { readonly target: string }) => InstanceAnswer | undefined
}

export interface World {
  readonly instance: StandInInstance
  readonly verdicts: readonly Verdict[]
  readonly folder: string
  /** URLs that were asked of other servers. */
  readonly asked: readonly string[]
  relay(): Running
  /** Publishes a document on one of the other servers; undefined takes it down (410). */
  publish(url: string, document: unknown): void
  /** A person of another server whose key can be fetched. */
  person(id: string, profile?: object): Signer
  post(delivery: Pick<Delivery, 'target' | 'rawHeaders' | 'body'>): Promise<Answer>
  /** Signs the activity freshly and posts it to the shared inbox. */
  send(signer: Signer, activity: object): Promise<Answer>
  // biome-ignore lint/suspicious/noExplicitAny: tests say by what they expect which shape it has
  api(method: string, path: string, body?: object): Promise<{ status: number; json: any }>
  restart(...flags: string[]): Promise<void>
  close(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export async function startWorld(setup: WorldSetup = {}): Promise<World> {
  const { domain = HOME, flags = [] } = setup
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-world-'))
  const instance = await startInstance(setup.answer ?? (() => ({ status: 202 })))
  const documents = new Map(Object.entries(setup.documents ?? {}))
  const asked: string[] = []
  const remotes = await serveDocuments(documents, asked)
  const verdicts: Verdict[] = []
  const open = async (more: readonly string[]) => {
    const base = baseFlags({
      folder,
      domain,
      upstream: instance.url,
      remotes: remotes.url,
      documents,
    })
    const config = configOf([...base, ...flags, ...more])
    const log = pino({ level: 'silent' })
    const opened = await openRelay({ config, log, onVerdict: (verdict) => verdicts.push(verdict) })
    if (opened.status === 'failed') throw new Error(opened.why)
    return opened
  }
  let running = await open([])
  const world: World = {
    instance,
    verdicts,
    folder,
    asked,
    relay: () => running,
    publish: (url, document) => documents.set(url, document),
    person(id, profile = {}) {
      const signer = aSigner({ owner: id })
      documents.set(id, { ...signer.actor, ...profile })
      return signer
    },
    post: (delivery) => post(running.port, delivery),
    send: (signer, activity) =>
      post(
        running.port,
        signer.deliver({ host: domain, target: '/inbox', body: activity, at: Date.now() }),
      ),
    api: (method, path, body) => callApi(running, { method, path, body }),
    async restart(...more) {
      await running.close()
      running = await open(more)
    },
    async close() {
      await running.close()
      await instance.close()
      remotes.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return world
}

interface Base {
  readonly folder: string
  readonly domain: string
  readonly upstream: string
  readonly remotes: string
  readonly documents: ReadonlyMap<string, unknown>
}

/** Hosts in tests end in .test or .example; each that may be asked is named here. */
const REMOTE_HOSTS = [
  ...['remote', 'other', 'spam', 'good', 'booster', 'bystander', 'group'].map(
    (n) => `${n}.example`,
  ),
  ...['misskey.test', 'gts.test', 'hollo.test', 'hollo2.test', 'snac.test'],
]

function baseFlags({ folder, domain, upstream, remotes }: Base): string[] {
  const hosts = REMOTE_HOSTS.filter((host) => host !== domain)
  const overrides = Object.fromEntries(hosts.map((host) => [host, remotes]))
  return [
    `--config=${new URL('empty.yaml', import.meta.url).pathname}`,
    `--instance.domain=${domain}`,
    `--instance.upstream=${upstream}`,
    '--instance.software=mastodon',
    `--store=embedded:${folder}`,
    `--data=${folder}`,
    '--listen.port=0',
    '--admin.port=0',
    `--remote.overrides=${JSON.stringify(overrides)}`,
  ]
}

function configOf(flags: readonly string[]): Config {
  const loaded = loadConfig(flags)
  if (loaded.status === 'wrong') throw new Error(loaded.why)
  return loaded.config
}

async function serveDocuments(documents: ReadonlyMap<string, unknown>, asked: string[]) {
  const server = createServer(({ headers, url }, response) => {
    const address = `https://${headers.host}${url}`
    asked.push(address)
    const document = documents.get(address)
    const status = document !== undefined ? 200 : documents.has(address) ? 410 : 404
    response.writeHead(status, { 'content-type': 'application/activity+json' })
    response.end(document === undefined ? undefined : JSON.stringify(document))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function post(
  port: number,
  { target, rawHeaders, body }: Pick<Delivery, 'target' | 'rawHeaders' | 'body'>,
): Promise<Answer> {
  const client = new Client(`http://127.0.0.1:${port}`)
  const headers = [...rawHeaders]
  const answer = await client.request({ path: target, method: 'POST', headers, body })
  const { statusCode: status, headers: answered } = answer
  const text = await answer.body.text()
  await client.close()
  return { status, headers: answered, body: text }
}

async function callApi(
  running: Running,
  { method, path, body }: { method: string; path: string; body: object | undefined },
) {
  const answer = await request(`http://127.0.0.1:${running.adminPort}${path}`, {
    method: method as 'GET',
    headers: {
      authorization: `Bearer ${running.adminToken}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.body.text()
  return { status: answer.statusCode, json: text === '' ? undefined : JSON.parse(text) }
}
