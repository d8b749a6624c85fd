// Bodies that never end: who sends them loses them, and everybody else gets through.
import { describe, expect, onTestFinished, test } from 'vitest'
import { watchArrivals } from '../src/arrivals.ts'
import { HOME } from './support/build.ts'
import { aPost, aWorld, MOMO } from './support/raid.ts'
import { openRaw, type RawConnection } from './support/raw-http.ts'
import type { World } from './support/world.ts'

interface Size {
  readonly bytes: number | undefined
}

const SMALL = { bytes: 2_000 }
const LARGE = { bytes: 70_000 }

function aDoor() {
  const clock = { now: 0 }
  const gone: string[] = []
  const arrivals = watchArrivals({ clientOf: ({ peer }) => peer, now: () => clock.now })
  const admit = (peer: string, { bytes }: Size = SMALL) =>
    arrivals.admit({ peer, bytes, rawHeaders: [], giveUp: () => gone.push(peer) })
  const admitMany = (peer: string, count: number, size: Size = SMALL) =>
    Array.from({ length: count }, () => admit(peer, size)).filter(Boolean).length
  return { clock, gone, admit, admitMany }
}

describe('a client that sends slowly', () => {
  test('has 64 bodies under way at most: one more takes the place of its own slowest', () => {
    const { clock, gone, admit, admitMany } = aDoor()
    expect(admitMany('slow', 64)).toBe(64)
    clock.now = 2_000
    expect(admitMany('slow', 3)).toBe(3)
    expect(gone).toEqual(['slow'])
    clock.now = 4_000
    expect(admit('other')).toBeDefined()
    expect(gone).toEqual(['slow'])
    expect(admit('slow')).toBeDefined()
    expect(gone).toEqual(['slow', 'slow'])
  })

  test('gets no more than 128 places at once, and these back when they are done', () => {
    const { gone, admit, admitMany } = aDoor()
    const leave = admit('busy')
    expect(admitMany('busy', 200)).toBe(127)
    leave?.()
    leave?.()
    expect(admitMany('busy', 2)).toBe(1)
    expect(gone).toEqual([])
  })

  test('makes room when everything is taken, whoever has the most first', () => {
    const { clock, gone, admitMany } = aDoor()
    expect(admitMany('one', 63)).toBe(63)
    for (let each = 0; each < 449; each++) admitMany(`many-${each}`, 1)
    expect(admitMany('late', 1)).toBe(0)
    clock.now = 2_000
    expect(admitMany('late', 5)).toBe(5)
    expect(gone).toEqual(['one', 'one', 'one', 'one', 'one'])
  })
})

describe('large bodies', () => {
  test.each([LARGE, { bytes: undefined }])(
    'are 96 at most, and leave the small ones their room: %j',
    (size) => {
      const { clock, gone, admitMany } = aDoor()
      for (let each = 0; each < 12; each++) admitMany(`large-${each}`, 8, size)
      expect(admitMany('late', 1, LARGE)).toBe(0)
      expect(admitMany('late', 40)).toBe(40)
      clock.now = 2_000
      expect(admitMany('late', 1, LARGE)).toBe(1)
      expect(gone).toEqual(['large-0'])
    },
  )
})

describe('the inbox', () => {
  const headOf = (length: number) =>
    `POST /inbox HTTP/1.1\r\nHost: ${HOME}\r\nContent-Type: application/activity+json\r\nContent-Length: ${length}\r\n\r\n`

  /** Bodies of which one byte has come, known to the relay when this resolves. */
  async function slowBodies(world: World, count: number): Promise<RawConnection[]> {
    const slow = Array.from({ length: count }, () => openRaw(world.relay().port))
    onTestFinished(() => {
      for (const { socket } of slow) socket.destroy()
    })
    await Promise.all(
      slow.map(({ socket }) => new Promise((sent) => socket.write(`${headOf(90)}{`, sent))),
    )
    return slow
  }

  test('stays open for others while hundreds of bodies do not end', async () => {
    const world = await aWorld()
    const slow = await slowBodies(world, 300)
    const refused = slow.map(({ readUntil }) => readUntil('\r\n\r\n'))
    const settled = Promise.allSettled(refused)
    const first = await Promise.any(refused)
    expect(first).toMatch(/^HTTP\/1\.1 503 .*\r\n(.*\r\n)*retry-after: \d+/i)
    expect(first).toMatch(/^connection: close\r$/im)
    await expect.poll(() => world.verdicts.length).toBe(300 - 128)
    expect(new Set(world.verdicts.map(({ action, error }) => `${action} ${error}`))).toEqual(
      new Set(['defer relay-overloaded']),
    )
    expect(await world.metric('sekisho_deliveries_total', 'action="defer"')).toBe(300 - 128)
    const momo = world.person(MOMO)
    await expect
      .poll(async () => (await world.send(momo, aPost({ by: MOMO }))).status, { timeout: 8_000 })
      .toBe(202)
    for (const { socket } of slow) socket.destroy()
    await settled
  }, 30_000)

  test('takes a hundred deliveries of one server at once', async () => {
    const world = await aWorld()
    const momo = world.person(MOMO)
    const sent = Array.from({ length: 100 }, () => world.send(momo, aPost({ by: MOMO })))
    const answers = await Promise.all(sent)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
  })
})
