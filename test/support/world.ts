// A small fediverse around a real relay: an instance behind it, other servers before it, all over sockets.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Config, loadConfig } from '../../src/config.ts'
import type { Log } from '../../src/log.ts'
import { openRelay, type Running } from '../../src/main.ts'
import type { Relay } from '../../src/relay.ts'
import { openEmbeddedStore } from '../../src/store/embedded/store.ts'
import type { Verdict } from '../../src/verdict.ts'
import { type Gate, gateOf, openReplaced } from './gate.ts'
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
  /** `redis://…`; embedded in the world's own folder unless told. */
  readonly store?: string
  /** Silent unless told. */
  readonly log?: Log
  /** Members of the relay that are the test's; everything else is as the process wires it. */
  readonly replace?: (relay: Relay) => Partial<Relay>
}

/** People share one key pair unless they ask for another one. */
interface KeyTraits {
  readonly pair?: number
  readonly algorithm?: 'rsa' | 'ed25519'
}

export interface World extends Gate {
  readonly instance: StandInInstance
  readonly folder: string
  /** URLs that were asked of other servers. */
  readonly asked: readonly string[]
  /** Publishes a document on one of the other servers; undefined takes it down (410), a function answers itself. */
  publish(url: string, document: unknown): void
  /** A person of another server whose key can be fetched. */
  person(id: string, profile?: object, key?: KeyTraits): Signer
  restart(...flags: string[]): Promise<void>
  /** A second relay before the same instance: on the same store with Redis, on its own otherwise. */
  another(...flags: string[]): Promise<Gate>
  close(): Promise<void>
}

export async function startWorld(setup: WorldSetup = {}): Promise<World> {
  const { domain = HOME, flags = [], replace } = setup
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-world-'))
  const instance = await startInstance(setup.answer ?? (() => ({ status: 202 })))
  const documents = new Map(Object.entries(setup.documents ?? {}))
  const asked: string[] = []
  const remotes = await serveDocuments(documents, asked)
  const base = (own: string) => {
    const { store = `embedded:${own}` } = setup
    return baseFlags({ folder: own, domain, store, upstream: instance.url, remotes: remotes.url })
  }
  const open = async (own: string, more: readonly string[], verdicts: Verdict[]) => {
    if (setup.store === undefined) await giveKey(own)
    const config = configOf([...base(own), ...flags, ...more])
    const { log = pino({ level: 'silent' }) } = setup
    const start = { config, log, onVerdict: (verdict: Verdict) => void verdicts.push(verdict) }
    if (replace) return openReplaced(start, replace)
    const opened = await openRelay(start)
    if (opened.status === 'failed') throw new Error(opened.why)
    return opened
  }
  const closeOthers = async () => {
    await instance.close()
    remotes.close()
    await rm(folder, { recursive: true, force: true })
  }
  const verdicts: Verdict[] = []
  let running = await open(folder, [], verdicts).catch(async (cause: unknown) => {
    await closeOthers()
    throw cause
  })
  const others: Running[] = []
  return {
    ...gateOf(() => running, { domain, verdicts }),
    ...{ instance, folder, asked },
    publish: (url, document) => void documents.set(url, document),
    person(id, profile = {}, key = {}) {
      const signer = aSigner({ owner: id, ...key })
      documents.set(id, { ...signer.actor, ...profile })
      return signer
    },
    async restart(...more) {
      await running.close()
      running = await open(folder, more, verdicts)
    },
    async another(...more) {
      const seen: Verdict[] = []
      const other = await open(join(folder, `relay-${others.length + 2}`), more, seen)
      others.push(other)
      return gateOf(() => other, { domain, verdicts: seen })
    },
    async close() {
      for (const each of [running, ...others]) await each.close()
      await closeOthers()
    },
  }
}

/** The relay's own key, beforehand: to make one takes longer than most tests. */
async function giveKey(folder: string): Promise<void> {
  const store = await openEmbeddedStore({ folder, now: Date.now })
  const pem = () => aSigner().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  await store.identity.getOrCreate('relay-actor-key', async () => pem())
  await store.close()
}

interface Base {
  readonly folder: string
  readonly domain: string
  readonly upstream: string
  readonly remotes: string
  readonly store: string
}

/** Hosts in tests end in .test or .example; each that may be asked is named here. */
const REMOTE_HOSTS = [
  ...['remote', 'other', 'spam', 'good', 'evil', 'booster', 'bystander', 'group', 'carrier']
    .concat('keys', 'another')
    .map((n) => `${n}.example`),
  ...['misskey.test', 'gts.test', 'hollo.test', 'hollo2.test', 'snac.test'],
]

function baseFlags({ folder, domain, upstream, remotes, store }: Base): string[] {
  const hosts = REMOTE_HOSTS.filter((host) => host !== domain)
  const overrides = Object.fromEntries(hosts.map((host) => [host, remotes]))
  return [
    `--config=${new URL('empty.yaml', import.meta.url).pathname}`,
    `--instance.domain=${domain}`,
    `--instance.upstream=${upstream}`,
    '--instance.software=mastodon',
    `--store=${store}`,
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

type Answering = (response: ServerResponse) => void

async function serveDocuments(documents: ReadonlyMap<string, unknown>, asked: string[]) {
  const server = createServer(({ headers, url }, response) => {
    const address = `https://${headers.host}${url}`
    asked.push(address)
    const document = documents.get(address)
    if (typeof document === 'function') return (document as Answering)(response)
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
