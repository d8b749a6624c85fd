// Everything that is no inbox: the rest of the site, streamed to the instance and back as it is.
import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import { type Duplex, pipeline } from 'node:stream'
import { answerPlainly, beginAnswer } from './answer-head.ts'
import type { Rewriter, Rewriting } from './contact/rewriting.ts'
import { answerHeaders, compileOnward } from './forwarded.ts'
import { framing, isStale, limitSilence } from './outgoing.ts'
import { classifyTarget } from './paths.ts'
import { hasBody, isWebSocket, openTunnel } from './tunnel.ts'

export interface PassthroughOptions {
  /** Scheme, host and port of the instance. */
  readonly url: string
  /** How long the instance may keep silent before its answer begins; afterwards it may stream for ever. */
  readonly timeoutMs?: number
  readonly trustedProxies: readonly string[]
  /** Absent: every answer passes as it is. */
  readonly rewriter?: Rewriter | undefined
}

export interface Passthrough {
  request(request: IncomingMessage, response: ServerResponse): void
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** WebSockets never end by themselves: a shutdown does not wait for them. */
  endTunnels(): void
  close(): void
}

/** Shorter than any instance keeps an idle connection, so that we rarely take one that it closes. */
const IDLE_MS = 4_000
const DEFAULT_TIMEOUT_MS = 60_000
const MAX_ANSWER_HEAD_BYTES = 65_536
const REFUSAL = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

export function openPassthrough(options: PassthroughOptions): Passthrough {
  const road = openRoad(options)
  return {
    request(request, response) {
      const why = findFault(request)
      if (why !== undefined) return answerPlainly(response, 400, why)
      passRequest(road, { request, response, rewriting: options.rewriter?.begin(request) })
    },
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      if (findFault(request) !== undefined || !isWebSocket(request)) {
        socket.end(REFUSAL, () => socket.destroy())
        return
      }
      const offer = ['Connection', 'Upgrade', 'Upgrade', 'websocket']
      const rewriting = options.rewriter?.begin(request)
      const outgoing = road.ask(request, { headers: offer, isTunnel: true, rewriting })
      limitSilence(outgoing, road.timeoutMs)
      const isWithheld = (answer: IncomingMessage) => rewriting?.concerns(answer) === true
      const headOf = (answer: IncomingMessage) => rewriting?.head(answer) ?? answer
      openTunnel({ outgoing, client: socket, head, tunnels: road.tunnels, headOf, isWithheld })
      outgoing.end()
    },
    endTunnels: road.endTunnels,
    close: road.close,
  }
}

interface Road {
  readonly timeoutMs: number
  /** Opens the request to the instance; nothing of its body is sent yet. */
  ask(request: IncomingMessage, own: Own): ClientRequest
  /** Tunnels outlive their requests and end with the road. */
  readonly tunnels: Set<Duplex>
  endTunnels(): void
  close(): void
}

interface Own {
  readonly headers: readonly string[]
  readonly isTunnel: boolean
  readonly rewriting: Rewriting | undefined
}

function openRoad({ url, timeoutMs, trustedProxies }: PassthroughOptions): Road {
  const { protocol, hostname, port } = new URL(url)
  const scheme = protocol === 'https:' ? https : http
  const agent = new scheme.Agent({ keepAlive: true, timeout: IDLE_MS })
  const onward = compileOnward(trustedProxies)
  const tunnels = new Set<Duplex>()
  const endTunnels = () => tunnels.forEach((tunnel) => void tunnel.destroy())
  return {
    timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
    tunnels,
    ask({ method, url: path, rawHeaders, socket }, { headers, isTunnel, rewriting }) {
      const head = {
        rawHeaders: rewriting?.rawHeaders ?? rawHeaders,
        peer: socket.remoteAddress ?? '',
      }
      return scheme.request({
        protocol,
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port,
        method,
        path,
        headers: [...onward(head), ...headers],
        agent: isTunnel ? false : agent,
        maxHeaderSize: MAX_ANSWER_HEAD_BYTES,
      })
    },
    endTunnels,
    close() {
      agent.destroy()
      endTunnels()
    },
  }
}

/** An inbox never passes here, whoever calls; nor does what two servers could read as two sites. */
function findFault({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage) {
  const { kind } = classifyTarget(method, url)
  if (kind === 'inbox' || kind === 'refused') return 'The request target is not served.'
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'HTTP/1.1 is expected.'
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && /^host$/i.test(name))
  return hosts.length > 1 ? 'The request names two hosts.' : undefined
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly rewriting: Rewriting | undefined
}

function passRequest(road: Road, exchange: Exchange): void {
  const { request, response, rewriting } = exchange
  const outgoing = road.ask(request, { headers: framing(request), isTunnel: false, rewriting })
  const silence = limitSilence(outgoing, road.timeoutMs)
  request.on('data', silence.refresh)
  let isAnswered = false
  let again: Exchange | undefined
  outgoing.on('response', (incoming) => {
    const plainer = rewriting?.plainer(incoming)
    isAnswered = plainer === undefined
    if (isAnswered) return passAnswer(incoming, exchange)
    again = { ...exchange, rewriting: plainer }
    outgoing.destroy()
  })
  outgoing.on('error', (cause) => {
    if (!hasBody(request) && isStale(outgoing, cause)) again = exchange
  })
  outgoing.on('close', () => {
    request.off('data', silence.refresh)
    request.unpipe(outgoing)
    request.resume() // the answer may come before the upload's end: the rest is read and forgotten
    if (isAnswered || response.headersSent || response.destroyed) return
    if (again) passRequest(road, again)
    else answerPlainly(response, 503, 'The instance is not available. Try again soon.')
  })
  response.on('close', () => {
    if (!response.writableFinished) outgoing.destroy()
  })
  // The head goes ahead: the instance may refuse an upload by it. Not flushHeaders: that writes UTF-8.
  if (hasBody(request)) outgoing.write('', 'latin1')
  request.pipe(outgoing)
}

function passAnswer(incoming: IncomingMessage, { response, rewriting }: Exchange): void {
  if (rewriting?.concerns(incoming)) {
    rewriting.send(incoming, response)
    return
  }
  const head = rewriting?.head(incoming) ?? incoming
  beginAnswer(head, response, answerHeaders(head.rawHeaders))
  // A stream of events may have no first byte for a long time: its head goes ahead too.
  response.write('', 'latin1')
  pipeline(incoming, response, () => {}) // closes either end with the other: nothing is left to do
}
