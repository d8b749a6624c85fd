// A whole site as an operator sets it up: proxy, relay and instance, and what may be asked of it from outside.
import { onTestFinished } from 'vitest'
import { HOME } from './build.ts'
import { quietPort } from './listening.ts'
import { type Layout, type ProxyName, type RunningProxy, startProxy } from './proxies.ts'
import { type RawAnswer, sendRaw } from './raw-http.ts'
import { startWorld, type World } from './world.ts'

export interface Site {
  readonly world: World
  readonly proxy: RunningProxy
  /** One request in exactly these words, on a connection of its own. */
  ask(request: Asked): Promise<RawAnswer>
  /** Comes again after 503, as senders do: a relay on a busy machine may have no room for a moment. */
  deliver(request: Asked): Promise<RawAnswer>
  close(): Promise<void>
}

export interface Asked {
  readonly method?: string
  readonly target: string
  /** Name, value, name, value, …; Host unless there is one. */
  readonly rawHeaders?: readonly string[]
  readonly body?: string | Buffer
}

interface SiteSetup {
  readonly proxy: ProxyName
  readonly layout: Layout
  /** For the relay, on top of what the layout needs. */
  readonly flags?: readonly string[]
  /** Port of Mastodon's streaming server. */
  readonly streaming?: number
}

export async function openSite({ proxy, layout, flags = [], streaming }: SiteSetup): Promise<Site> {
  const port = await quietPort() // the same one after a restart: the proxy knows no other
  const world = await startWorld({
    flags: [`--listen.port=${port}`, `--listen.passthrough=${layout === 'whole-site'}`, ...flags],
    answer: ({ target }) => ({ body: `instance ${target}` }),
  })
  const behind = { relay: port, instance: world.instance.port, ...(streaming && { streaming }) }
  const front = await startProxy(proxy, layout, behind).catch(async (cause: unknown) => {
    await world.close()
    throw cause
  })
  const ask = (asked: Asked) => sendRaw(front.port, toWire(asked))
  return {
    ...{ world, proxy: front, ask },
    deliver: (asked) => untilThereIsRoom(() => ask(asked)),
    async close() {
      await front.stop()
      await world.close()
    },
  }
}

const VISITS = 100
const BETWEEN_VISITS_MS = 50

async function untilThereIsRoom(visit: () => Promise<RawAnswer>): Promise<RawAnswer> {
  for (let count = 1; count < VISITS; count++) {
    const answer = await visit()
    if (answer.status !== 503) return answer
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_VISITS_MS))
  }
  return visit()
}

/** Ends with its test. */
export async function aSite(setup: SiteSetup): Promise<Site> {
  const site = await openSite(setup)
  onTestFinished(() => site.close())
  return site
}

function toWire({ method = 'GET', target, rawHeaders = [], body = '' }: Asked): Buffer {
  const lines = [`${method} ${target} HTTP/1.1`, 'Connection: close']
  if (!rawHeaders.some((name, at) => at % 2 === 0 && /^host$/i.test(name))) {
    lines.push(`Host: ${HOME}`)
  }
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`)
  }
  const bytes = Buffer.from(body)
  if (method !== 'GET') lines.push(`Content-Length: ${bytes.length}`)
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes])
}
