// Every recorded delivery between real servers goes through a running relay: proved, unchanged, not one dropped.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordedDeliveries } from './support/deliveries.ts'
import { startWorld, type World } from './support/world.ts'

const recorded = recordedDeliveries()
const receivers = [...new Set(recorded.map(({ delivery }) => delivery.headers.get('host')!))]

describe.each(receivers)('what %s received', (domain) => {
  const ours = recorded.filter(({ delivery }) => delivery.headers.get('host') === domain)
  let world: World

  beforeAll(async () => {
    const documents = Object.assign({}, ...ours.map((each) => each.documents))
    const flags = ['--signature.maxAge=3650d', '--banned.urls=raid.example,*.spam.example']
    world = await startWorld({ domain, documents, flags })
  })
  afterAll(() => world.close())

  test.each(ours)(
    '$name is proved and arrives as it was sent',
    async ({ name, delivery, keyId }) => {
      const answer = await world.post(delivery)
      const verdict = world.verdicts.at(-1)!
      expect(answer.status, name).toBe(202)
      // Some of the people were new when they were recorded; that alone holds nobody up.
      expect(verdict.action).toBe('forward')
      expect(verdict.hits.filter(({ rule }) => rule !== 'new-account')).toEqual([])
      expect(verdict.sender).toMatchObject(senderOf(name, keyId))

      const got = world.instance.received.at(-1)!
      expect(got.target).toBe(delivery.target)
      expect(got.body.equals(delivery.body)).toBe(true)
      expect(endToEnd(got.rawHeaders)).toEqual(endToEnd(delivery.rawHeaders))
    },
  )

  test('each left exactly one verdict', () => {
    expect(world.verdicts).toHaveLength(ours.length)
    expect(new Set(world.verdicts.map(({ id }) => id)).size).toBe(ours.length)
  })
})

/** One post is carried: signed by the forwarding server, written and proved on another one. */
function senderOf(name: string, keyId: string): object {
  if (name !== 'hollo-to-misskey-create-note-1') return { keyId, proof: 'verified' }
  return { keyId, domain: 'hollo2.test', carrier: 'hollo.test', proof: 'verified' }
}

/** Name and values of what a sender may have signed; the relay adds only where it came from. */
function endToEnd(rawHeaders: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = {}
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase()
    if (name === 'connection' || name.startsWith('x-forwarded-') || name === 'x-real-ip') continue
    headers[name] = [...(headers[name] ?? []), rawHeaders[at + 1]!]
  }
  return headers
}
