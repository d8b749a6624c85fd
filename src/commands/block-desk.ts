// Where the commands find the block list: at the running relay's API, or in the store when it is down.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { request } from 'undici'
import { unreadable } from '../config/unreadable.ts'
import { adminTokenFromEnvironment, type Config } from '../config.ts'
import { openStore } from '../store/open.ts'
import type { Block, BlockStore } from '../store/store.ts'
import { unblockable } from '../unblockable.ts'
import { WrongUse } from './arguments.ts'

export interface BlockWish {
  readonly domain: string
  readonly reason: string
  readonly note: string | undefined
}

export type Removal = { readonly removed: true } | { readonly removed: false; readonly why: string }

export interface BlockDesk {
  page: BlockStore['page']
  add(wish: BlockWish): Promise<'added' | 'existed'>
  remove(domain: string, why: string | undefined): Promise<Removal>
  close(): Promise<void>
}

export async function openBlockDesk(config: Config): Promise<BlockDesk> {
  return (await deskAtRelay(config)) ?? deskAtStore(config)
}

async function deskAtRelay({ admin, data }: Config): Promise<BlockDesk | undefined> {
  const base = `http://${admin.host.includes(':') ? `[${admin.host}]` : admin.host}:${admin.port}`
  if (!(await isRunning(base))) return undefined
  const token =
    adminTokenFromEnvironment() ?? readToken(admin.tokenFile || join(data, 'admin-token'))
  const ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
    askRelay(`${base}/api/blocks${path}`, { method, token, body })
  return {
    async page({ limit, after }) {
      const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
      return (await ask('GET', `?limit=${limit}${cursor}`)).json as unknown as Awaited<
        ReturnType<BlockStore['page']>
      >
    },
    async add({ note, ...wish }) {
      const { status } = await ask('POST', '', { ...wish, ...(note !== undefined && { note }) })
      return status === 201 ? 'added' : 'existed'
    },
    async remove(domain, why) {
      const query = why === undefined ? '' : `?why=${encodeURIComponent(why)}`
      const { status, message } = await ask('DELETE', `/${domain}${query}`)
      return status === 404 ? { removed: false, why: message } : { removed: true }
    },
    close: async () => {},
  }
}

interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly token: string
  readonly body: object | undefined
}

async function askRelay(url: string, { method, token, body }: Question) {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body && { 'content-type': 'application/json' }),
  }
  const answer = await request(url, { method, headers, body: body ? JSON.stringify(body) : null })
  const json = (await answer.body.json()) as { error?: { message: string } }
  const { statusCode: status } = answer
  const { message = `HTTP ${status}` } = json.error ?? {}
  if (status === 404) return { status, json, message }
  if (status >= 400) throw new WrongUse(message)
  return { status, json, message }
}

async function isRunning(base: string): Promise<boolean> {
  try {
    const answer = await request(`${base}/healthz`, { signal: AbortSignal.timeout(2_000) })
    await answer.body.dump()
    return answer.statusCode === 200
  } catch {
    return false // nobody listens there: the store is free to be opened
  }
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new WrongUse(`the admin token in ${unreadable(file, cause)}`, { cause })
  }
}

async function deskAtStore(config: Config): Promise<BlockDesk> {
  const setup = { log: pino({ level: 'silent' }), now: Date.now, onFault: () => {} }
  const recordsKeptMs = config.retention.records
  const dataFolder = resolve(config.data)
  const store = await openStore({ url: config.store, recordsKeptMs, dataFolder, ...setup })
  const { blocks } = store
  return {
    page: (page) => blocks.page(page),
    async add(wish) {
      const block = blockOf(wish)
      const own = [config.instance.domain, ...config.instance.aliases]
      const forbidden = unblockable(block.domain, block.scope, own)
      if (forbidden !== undefined) throw new WrongUse(forbidden)
      // The operator's word is newer than any mark that an earlier lifting has left.
      const added = await blocks.add({ block, evidenceAt: block.since + 1 })
      return added === 'added' ? 'added' : 'existed'
    },
    async remove(domain, why) {
      const told = { by: 'operator', ...(why !== undefined && { why }) }
      const removed = await blocks.remove({ domain, at: Date.now(), ...told })
      return removed ? { removed } : { removed, why: `${domain} is not blocked.` }
    },
    close: () => store.close(),
  }
}

function blockOf({ domain, reason, note }: BlockWish): Block {
  const block = { id: randomUUID(), domain, scope: 'subtree', since: Date.now() } as const
  const told = { by: 'operator', reason, offences: [] }
  return { ...block, ...told, ...(note !== undefined && { note }) }
}
