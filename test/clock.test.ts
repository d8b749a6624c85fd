// The relay's own clock: learned from others, told to the operator, and never judged by.
import type { ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { openClock, signedTimes } from '../src/clock.ts'
import type { SignatureCheck } from '../src/signature.ts'
import { aPost, aWorld } from './support/raid.ts'

const HOUR = 3_600_000

function aClock() {
  const machine = { true: 1_000_000_000, off: 0, uptime: 0 }
  const lines: string[] = []
  const clock = openClock({
    now: () => machine.true + machine.off,
    monotonic: () => machine.uptime,
    log: {
      warn: (line: string) => void lines.push(`warn: ${line}`),
      info: (line: string) => void lines.push(`info: ${line}`),
    } as never,
  })
  const pass = (ms: number) => {
    machine.true += ms
    machine.uptime += ms
  }
  const hearFrom = (hosts: readonly string[], lie = 0) => {
    for (const host of hosts) clock.hear(`https://${host}/users/a`, machine.true + lie)
    pass(10_000)
  }
  return { machine, lines, clock, pass, hearFrom }
}

const HOSTS = ['one', 'two', 'three', 'four', 'five'].map((name) => `${name}.example`)

describe('the offset of the clock', () => {
  test('is the median over five registered names or more', () => {
    const { machine, clock, hearFrom } = aClock()
    machine.off = 7_000
    clock.offsetMs() // it was set: what it knew is forgotten
    hearFrom(HOSTS.slice(0, 4))
    hearFrom(['a.one.example', 'b.one.example'])
    expect(clock.offsetMs()).toBeUndefined()
    hearFrom(['five.example'])
    expect(clock.offsetMs()).toBe(7_000)
  })

  test('is not moved by a minority that lies, however often it speaks', () => {
    const { clock, lines, hearFrom } = aClock()
    const liars = Array.from({ length: 50 }, () => ['liar.example', 'liar.test']).flat()
    hearFrom(HOSTS)
    hearFrom(liars, -40 * HOUR)
    expect(clock.offsetMs()).toBe(0)
    expect(lines).toEqual([])
  })

  test('is forgotten after an hour without news', () => {
    const { clock, pass, hearFrom } = aClock()
    hearFrom(HOSTS)
    pass(HOUR - 10_000)
    expect(clock.offsetMs()).toBe(0)
    pass(1)
    expect(clock.offsetMs()).toBeUndefined()
  })

  test('is told once when it is too large, and once when it is well again', () => {
    const { machine, clock, lines, hearFrom } = aClock()
    machine.off = -3 * HOUR
    for (let round = 0; round < 3; round++) hearFrom(HOSTS)
    expect(lines).toEqual([
      expect.stringMatching(/^warn: this machine's clock is 3 hours behind other servers: .*NTP/),
    ])
    machine.off = 0
    expect(clock.offsetMs()).toBeUndefined()
    for (let round = 0; round < 3; round++) hearFrom(HOSTS)
    expect(clock.offsetMs()).toBe(0)
    expect(lines.slice(1)).toEqual(["info: this machine's clock agrees with other servers again"])
  })

  test('of a minute is nothing to complain about', () => {
    const { machine, lines, hearFrom } = aClock()
    machine.off = 60_000
    hearFrom(HOSTS)
    hearFrom(HOSTS)
    expect(lines).toEqual([])
  })
})

describe('a signature that is refused for its time', () => {
  const verified = (keyId: string, signedAt: number): SignatureCheck => ({
    ...{ status: 'verified', keyId, owner: keyId, signedAt },
  })

  test('is checked for its key once in five seconds, and heard when it fits', async () => {
    const uptime = { now: 0 }
    const heard: unknown[] = []
    const clock = { hear: (url: string, at: number) => void heard.push([url, at]) }
    const times = signedTimes(clock, { monotonic: () => uptime.now, onFault: () => undefined })
    times.refused(async () => verified('https://one.example/key', 1))
    times.refused(async () => verified('https://two.example/key', 2))
    uptime.now = 5_000
    times.refused(async () => ({ status: 'invalid', why: 'the signature does not fit the key' }))
    uptime.now = 10_000
    times.refused(async () => verified('https://three.example/key', 3))
    await setImmediate()
    expect(heard).toEqual([
      ['https://one.example/key', 1],
      ['https://three.example/key', 3],
    ])
  })

  test('whose check fails is counted', async () => {
    const faults: string[] = []
    const onFault = (what: string) => void faults.push(what)
    const times = signedTimes({ hear: () => undefined }, { monotonic: () => 0, onFault })
    times.refused(() => Promise.reject(new Error('the store is away')))
    await setImmediate()
    expect(faults).toEqual(['clock'])
  })
})

describe('a relay that runs', () => {
  const people = ['remote', 'other', 'good', 'spam', 'evil'].map(
    (n) => `https://${n}.example/users/a`,
  )

  test.each([
    {
      about: 'within the hour that signatures are good for',
      ahead: 20 * 60_000,
      proof: 'verified',
    },
    { about: 'beyond it', ahead: 300 * 60_000, proof: 'invalid' },
  ])('knows how far it is off, $about, and judges as before', async ({ ahead, proof }) => {
    const world = await aWorld()
    const theirTime = () => Date.now() - ahead
    expect(await gaugeOf(world)).toBeUndefined()
    for (const id of people) {
      const person = world.person(id)
      world.publish(id, (response: ServerResponse) => {
        const date = new Date(theirTime()).toUTCString()
        response.writeHead(200, { 'content-type': 'application/activity+json', date })
        response.end(JSON.stringify(person.actor))
      })
      const body = aPost({ by: id })
      await world.post(
        person.deliver({ host: 'home.example', target: '/inbox', body, at: theirTime() }),
      )
    }
    expect(world.verdicts.map(({ sender }) => sender.proof)).toEqual(people.map(() => proof))
    const offset = await gaugeOf(world)
    if (proof === 'verified') expect(Math.round((offset ?? 0) / 60)).toBe(20)
    else await expect.poll(() => world.asked).toEqual(people.slice(0, 1)) // the next one in five seconds
  })
})

async function gaugeOf(world: Awaited<ReturnType<typeof aWorld>>): Promise<number | undefined> {
  const answer = await fetch(`http://127.0.0.1:${world.relay().adminPort}/metrics`)
  const line = /^sekisho_clock_offset_seconds (\S+)$/m.exec(await answer.text())
  return line ? Number(line[1]) : undefined
}
