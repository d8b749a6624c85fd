// A WebSocket through the relay: nothing is piped until the instance itself has said 101.
import type { ClientRequest, IncomingMessage } from 'node:http'
import { type Duplex, pipeline } from 'node:stream'
import type { AnswerHead } from './answer-head.ts'
import { answerHeaders } from './forwarded.ts'

export interface TunnelEnds {
  readonly outgoing: ClientRequest
  readonly client: Duplex
  /** What the client sent behind its head, before the instance's answer. */
  readonly head: Buffer
  /** Open tunnels, so that they can be closed. */
  readonly tunnels: Set<Duplex>
  /** What the client may see of an answer's head. */
  readonly headOf: (answer: IncomingMessage) => AnswerHead
  /** Answers other than 101 whose body the client must not see as it is. */
  readonly isWithheld?: (answer: IncomingMessage) => boolean
}

const AWAY = 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\nConnection: close\r\n\r\n'

export function openTunnel(ends: TunnelEnds): void {
  const { outgoing, client, head, tunnels, headOf } = ends
  tunnels.add(client)
  const leave = () => client.destroy()
  client.once('end', leave) // nobody finishes his half before the answer but to leave
  client.on('close', () => {
    tunnels.delete(client)
    outgoing.destroy()
  })
  outgoing.on('upgrade', (answer, instance, instanceHead) => {
    client.off('end', leave)
    const switching = headOf(answer)
    client.write(toWire(switching, switching.rawHeaders), 'latin1')
    client.write(instanceHead)
    instance.write(head)
    join(client, instance)
  })
  let hasAnswered = false
  // Anything but 101 ends the matter: a tunnel opened on it would carry requests which nobody reads.
  outgoing.on('response', (answer) => {
    hasAnswered = true
    client.off('end', leave)
    if (ends.isWithheld?.(answer)) {
      return void client.end(withoutBody(headOf(answer)), () => client.destroy())
    }
    const refusal = headOf(answer)
    const headers = [...answerHeaders(refusal.rawHeaders), 'Connection', 'close']
    client.write(toWire(refusal, headers), 'latin1')
    pipeline(answer, client, () => client.destroy())
  })
  outgoing.on('error', () => {
    if (!hasAnswered) client.end(AWAY, () => client.destroy())
  })
}

/** A refusal stays one: a client that must sign in again would wait for ever otherwise. */
function withoutBody(head: AnswerHead): string {
  const isRefusal = (head.statusCode ?? 0) >= 400
  return isRefusal ? toWire(head, ['Content-Length', '0', 'Connection', 'close']) : AWAY
}

/** Either side may finish its half first; what was sent before the end still arrives. */
function join(client: Duplex, instance: Duplex): void {
  client.pipe(instance)
  instance.pipe(client)
  instance.on('error', () => client.destroy())
  instance.on('close', () => client.end(() => client.destroy()))
  client.on('close', () => instance.destroy())
}

function toWire({ statusCode, statusMessage }: AnswerHead, headers: readonly string[]) {
  let text = `HTTP/1.1 ${statusCode} ${statusMessage}\r\n`
  for (let at = 0; at + 1 < headers.length; at += 2) {
    text += `${headers[at]}: ${headers[at + 1]}\r\n`
  }
  return `${text}\r\n`
}

/**
 * For `shouldUpgradeCallback`: only these leave HTTP. Any other Upgrade is an ordinary request, and its offer
 * is dropped: an instance that took up `h2c` would be fed deliveries which nobody reads.
 */
export function isWebSocket(request: IncomingMessage): boolean {
  const { method, headers } = request
  return method === 'GET' && !hasBody(request) && /^websocket$/i.test(headers.upgrade ?? '')
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
}
