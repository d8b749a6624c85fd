// The process: listens, drains, closes.
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { watchArrivals } from './arrivals.ts'
import { compileClient } from './client-address.ts'
import { WrongConfig } from './config/layers.ts'
import { adminTokenFromEnvironment, type Config } from './config.ts'
import { consoleBeside } from './console/beside.ts'
import { buildConsole } from './console/listener.ts'
import { adminToken } from './console/token.ts'
import { openInbox } from './inbox.ts'
import { watchSoftware } from './instance/software.ts'
import { type Closers, introduce, type Parts, type Start, upstreamOptions } from './introduce.ts'
import { openPassthrough } from './passthrough.ts'
import { answerProbe } from './probe.ts'

export interface Running {
  readonly status: 'running'
  readonly port: number
  readonly adminPort: number
  readonly adminToken: string
  /** Reads rules, thresholds and ban lists again; nothing once it is closing. Returns what is wrong with them. */
  reload(): readonly string[]
  /** No new deliveries, the open ones finished, everything written. */
  close(): Promise<void>
}

export type Opened = Running | Failed

interface Failed {
  readonly status: 'failed'
  readonly why: string
  /** 2: what the operator wrote is wrong. */
  readonly exitCode: 1 | 2
}

/** Less than the 25 s that the process has: the store must be closed after the connections. */
const DRAIN_MS = 20_000

export async function openRelay(start: Start): Promise<Opened> {
  const { config, log } = start
  log.info({ instance: config.instance.domain, mode: config.mode }, 'Sekisho is starting')
  const closers: Closers = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    return { status: 'running', ...(await run(start, closers)), close }
  } catch (cause) {
    await close()
    log.debug({ err: cause }, 'the start failed')
    const exitCode = cause instanceof WrongConfig ? 2 : 1
    return { status: 'failed', why: (cause as Error).message, exitCode }
  }
}

async function run(start: Start, closers: Closers) {
  const { config, log } = start
  const parts = await introduce(start, closers)
  const { blocks, inForce } = parts
  const token = await tokenFor(start)
  let draining = false
  const whyClosed = () => (draining ? 'the relay is stopping' : undefined)
  const admin = buildConsole(consoleBeside(start, parts, { token, whyClosed }))
  closers.push(() => admin.close())
  const adminPort = await listen(admin, 'admin', config)
  const doors = publicParts(start, parts, closers)
  const probe = (sign: unknown) => answerProbe(sign, token, parts.relay.now())
  const app = buildApp({ ...doors, probe })
  closers.push(async () => {
    draining = true
    inForce.close()
    doors.passthrough?.endTunnels()
    const late = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS)
    await app.close()
    clearTimeout(late)
  })
  const port = await listen(app, 'listen', config)
  log.info({ port, adminPort, blocks: blocks.size }, 'Sekisho is listening')
  return { port, adminPort, adminToken: token, reload: inForce.reload }
}

function publicParts({ config, log }: Start, parts: Parts, closers: Closers) {
  const { relay, load, actor } = parts
  const inbox = openInbox(parts.atPresent)
  const passthrough = config.listen.passthrough
    ? openPassthrough(upstreamOptions(config))
    : undefined
  closers.push(() => passthrough?.close())
  const software = watchSoftware(config.instance, log)
  closers.push(software.close)
  const clientOf = compileClient(config.listen.trustedProxies)
  const arrivals = watchArrivals({ clientOf, now: relay.now })
  return {
    ...{ passthrough, arrivals, actor, maxBodyBytes: software.maxBodyBytes, now: relay.now },
    ...{ random: relay.random, reportFault: relay.reportFault },
    ...{ inbox, enter: load.enter },
  }
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
  app: FastifyInstance,
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
