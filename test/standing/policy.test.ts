// The statement's policy on servers, with servers that really sign and a clock that is moved: who deals with its spam
// keeps federating, who does not is blocked, and nobody is punished for what was forged in its name.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOME, HOUR, MINUTE } from '../support/build.ts'
import type { InstanceAnswer } from '../support/instance.ts'
import { aSigner } from '../support/sign.ts'
import { BIG, type PolicyWorld, SMALL, startPolicyWorld } from './policy-world.ts'

let world: PolicyWorld

beforeEach(async () => {
  world = await startPolicyWorld()
})
afterEach(() => world.close())

describe('a server of which nobody knows anything', () => {
  test('is blocked before the answer', async () => {
    const verdict = await world.send(world.spammer(SMALL))
    expect(verdict).toMatchObject({
      action: 'drop',
      block: { domain: SMALL, by: 'rule:banned-url' },
    })
    expect(world.isBlocked(SMALL)).toBe(true)
  })
})

describe('a server of some size', () => {
  beforeEach(() => world.serve(BIG, 10_000))

  test('that suspends its spammer in time is not blocked, and stands well for it', async () => {
    const one = world.spammer(BIG)
    const verdict = await world.send(one)
    expect(verdict).toMatchObject({ action: 'drop', notes: [expect.stringMatching(/^notice: /)] })
    expect(world.isBlocked(BIG)).toBe(false)
    await world.pass(5 * HOUR)
    one.suspend()
    await world.pass(20 * HOUR)
    expect(world.isBlocked(BIG)).toBe(false)
    expect(await world.noticesOf(BIG)).toMatchObject([{ closed: { how: 'author-gone' } }])
    expect(await world.parts().standing.desk.look(BIG)).toMatchObject({
      standing: 'good',
      grace: true,
    })
  })

  test('that does nothing until the deadline is blocked, with its evidence', async () => {
    await world.send(world.spammer(BIG))
    await world.pass(23 * HOUR)
    expect(world.isBlocked(BIG)).toBe(false)
    await world.pass(2 * HOUR)
    expect(world.isBlocked(BIG)).toBe(true)
    expect(await world.parts().blocks.details(BIG)).toMatchObject({
      ...{
        by: 'rule:banned-url',
        offences: [
          { hits: expect.arrayContaining([expect.objectContaining({ rule: 'banned-url' })]) },
        ],
      },
    })
    expect(await world.noticesOf(BIG)).toMatchObject([{ closed: { how: 'blocked' } }])
  })

  test('is judged also by a relay that was started anew meanwhile', async () => {
    await world.send(world.spammer(BIG))
    await world.restart()
    await world.pass(25 * HOUR)
    expect(world.isBlocked(BIG)).toBe(true)
  })

  test('lets its spammer say nothing here meanwhile, and others everything', async () => {
    const one = world.spammer(BIG)
    await world.send(one)
    expect(await world.deliver(one.signer, one.post('Good morning'))).toMatchObject({
      ...{ action: 'drop', notes: expect.arrayContaining(['notice open']) },
    })
    const other = world.spammer(BIG)
    expect(await world.deliver(other.signer, other.post('Good morning'))).toMatchObject({
      action: 'forward',
    })
  })

  test('whose spammer takes the post back is not blocked, and gains nothing by it', async () => {
    const one = world.spammer(BIG)
    await world.send(one)
    const [notice] = await world.noticesOf(BIG)
    const object = { id: notice!.offences[0]!.object, type: 'Tombstone' }
    const id = `${one.id}#delete`
    await world.deliver(one.signer, {
      '@context': 'https://www.w3.org/ns/activitystreams',
      id,
      type: 'Delete',
      actor: one.id,
      object,
    })
    expect(await world.noticesOf(BIG)).toMatchObject([{ closed: { how: 'post-gone' } }])
    await world.pass(30 * HOUR)
    expect(world.isBlocked(BIG)).toBe(false)
    expect(await world.parts().standing.desk.look(BIG)).not.toMatchObject({ standing: 'good' })
  })

  test('has its time once by its own word: the next wave, not dealt with before, blocks at once', async () => {
    await world.send(world.spammer(BIG))
    const [first] = await world.noticesOf(BIG)
    world.remote.answers.set(first!.offences[0]!.object, { status: 410 })
    await world.pass(30 * HOUR)
    expect(world.isBlocked(BIG)).toBe(false)
    await world.send(world.spammer(BIG))
    expect(world.isBlocked(BIG)).toBe(true)
  })

  test('with five spammers a wave that it suspends in time still federates after five waves', async () => {
    for (let wave = 1; wave <= 5; wave++) {
      const five = Array.from({ length: 5 }, () => world.spammer(BIG))
      for (const one of five) await world.send(one)
      await world.pass(6 * HOUR)
      for (const one of five) one.suspend()
      await world.pass(30 * HOUR)
      expect({ wave, isBlocked: world.isBlocked(BIG) }).toEqual({ wave, isBlocked: false })
      world.skip(20 * DAY)
    }
    const honest = world.spammer(BIG)
    expect(await world.deliver(honest.signer, honest.post('Good morning'))).toMatchObject({
      action: 'forward',
    })
  }, 60_000)

  test('suffers nothing from what is forged in its name', async () => {
    const forger = aSigner({ owner: `https://${BIG}/users/nobody`, pair: 1 })
    const victim = world.spammer(BIG)
    const forged = { ...victim.post(), actor: victim.id }
    for (let again = 0; again < 3; again++) await world.deliver(forger, forged)
    expect(world.isBlocked(BIG)).toBe(false)
    expect(await world.noticesOf(BIG)).toEqual([])
    expect((await world.parts().standing.desk.look(BIG)).past).toMatchObject({
      people: 0,
      droppedPeople: 0,
    })
  })

  test('that cannot be reached at the deadline is waited for, or not, as the operator says', async () => {
    const one = world.spammer(BIG)
    await world.send(one)
    for (const url of [...world.remote.answers.keys()]) {
      if (url.startsWith(`https://${BIG}/users/`)) world.remote.answers.set(url, { status: 503 })
    }
    await world.pass(26 * HOUR)
    expect(world.isBlocked(BIG)).toBe(false)
    expect(await world.noticesOf(BIG)).toMatchObject([{ checked: { found: expect.any(String) } }])
    await world.restart('--standing.unreachable=block')
    await world.pass(26 * HOUR)
    expect(world.isBlocked(BIG)).toBe(true)
  })
})

