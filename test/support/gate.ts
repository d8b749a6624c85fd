// One relay's two doors, as those use them who come to it: deliveries at the public one, its operator at the other.
import type { AddressInfo } from 'node:net'
import { Client, request } from 'undici'
import { buildApp } from '../../src/app.ts'
import { watchArrivals } from '../../src/arrivals.ts'
import { consoleBeside } from '../../src/console/beside.ts'
import { buildConsole } from '../../src/console/listener.ts'
import type { Delivery } from '../../src/delivery.ts'
import { openInbox } from '../../src/inbox.ts'
import { type Closers, introduce, type Start } from '../../src/introduce.ts'
import type { Running } from '../../src/main.ts'
import type { Exposition } from '../../src/metrics.ts'
import type { Relay } from '../../src/relay.ts'
import type { Verdict } from '../../src/verdict.ts'
import type { Signer } from './sign.ts'

/** One relay, as those see it who come to its doors. */
export interface Gate {
  readonly verdicts: readonly Verdict[]
  relay(): Running
  post(delivery: Pick<Delivery, 'target' | 'rawHeaders' | 'body'>): Promise<Answer>
  /** Signs the activity freshly and posts it to the shared inbox. */
  send(signer: Signer, activity: object): Promise<Answer>
  // biome-ignore lint/suspicious/noExplicitAny: tests say by what they expect which shape it has
  api(method: string, path: string, body?: object): Promise<{ status: number; json: any }>
  /** The sum over a metric's samples whose labels contain the text. */
  metric(name: string, labels?: string): Promise<number>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export function gateOf(
  relay: () => Running,
  { domain, verdicts }: { readonly domain: string; readonly verdicts: readonly Verdict[] },
): Gate {
  return {
    ...{ verdicts, relay },
    post: (delivery) => post(relay().port, delivery),
    send: (signer, body) =>
      post(relay().port, signer.deliver({ host: domain, target: '/inbox', body, at: Date.now() })),
    api: (method, path, body) => callApi(relay(), { method, path, body }),
    metric: (name, labels = '') => readMetric(relay(), name, labels),
  }
}

/** Wired as main.ts does it, but for the members that the test puts in their place. */
export async function openReplaced(
  start: Start,
  replace: (relay: Relay) => Partial<Relay>,
): Promise<Running> {
  const closers: Closers = []
  const parts = await introduce(start, closers)
  const { relay, load, actor, inForce } = parts
  const { now, random, reportFault } = relay
  const token = 'token'
  const own = replace(relay)
  const replaced = { ...parts, atPresent: () => ({ ...parts.atPresent(), ...own }) }
  const front = { isServing: () => true, exposition: (own: Exposition) => own, reload() {} }
  const admin = buildConsole(consoleBeside(start, replaced, { ...front, token }))
  const app = buildApp({
    inbox: openInbox(replaced.atPresent),
    probe: () => undefined,
    ...{ passthrough: undefined, statement: undefined, actor, maxBodyBytes: () => 1_048_576 },
    arrivals: watchArrivals({ clientOf: ({ peer }) => peer, now }),
    ...{ now, random, reportFault, enter: load.enter },
  })
  closers.push(
    () => admin.close(),
    () => app.close(),
  )
  await admin.listen({ host: '127.0.0.1', port: 0 })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    status: 'running',
    port: (app.server.address() as AddressInfo).port,
    adminPort: (admin.server.address() as AddressInfo).port,
    adminToken: token,
    reload: inForce.reload,
    async close() {
      for (const closer of closers.splice(0).reverse()) await closer()
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

async function readMetric(running: Running, name: string, labels: string): Promise<number> {
  const answer = await request(`http://127.0.0.1:${running.adminPort}/metrics`)
  const lines = (await answer.body.text()).split('\n')
  return lines
    .filter((line) => line.startsWith(name) && /^[ {]/.test(line.slice(name.length)))
    .filter((line) => line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}
