// The API as the commands ask it: of the running relay, or when none runs, in this process over the same store.
import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { request } from 'undici'
import { openBlocks } from '../blocks.ts'
import { withoutPassword } from '../config/secrets.ts'
import { unreadable } from '../config/unreadable.ts'
import { adminTokenFromEnvironment, type Config } from '../config.ts'
import { buildConsole } from '../console/listener.ts'
import { makeProbe, PROBE_HEADER } from '../probe.ts'
import { folderOf, isEmbedded, openStore } from '../store/open.ts'
import { WrongUse } from './arguments.ts'
import { standingOver } from './standing-over-store.ts'

export interface DeskAnswer {
  readonly status: number
  readonly text: string
}

export interface Desk {
  /** False: the store is asked by this process itself. */
  readonly isRunning: boolean
  /** Of the relay that runs. */
  readonly token?: string
  /** Throws for what the API refuses, but for 404. */
  ask(method: Method, path: string, body?: object): Promise<DeskAnswer>
  close(): Promise<void>
}

/** No relay runs, and none has left anything here. */
export class NoStore extends Error {}

export type Method = 'GET' | 'POST' | 'DELETE'

type Send = (question: {
  readonly method: Method
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}) => Promise<DeskAnswer>

export async function openDesk(config: Config): Promise<Desk> {
  const base = addressOf(config.admin)
  if (!(await isAnswering(base))) return { isRunning: false, ...(await overStore(config)) }
  const file = config.admin.tokenFile || join(config.data, 'admin-token')
  const token = adminTokenFromEnvironment() ?? readToken(file)
  await recogniseRelay(base, token)
  return { isRunning: true, token, ask: asking(overHttp(base), token), close: async () => {} }
}

/** The token is for the relay alone: whoever else listens there does not get to see it. */
async function recogniseRelay(base: string, token: string): Promise<void> {
  const { sign, answer } = makeProbe(token, Date.now())
  const { headers, body } = await request(`${base}/healthz`, { headers: { [PROBE_HEADER]: sign } })
  await body.dump()
  if (headers[PROBE_HEADER] === answer) return
  throw new Error(
    `what listens at ${base} does not know the admin token: it is another one's, or another program`,
  )
}

function addressOf({ host, port }: Config['admin']): string {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

function asking(send: Send, token: string): Desk['ask'] {
  const headers = { authorization: `Bearer ${token}`, 'sekisho-operator': operator() }
  return async (method, path, body) => {
    const type = body && { 'content-type': 'application/json' }
    const text = body && JSON.stringify(body)
    const answer = await send({ method, path, headers: { ...headers, ...type }, body: text })
    if (answer.status < 400 || answer.status === 404) return answer
    const message = messageIn(answer)
    throw answer.status === 400 ? new WrongUse(message) : new Error(message)
  }
}

/** What an answer says against the question. */
export function messageIn({ status, text }: DeskAnswer): string {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message
  } catch {
    return `the admin listener answered with HTTP ${status}` // somebody else listens there
  }
}

/** In headers there is room for ASCII alone; in a container the user may have no name. */
function operator(): string {
  try {
    return userInfo().username.replace(/[^ -~]/g, '?')
  } catch {
    return `user ${process.getuid?.() ?? '?'}`
  }
}

function overHttp(base: string): Send {
  return async ({ method, path, headers, body }) => {
    const asked = request(`${base}${path}`, { method, headers, body: body ?? null })
    const answer = await asked.catch((cause: { readonly code?: string }) => {
      throw new Error(`the relay at ${base} does not answer (${cause.code})`, { cause })
    })
    return { status: answer.statusCode, text: await answer.body.text() }
  }
}

async function isAnswering(base: string): Promise<boolean> {
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

async function overStore(config: Config): Promise<Pick<Desk, 'ask' | 'close'>> {
  const setup = { log: pino({ level: 'silent' }), now: Date.now, onFault: () => {} }
  const dataFolder = resolve(config.data)
  needFolder(config.store)
  for (const folder of [folderOf(config.store), dataFolder]) if (folder) needOwner(folder)
  const { records: recordsKeptMs, evidence: evidenceKeptMs } = config.retention
  const kept = { recordsKeptMs, evidenceKeptMs, dataFolder }
  const store = await openStore({ url: config.store, ...kept, ...setup })
  if (!store.isUp()) {
    await store.close()
    throw new Error(`store: ${withoutPassword(config.store)} does not answer`)
  }
  const snapshot = !isEmbedded(config.store)
  const blocks = await openBlocks({ store: store.blocks, folder: dataFolder, snapshot, ...setup })
  const { pictures, records, audit, notices, evidence } = store
  const token = randomBytes(32).toString('base64url')
  const parts = { blocks, pictures, records, audit, notices, evidence }
  const standing = standingOver(store, config)
  const app = buildConsole({ ...policyOf(config), ...setup, ...parts, standing, token })
  const send: Send = async ({ method, path: url, headers, body }) => {
    const answer = await app.inject({ method, url, headers, ...(body && { body }) })
    return { status: answer.statusCode, text: answer.body }
  }
  return {
    ask: asking(send, token),
    async close() {
      await app.close()
      await blocks.close()
      await store.close()
    },
  }
}

/** What another user's command writes the relay could not read any more, and would not start. */
function needOwner(folder: string): void {
  const us = process.getuid?.()
  if (us === undefined || !existsSync(folder)) return
  const { uid } = statSync(folder)
  if (uid === us) return
  throw new Error(`${folder} belongs to another user (${uid}): run this as that user, with sudo -u`)
}

/** A folder that is not there is one that the settings do not mean, and no relay would ever read it. */
function needFolder(url: string): void {
  const folder = folderOf(url)
  if (folder === undefined || existsSync(folder)) return
  throw new NoStore(`store: there is no ${folder}: no relay runs, and none has ever run on it`)
}

function policyOf({ instance, admin, blocks, standing }: Config) {
  return {
    ...{ hosts: admin.hosts, newId: randomUUID },
    own: [instance.domain, ...instance.aliases],
    protectedDomains: [...blocks.protected, ...standing.trusted],
  }
}