describe('with reports', () => {
  /** The instance, as far as it takes a report. */
  function answerAsMastodon({ target }: { readonly target: string }): InstanceAnswer {
    if (target === '/.well-known/nodeinfo') {
      const href = `https://${HOME}/nodeinfo/2.0`
      return { status: 200, body: `{"links":[{"rel":"nodeinfo","href":"${href}"}]}` }
    }
    if (target === '/nodeinfo/2.0') return { status: 200, body: '{"software":{"name":"mastodon"}}' }
    if (target.startsWith('/api/v2/search')) {
      const uri = new URL(target, 'http://x').searchParams.get('q')
      return { status: 200, body: JSON.stringify({ accounts: [{ id: '7', uri }] }) }
    }
    return target === '/api/v1/reports' ? { status: 200, body: '{}' } : {}
  }
  const reports = () =>
    world.instance.received
      .filter(({ target }) => target === '/api/v1/reports')
      .map(({ body }) => JSON.parse(body.toString()))

  beforeEach(async () => {
    await world.close()
    world = await startPolicyWorld({ answer: answerAsMastodon })
    world.serve(BIG, 10_000)
  })
  const restart = (...flags: string[]) =>
    world.restart('--standing.report=true', '--instance.api.token=sesame', ...flags)

  test('a server is told of the first spammer that it left alone, once in a wave', async () => {
    await restart()
    const one = world.spammer(BIG)
    await world.send(one)
    await world.pass(HOUR)
    expect(reports()).toEqual([
      {
        ...{ account_id: '7', category: 'spam', forward: true },
        comment: expect.stringContaining(`${one.id}/statuses/`),
      },
    ])
    await world.send(world.spammer(BIG))
    await world.pass(20 * HOUR)
    expect(reports()).toHaveLength(1)
    expect(await world.noticesOf(BIG)).toContainEqual(
      expect.objectContaining({
        author: one.id,
        report: expect.objectContaining({ state: 'sent', tries: 1 }),
      }),
    )
  })

  test('nobody is told of what was dealt with before the first look', async () => {
    await restart()
    const one = world.spammer(BIG)
    await world.send(one)
    one.suspend()
    await world.pass(HOUR)
    expect(await world.noticesOf(BIG)).toMatchObject([
      { author: one.id, closed: expect.anything() },
    ])
    expect(reports()).toEqual([])
  })

  test('nobody is told while it is not certain that the spammer is there', async () => {
    await restart()
    const [gone, away] = [world.spammer(BIG), world.spammer(BIG)]
    await world.send(gone)
    await world.send(away)
    world.remote.answers.set(gone.id, { status: 404 })
    world.remote.answers.set(away.id, { status: 503 })
    await world.pass(2 * HOUR)
    expect(reports()).toEqual([])
    away.comeBack()
    await world.pass(5 * HOUR)
    expect(reports()).toHaveLength(1)
  })

  test.each(['--blocks.dryRun=true', '--mode=observe'])('nobody is told with %s', async (flag) => {
    await restart(flag)
    await world.send(world.spammer(BIG))
    await world.pass(2 * HOUR)
    expect(reports()).toEqual([])
  })
})

test('a server that the operator trusts is never blocked, whatever it leaves undone', async () => {
  await world.restart(`--standing.trusted=${SMALL}`)
  const verdict = await world.send(world.spammer(SMALL))
  expect(verdict).toMatchObject({ action: 'drop', notes: [expect.stringMatching(/^notice: /)] })
  await world.pass(26 * HOUR)
  expect(world.isBlocked(SMALL)).toBe(false)
  expect(await world.noticesOf(SMALL)).toMatchObject([{ closed: { how: 'not-dealt-with' } }])
})

test(
  'evidence of an offence is kept with what proves it',
  async () => {
    const one = world.spammer(SMALL)
    await world.send(one)
    const kept = []
    for await (const entry of world.parts().store.evidence.of({ domain: SMALL })) kept.push(entry)
    expect(kept).toMatchObject([
      {
        ...{ author: one.id, keyId: `${one.id}#main-key`, led: 'block', domain: SMALL },
        keyPem: expect.stringContaining('BEGIN PUBLIC KEY'),
        bodySha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ])
    expect(kept[0]!.request.headers.join(' ')).toMatch(/signature/i)
    expect(await world.parts().store.evidence.purge(one.id)).toBe(1)
  },
  MINUTE,
)
