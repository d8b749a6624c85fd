// A stand-in for the instance behind the relay: a real server that keeps every byte it got and answers as told.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'

interface Received {
  readonly method: string
  readonly target: string
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** Head and body exactly as they were on the wire. */
  readonly wire: Buffer
}

export interface InstanceAnswer {
  readonly status?: number
  readonly rawHeaders?: readonly string[]
  readonly body?: string | Buffer
}

export interface StandInInstance {
  readonly url: string
  readonly port: number
  /** Complete requests, oldest first. */
  readonly received: readonly Received[]
  readonly connections: () => number
  close(): Promise<void>
}

type Answering = (
  request: Received,
) => InstanceAnswer | undefined | Promise<InstanceAnswer | undefined>

/** Answers 202 unless told otherwise; `undefined` leaves the request without an answer. */
export function startInstance(answer: Answering = () => ({})): Promise<StandInInstance> {
  const received: Received[] = []
  const wires = new WeakMap<Socket, Buffer[]>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const got = toReceived(
      request,
      Buffer.concat(chunks),
      Buffer.concat(wires.get(request.socket)!),
    )
    wires.set(request.socket, [])
    received.push(got)
    reply(response, await answer(got))
  })
  server.on('connection', (socket) => {
    wires.set(socket, [])
    socket.on('data', (chunk: Buffer) => wires.get(socket)!.push(chunk))
  })
  return listen(server, received)
}

/** Hands every request to the test as it comes, for answers that stream, stop or upgrade. */
export function startStreamingInstance(
  take: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<StandInInstance & { readonly server: Server }> {
  const server = createServer(take)
  return listen(server, []).then((instance) => ({ ...instance, server }))
}

/** Speaks whatever the test writes: for answers that no HTTP library would send. */
export async function startRawInstance(
  take: (socket: Socket, connection: number) => void,
): Promise<StandInInstance> {
  let count = 0
  const server = createTcpServer((socket) => {
    socket.on('error', () => socket.destroy())
    count += 1
    take(socket, count)
  })
  return listen(server, [])
}

function toReceived(request: IncomingMessage, body: Buffer, wire: Buffer): Received {
  const { method = '', url = '', rawHeaders } = request
  return { method, target: url, rawHeaders: [...rawHeaders], body, wire }
}

function reply(response: ServerResponse, answer: InstanceAnswer | undefined): void {
  if (!answer) return
  const body = Buffer.from(answer.body ?? '')
  const { status = 202, rawHeaders = ['Content-Length', String(body.length)] } = answer
  response.sendDate = false
  response.writeHead(status, [...rawHeaders])
  response.end(body)
}

async function listen(
  server: Server | ReturnType<typeof createTcpServer>,
  received: readonly Received[],
): Promise<StandInInstance> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP address')
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    received,
    connections: () => connections,
    async close() {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      for (const socket of sockets) socket.destroy()
      await closed.promise
    },
  }
}
