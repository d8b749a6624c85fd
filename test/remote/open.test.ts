// The parts together, as the process uses them.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRemote } from '../../src/remote/open.ts'
import { aSigner } from '../support/sign.ts'
import { type RemoteServer, startRemoteServer } from './remote-server.ts'

let server: RemoteServer

beforeAll(async () => {
  server = await startRemoteServer()
})
afterAll(() => server.close())

test('a key brings its owner’s profile along, and says who asks', async () => {
  const alice = aSigner({ owner: 'https://remote.test/users/alice' })
  server.answers.set(alice.owner, { body: alice.actor })
  const remote = await openRemote({
    domain: 'social.example',
    ownHosts: ['social.example'],
    overrides: server.overrides('remote.test'),
    store: {
      keys: { get: async () => undefined, put: async () => {}, forget: async () => {} },
      identity: { getOrCreate: (_, fresh) => fresh() },
    },
    now: Date.now,
    onFault: (what) => expect.fail(what),
  })
  expect(await remote.keys.find(alice.keyId)).toMatchObject({ status: 'found' })
  expect(remote.actors.known(alice.owner)).toMatchObject({ username: 'alice' })
  expect(await remote.software('remote.test')).toBeUndefined()
  expect(server.asked.map(({ url }) => url)).toEqual([
    alice.owner,
    'https://remote.test/.well-known/nodeinfo',
  ])
  expect(server.asked[0]!.headers['user-agent']).toBe('Sekisho (+https://social.example/sekisho/)')
})
