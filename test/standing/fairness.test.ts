// Ways that were found to have a server blocked that had not earned it, or to go free that had; none works any more.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../support/build.ts'
import { BIG, type PolicyWorld, SMALL, startPolicyWorld } from './policy-world.ts'

let world: PolicyWorld

beforeEach(async () => {
  world = await startPolicyWorld()
})
afterEach(() => world.close())

const GREETING = 'Good morning'

describe('a store that is slow or fails', () => {
  /** As often as told. */
  function failing(what: 'past' | 'ofDomain', times: number): void {
    const { domains, notices } = world.parts().store
    let left = times
    const fail = () => (left-- > 0 ? Promise.reject(new Error('slow')) : undefined)
    if (what === 'past') {
      const past = domains.past.bind(domains)
      domains.past = async (domain) => (await fail()) ?? past(domain)
    } else {
      const ofDomain = notices.ofDomain.bind(notices)
      notices.ofDomain = async (...asked) => (await fail()) ?? ofDomain(...asked)
    }
  }

  async function becomeGood(): Promise<void> {
    world.serve(BIG, 10_000)
    const one = world.spammer(BIG)
    await world.send(one)
    one.suspend()
    await world.pass(2 * HOUR)
    expect(await world.parts().standing.desk.look(BIG)).toMatchObject({ standing: 'good' })
  }

  test.each([
    { what: 'past', times: 1 },
    { what: 'past', times: 50 },
    { what: 'ofDomain', times: 1 },
    { what: 'ofDomain', times: 50 },
  ] as const)('blocks no well-standing server ($what, $times times)', async ({ what, times }) => {
    await becomeGood()
    failing(what, times)
    expect(await world.send(world.spammer(BIG))).toMatchObject({ action: 'drop' })
    expect(world.isBlocked(BIG)).toBe(false)
  })

  test('that was slow once does not spare who is a stranger', async () => {
    failing('past', 1)
    await world.send(world.spammer(SMALL))
    expect(world.isBlocked(SMALL)).toBe(true)
  })
})

describe('one account under many names', () => {
  const one = () => world.spammer(BIG, `https://${BIG}/users/one`)
  const spellings = (id: string) => [
    `${id} `,
    id.replace('/users/', '/./users/'),
    id.replace('/users/', '/x/../users/'),
    id.replace('big.example', 'BIG.example'),
  ]

  test('is refused under all of them while its notice is open', async () => {
    world.serve(BIG, 10_000)
    const spammer = one()
    await world.send(spammer)
    for (const actor of spellings(spammer.id)) {
      const post = { ...spammer.post(GREETING), actor }
      expect(await world.deliver(spammer.signer, post)).toMatchObject({ action: 'drop' })
    }
    expect(await world.noticesOf(BIG)).toHaveLength(1)
  })

  test('is one person', async () => {
    const spammer = one()
    for (const actor of spellings(spammer.id)) {
      await world.deliver(spammer.signer, { ...spammer.post(GREETING), actor })
    }
    expect((await world.parts().standing.desk.look(BIG)).past).toMatchObject({ people: 1 })
  })
})

describe('names that are too long', () => {
  test('an actor’s prove nothing, so that nothing is forwarded in its name without a look', async () => {
    world.serve(BIG, 10_000)
    const spammer = world.spammer(BIG, `https://${BIG}/users/${'x'.repeat(2_010)}`)
    expect(await world.send(spammer)).toMatchObject({
      action: 'drop',
      sender: { proof: 'invalid' },
    })
  })

  test('a post’s are kept cut, and a 404 of them proves nothing', async () => {
    world.serve(BIG, 10_000)
    const spammer = world.spammer(BIG)
    const post = spammer.post() as { object: { id: string } }
    const id = `${spammer.id}/statuses/${'y'.repeat(5_000)}`
    const long = { ...post, object: { ...post.object, id } }
    await world.deliver(spammer.signer, long)
    const [notice] = await world.noticesOf(BIG)
    expect(notice!.offences).toMatchObject([{ isPublic: false }])
    expect(notice!.offences[0]!.object.length).toBeLessThan(2_100)
    await world.pass(26 * HOUR)
    expect(world.isBlocked(BIG)).toBe(true)
  })
})

