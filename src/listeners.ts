// The two listeners: the public one, which takes deliveries, and the operator's.
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { buildApp } from './app.ts'
import { watchArrivals } from './arrivals.ts'
import { compileClient } from './client-address.ts'
import { adminTokenFromEnvironment, type Config } from './config.ts'
import { consoleBeside } from './console/beside.ts'
import { buildConsole } from './console/listener.ts'
import { adminToken } from './console/token.ts'
import { openRewriter } from './contact/rewriting.ts'
import { compileContact } from './contact.ts'
import { openInbox } from './inbox.ts'
import { watchSoftware } from './instance/software.ts'
import { type Closers, type Parts, type Start, upstreamOptions } from './introduce.ts'
import type { Exposition } from './metrics.ts'
import { openPassthrough } from './passthrough.ts'
import { answerProbe } from './probe.ts'
import { openStatement } from './statement/open.ts'

export interface Opening {
  readonly start: Start
  readonly parts: Parts
  readonly closers: Closers
}

export interface Admin {
  readonly adminPort: number
  readonly adminToken: string
}

/** Who takes the deliveries that the operator's listener answers for. */
export interface Front {
  isServing(): boolean
  /** Rules and lists, where other processes have them too. */
  reload(): void
  /** What was counted here and there. */
  exposition(own: Exposition): Exposition
}

/** Less than the 25 s that the process has: the store must be closed after the connections. */
const DRAIN_MS = 20_000
const IDLE_MS = 100

export async function openAdmin({ start, parts, closers }: Opening, front: Front): Promise<Admin> {
  const token = await tokenFor(start)
  const admin = buildConsole(consoleBeside(start, parts, { ...front, token }))
  closers.push(() => admin.close())
  const adminPort = await listen(admin, 'admin', start.config)
  return { adminPort, adminToken: token }
}

export async function openPublic(
  { start, parts, closers }: Opening,
  token: string,
): Promise<number> {
  const doors = publicParts(start, parts, closers)
  const probe = (sign: unknown) => answerProbe(sign, token, parts.relay.now())
  const app = buildApp({ ...doors, probe })
  closers.push(async () => {
    parts.inForce.close()
    doors.passthrough?.endTunnels()
    const late = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS)
    // What was busy a moment ago would be kept open for its next request, and waited for.
    const idle = setInterval(() => app.server.closeIdleConnections(), IDLE_MS)
    await app.close()
    clearTimeout(late)
    clearInterval(idle)
  })
  return listen(app, 'listen', start.config)
}

function publicParts(start: Start, parts: Parts, closers: Closers) {
  const { config, log } = start
  const { relay, load, actor } = parts
  const inbox = openInbox(parts.atPresent)
  const passthrough = config.listen.passthrough
    ? openPassthrough({ ...upstreamOptions(config), rewriter: rewriterOf(config, relay) })
    : undefined
  closers.push(() => passthrough?.close())
  const software = watchSoftware(config.instance, log)
  closers.push(software.close)
  const clientOf = compileClient(config.listen.trustedProxies)
  const arrivals = watchArrivals({ clientOf, now: relay.now })
  return {
    ...{ passthrough, arrivals, actor, maxBodyBytes: software.maxBodyBytes, now: relay.now },
    ...{ random: relay.random, reportFault: relay.reportFault },
    ...{ inbox, enter: load.enter, statement: statementFor(start, parts, closers) },
  }
}

function rewriterOf(config: Config, { metrics, reportFault }: Parts['relay']) {
  const contact = compileContact(config.contact)
  return contact && openRewriter({ contact, onFault: metrics.failedOpen, reportFault })
}

function statementFor({ config, log }: Start, { blocks, inForce, relay }: Parts, closers: Closers) {
  if (!config.statement.enabled) return undefined
  const clocks = { now: relay.now, monotonic: () => performance.now() }
  const statement = openStatement({ config, log, blocks, inForce, ...clocks })
  closers.push(statement.close)
  return statement
}

async function tokenFor({ config, log }: Start): Promise<string> {
  const { token, madeAt } = await adminToken({
    fromEnvironment: adminTokenFromEnvironment(),
    tokenFile: config.admin.tokenFile,
    folder: resolve(config.data),
    random: () => randomBytes(32).toString('base64url'),
  })
  if (madeAt) log.info({ file: madeAt }, 'an admin token was made and is kept in this file')
  return token
}

async function listen(
  app: ReturnType<typeof buildApp>,
  key: 'listen' | 'admin',
  config: Config,
): Promise<number> {
  const { host, port } = config[key]
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const { code } = cause as { code?: string }
    const why = code === 'EADDRINUSE' ? 'is in use by another process' : `cannot be used (${code})`
    throw new Error(`${key}.port: ${host}:${port} ${why}`, { cause })
  }
  return (app.server.address() as AddressInfo).port
}
