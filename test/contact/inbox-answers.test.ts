// What senders of deliveries are answered, while the whole site runs through the relay: a status, and no address.
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { aCreate, aNote, HOME } from '../support/build.ts'
import type { InstanceAnswer } from '../support/instance.ts'
import { startWorld, type World } from '../support/world.ts'

const EMAIL = 'admin@home.example'
const PERSON = 'https://remote.example/users/momo'

let world: World | undefined

afterEach(() => world?.close())

async function answered(answer: InstanceAnswer, ...flags: string[]) {
  world = await startWorld({
    domain: HOME,
    flags: ['--listen.passthrough=true', `--contact.emails=${EMAIL}`, ...flags],
    answer: () => answer,
  })
  return world.send(world.person(PERSON), aCreate(aNote({ by: PERSON })))
}

const withBody = (status: number, body: string | Buffer, ...headers: string[]): InstanceAnswer => ({
  ...{ status, body },
  rawHeaders: ['Content-Length', String(Buffer.byteLength(body)), ...headers],
})

test.each([
  {
    what: 'a page',
    answer: withBody(500, `<p>Write to ${EMAIL}</p>`, 'Content-Type', 'text/html'),
  },
  {
    what: 'JSON',
    answer: withBody(422, `{"error":"${EMAIL}"}`, 'Content-Type', 'application/json'),
  },
  { what: 'a coded page', answer: withBody(500, gzipSync(EMAIL), 'Content-Encoding', 'gzip') },
])('$what that tells an address is left out, the status stays', async ({ answer }) => {
  const reply = await answered(answer)
  expect(reply.status).toBe(answer.status)
  expect(String(reply.body)).toBe('')
  expect(reply.headers['content-length']).toBe('0')
  expect(reply.headers['content-encoding']).toBeUndefined()
})

test('an answer that tells nothing is the instance’s own, without an address in its head', async () => {
  const told = `<mailto:${EMAIL}>; rel=author`
  const reply = await answered(withBody(401, '{"error":"no"}', 'Link', told, 'X-Own', '1'))
  expect(reply.status).toBe(401)
  expect(String(reply.body)).toBe('{"error":"no"}')
  expect(reply.headers['x-own']).toBe('1')
  expect(JSON.stringify(reply.headers)).not.toContain('admin')
})

test('nothing is looked at where only the inboxes run through the relay', async () => {
  const reply = await answered(withBody(500, EMAIL), '--listen.passthrough=false')
  expect(String(reply.body)).toBe(EMAIL)
})
