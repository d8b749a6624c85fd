// The instance that the demo protects: takes what reaches it and remembers what it was.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StandInInstance {
  readonly url: string
  /** Ids of the activities that arrived. */
  readonly received: readonly string[]
  close(): Promise<void>
}

export async function openStandInInstance(): Promise<StandInInstance> {
  const received: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (request.method === 'POST') received.push(idOf(Buffer.concat(chunks)))
    response.writeHead(request.method === 'POST' ? 202 : 404)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function idOf(body: Buffer): string {
  return (JSON.parse(body.toString('utf8')) as { id: string }).id
}
