// Layout 2: everything runs through the relay, live connections included.
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { startStreamingInstance } from '../support/instance.ts'
import { PROXIES } from '../support/proxies.ts'
import { aSite } from '../support/sites.ts'

describe.each(PROXIES)('%s, with the whole site behind the relay:', (proxy) => {
  test('a WebSocket of the instance runs through proxy and relay', async () => {
    const live = await aLiveServer()
    const { port } = (await aSite({ proxy, layout: 'whole-site', flags: [live.asUpstream] })).proxy
    expect(await echoOf('hello', `ws://127.0.0.1:${port}/streaming?i=token`)).toBe('hello')
    expect(live.targets).toEqual(['/streaming?i=token'])
  })

  test('Mastodon’s streaming server is reached without the relay', async () => {
    const live = await aLiveServer()
    const site = await aSite({ proxy, layout: 'whole-site', streaming: live.port })
    await site.world.relay().close()
    const target = '/api/v1/streaming?stream=user'
    expect(await echoOf('hello', `ws://127.0.0.1:${site.proxy.port}${target}`)).toBe('hello')
    expect(live.targets).toEqual([target])
  })

  test('an answer that comes in pieces arrives while it is written', async () => {
    const goOn = Promise.withResolvers<void>()
    const instance = await startStreamingInstance(async (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' })
      response.write(':first\n\n')
      await goOn.promise
      response.end(':last\n\n')
    })
    onTestFinished(() => instance.close())
    const flags = [`--instance.upstream=${instance.url}`]
    const { port } = (await aSite({ proxy, layout: 'whole-site', flags })).proxy
    const answer = await fetch(`http://127.0.0.1:${port}/events`)
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect(await reader.read()).toMatchObject({ value: ':first\n\n' })
    goOn.resolve()
    expect(await reader.read()).toMatchObject({ value: ':last\n\n' })
  })
})

/** Sends back whatever comes over its WebSockets. */
async function aLiveServer() {
  const instance = await startStreamingInstance((_, response) => void response.end('no socket'))
  onTestFinished(() => instance.close())
  const sockets = new WebSocketServer({ server: instance.server })
  const targets: (string | undefined)[] = []
  sockets.on('connection', (socket, { url }) => {
    targets.push(url)
    socket.on('message', (message, isBinary) => socket.send(message, { binary: isBinary }))
  })
  const { port, url } = instance
  return { port, targets, asUpstream: `--instance.upstream=${url}` }
}

async function echoOf(message: string, address: string): Promise<string> {
  const client = new WebSocket(address)
  onTestFinished(() => client.terminate())
  await once(client, 'open')
  client.send(message)
  const [echo] = await once(client, 'message')
  return String(echo)
}
