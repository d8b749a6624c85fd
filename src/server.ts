// The public listener's server: what of HTTP is bounded before anybody reads it, and what never enters Fastify.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { resourceOf } from './own-pages.ts'
import type { Passthrough } from './passthrough.ts'
import { classifyTarget } from './paths.ts'
import type { ActorDoor } from './remote/actor-door.ts'
import { isWebSocket } from './tunnel.ts'

export interface ServerParts {
  /** Absent: only inboxes are served. */
  readonly passthrough: Passthrough | undefined
  readonly actor: ActorDoor
  readonly now: () => number
  readonly reportFault: (what: string, cause: unknown) => void
}

/** Each may need another one to the instance, and 4,096 open files are all that some systems allow. */
const MAX_CONNECTIONS = 2_000
/** Everybody who looks at the site keeps a WebSocket open. */
const MAX_CONNECTIONS_OF_A_SITE = 10_000
const TELL_EVERY_MS = 60_000

/** The rest of the site never enters Fastify: its bodies must stream both ways. */
export function buildServer(
  route: (request: IncomingMessage, response: ServerResponse) => void,
  parts: ServerParts,
): Server {
  const { passthrough, actor } = parts
  const isOther = ({ method = '', url = '' }: IncomingMessage) => {
    const { kind } = classifyTarget(method, url)
    return (
      kind === 'other' || (kind === 'webfinger' && !actor.current()?.webfinger(resourceOf(url)))
    )
  }
  const server = createServer(
    {
      connectionsCheckingInterval: 500, // Node's own 30 s would let a slow head live that long
      headersTimeout: 5_000,
      keepAliveTimeout: 65_000, // longer than nginx keeps its idle connections, or it meets a closed one
      requestTimeout: 0, // uploads may last; an inbox's body has a timer of its own
      maxHeaderSize: 16_384,
      shouldUpgradeCallback: isWebSocket,
    },
    (request, response) => {
      if (passthrough && isOther(request)) passthrough.request(request, response)
      else route(request, response)
    },
  )
  server.on('upgrade', (request, socket, head) => {
    // Node has taken its own listener off: a reset would end the process.
    socket.on('error', () => socket.destroy())
    if (passthrough && isOther(request)) passthrough.upgrade(request, socket, head)
    else socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
  limitConnections(server, parts)
  return server
}

/** One more is closed at once: the proxy in front tells its client to come again. */
function limitConnections(server: Server, { passthrough, now, reportFault }: ServerParts): void {
  const max = passthrough ? MAX_CONNECTIONS_OF_A_SITE : MAX_CONNECTIONS
  server.maxConnections = max
  let toldAt = Number.NEGATIVE_INFINITY
  server.on('drop', () => {
    if (now() - toldAt < TELL_EVERY_MS) return
    toldAt = now()
    reportFault('connections were turned away', new Error(`${max} are open, and that is the limit`))
  })
}
