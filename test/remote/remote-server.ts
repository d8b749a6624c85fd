// Somebody else's server on the loopback: answers for any host name, and remembers what it was asked.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Asked {
  /** `https://<Host><path>`, as the asker means it. */
  readonly url: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** Of a POST. */
  readonly body?: string
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as its JSON. */
  readonly body?: string | Buffer | object
}

export type Answering = Answer | ((asked: Asked, response: ServerResponse) => Answer | 'by itself')

export interface RemoteServer {
  readonly origin: string
  readonly asked: Asked[]
  /** By URL; what is not here is a 404. */
  readonly answers: Map<string, Answering>
  /** Every host that these URLs name, sent here. */
  overrides(...hosts: readonly string[]): Record<string, string>
  close(): Promise<void>
}

export const ACTIVITY_JSON = 'application/activity+json; charset=utf-8'

export async function startRemoteServer(): Promise<RemoteServer> {
  const asked: Asked[] = []
  const answers = new Map<string, Answering>()
  const server = createServer(async (request, response) => {
    const url = `https://${request.headers.host}${request.url}`
    const { method = '', headers } = request
    const one = { url, method, headers, ...(method === 'POST' && { body: await text(request) }) }
    asked.push(one)
    const answering = answers.get(url) ?? { status: 404 }
    const answer = typeof answering === 'function' ? answering(one, response) : answering
    if (answer !== 'by itself') send(response, answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    asked,
    answers,
    overrides: (...hosts) => Object.fromEntries(hosts.map((host) => [host, origin])),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '' }: Answer): void {
  response.writeHead(status, { 'content-type': ACTIVITY_JSON, ...headers })
  response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
}