test('a notice that the operator dismisses during its last look ends so, without a block', async () => {
  world.serve(BIG, 10_000)
  await world.send(world.spammer(BIG))
  const { notices } = world.parts().store
  const find = notices.find.bind(notices)
  notices.find = async (id) => {
    const at = world.now()
    if (at - started > 24 * HOUR) {
      await notices.change(id, { closed: { at, how: 'dismissed', why: 'by the operator' } })
    }
    return find(id)
  }
  const started = world.now()
  await world.pass(26 * HOUR)
  expect(await world.noticesOf(BIG)).toMatchObject([{ closed: { how: 'dismissed' } }])
  expect(world.isBlocked(BIG)).toBe(false)
})

test('what did not come an hour ago is asked for again before a block', async () => {
  const { desk } = world.parts().standing
  await desk.look(BIG)
  world.serve(BIG, 10_000)
  world.skip(30 * MINUTE)
  await world.send(world.spammer(BIG))
  expect(world.isBlocked(BIG)).toBe(false)
  expect(await world.noticesOf(BIG)).toHaveLength(1)
})

test('one domain’s many notices take one place of the hour', async () => {
  await world.restart('--blocks.maxPerHour=2')
  world.serve(BIG, 10_000)
  for (let one = 0; one < 5; one++) await world.send(world.spammer(BIG))
  await world.pass(26 * HOUR)
  expect(await world.noticesOf(BIG)).toMatchObject(
    Array.from({ length: 5 }, () => ({ closed: { how: 'blocked' } })),
  )
  await world.send(world.spammer(SMALL))
  expect(world.isBlocked(SMALL)).toBe(true)
})

test('a server whose block the operator lifted has its failures forgiven', async () => {
  world.serve(BIG, 10_000)
  await world.send(world.spammer(BIG))
  await world.pass(26 * HOUR)
  expect(world.isBlocked(BIG)).toBe(true)
  const at = world.now()
  await world.parts().blocks.remove({ domain: BIG, at, by: 'operator', why: 'they wrote to us' })
  world.skip(DAY)
  const looked = await world.parts().standing.desk.look(BIG)
  expect(looked).not.toMatchObject({ standing: 'poor' })
  expect(looked.reasons.join()).toContain('lifted')
})

describe('blocks.minActors', () => {
  beforeEach(async () => {
    await world.restart('--blocks.minActors=2')
    world.serve(BIG, 10_000)
  })

  test('holds at the deadline of a notice, too', async () => {
    await world.send(world.spammer(BIG))
    await world.pass(26 * HOUR)
    expect(world.isBlocked(BIG)).toBe(false)
    expect(await world.noticesOf(BIG)).toMatchObject([{ closed: { how: 'not-dealt-with' } }])
  })

  test('counts the authors whom their server left alone', async () => {
    await world.send(world.spammer(BIG))
    await world.send(world.spammer(BIG))
    await world.pass(26 * HOUR)
    expect(world.isBlocked(BIG)).toBe(true)
  })
})

test('an author who answers 404 for the first time at the deadline is asked for once more', async () => {
  await world.restart('--standing.unreachable=block')
  world.serve(BIG, 10_000)
  const spammer = world.spammer(BIG)
  await world.send(spammer)
  await world.pass(23 * HOUR + 30 * MINUTE)
  world.remote.answers.set(spammer.id, { status: 404 })
  await world.pass(3 * HOUR)
  expect(await world.noticesOf(BIG)).toMatchObject([{ closed: { how: 'author-gone' } }])
  expect(world.isBlocked(BIG)).toBe(false)
})

test(
  'the same post, however often it comes, is one piece of evidence',
  async () => {
    world.serve(BIG, 10_000)
    const spammer = world.spammer(BIG)
    const post = spammer.post()
    for (let again = 0; again < 4; again++) await world.deliver(spammer.signer, post)
    const kept = []
    for await (const entry of world.parts().store.evidence.of({ domain: BIG })) kept.push(entry)
    expect(kept).toMatchObject([{ led: 'notice' }])
  },
  DAY / 1_000,
)
