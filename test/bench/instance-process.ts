// The stand-in instance: takes every delivery with 202 and counts it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerParent } from './answering.ts'

let taken = 0
const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume()
  request.on('end', () => {
    taken++
    response.writeHead(202, { 'content-length': '0' })
    response.end()
  })
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  answerParent({ port }, { taken: () => taken })
})
