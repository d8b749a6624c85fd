// Several processes of one relay, which share its ports, its store and its folder. The tests of a group go on with
// the same relay, in their order: it takes long to start.
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  aCrew,
  type Connection,
  type Crew,
  type CrewSetup,
  MALLORY,
  PATIENCE,
} from './support/crew.ts'
import { aPost, MOMO, raidPost, SPAMMER } from './support/raid.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 }) // a machine that is busy starts a dozen processes slowly

/** A process with a fault that the test can wake. */
const FAULTY = 'process.on("SIGWINCH", () => { throw new Error("a fault of the test") })'
const BANNED = 'banned: { urls: [raid.example/join] }'

describe('a relay with two workers', () => {
  const lines = [BANNED, 'statement: { publishBlocks: true }']
  const crew = sharedCrew({ lines, nodeFlags: ['--import', preload(FAULTY)] })

  test('takes deliveries with both, adds up what they count, and enforces a block with both', async () => {
    const [first, second] = await bothWorkers(crew())
    expect(await crew().readiness()).toBe(200)
    expect(await crew().metric('sekisho_workers')).toBe(2)
    expect(await first.post(MOMO)).toBe(202)
    expect(await second.post(MOMO)).toBe(202)
    const dropped = crew().said('drop').length
    expect(await crew().metric('sekisho_deliveries_total')).toBe(dropped + 2)
    expect(await crew().metric('sekisho_upstream_seconds_count')).toBe(2)
    expect(await crew().api('POST', '/api/blocks', { domain: 'evil.example' })).toBe(201)
    await untilBlocked(crew(), 1)
    expect(await first.post(MALLORY)).toBe(403)
    expect(await second.post(MALLORY)).toBe(403)
    expect(crew().instance.received).toHaveLength(2)
  })

  test('publishes the same blocks from both', async () => {
    const [{ port } = {}] = await crew().until('Sekisho is listening')
    const url = `http://127.0.0.1:${port}/sekisho/blocks.csv`
    const tags = new Set<unknown>()
    for (let tries = 0; tries < 8; tries++) {
      const { headers, body } = await request(url, { dispatcher: new Agent({ connections: 1 }) })
      expect(await body.text()).toContain('evil.example,suspend')
      tags.add(headers.etag)
    }
    expect(tags.size).toBe(1)
  })

  test('replaces one that is killed, loses no later delivery and forgets no count', async () => {
    await postOnEach(crew())
    const before = await crew().metric('sekisho_deliveries_total')
    await killWorker(crew(), await aLivingWorker(crew()))
    await crew().until('was ended by SIGKILL and is replaced')
    await postOnEach(crew())
    expect(await crew().readiness()).toBe(200)
    await crew().until('a worker listens', 3)
    await postOnEach(crew())
    expect(await crew().metric('sekisho_deliveries_total')).toBe(before + 2 * POSTS)
    expect(await crew().metric('sekisho_workers')).toBe(2)
    expect(await crew().metric('sekisho_worker_ends_total')).toBe(1)
  })

  test('replaces one at once that has a fault, which finishes its open delivery', async () => {
    const [one] = await connectionsByWorker(crew())
    const [worker, connection] = one!
    const { arrived, release } = crew().hold()
    const posting = connection.post(MOMO)
    await arrived
    process.kill(pidOf(crew(), worker), 'SIGWINCH')
    await crew().until('a worker stops after an error')
    await crew().until('a worker listens', 4)
    release()
    expect(await posting).toBe(202)
    await expect.poll(() => isAlive(pidOf(crew(), worker)), PATIENCE).toBe(false)
  })

  test('reads its rules again in every process, and gives a new worker what is in force', async () => {
    crew().write('banned: { urls: [raid.example/join, other.example] }')
    crew().child.kill('SIGHUP')
    await crew().until('read again: banned.urls', 3)
    crew().write('banned: [')
    await crew().until('config: ', 3)
    await killWorker(crew(), await aLivingWorker(crew()))
    await crew().until('a worker listens', 5)
    for (const connection of await bothWorkers(crew())) {
      expect(await connection.postUnsigned(linkTo('https://other.example/'))).toBe(403)
    }
  })

  test('finishes an open delivery though the signal to end comes to every process, and twice', async () => {
    const { posting, release } = await anOpenDelivery(crew())
    const replaced = crew().said('replaced').length
    process.kill(-crew().child.pid!, 'SIGTERM')
    await crew().until('stopping: no new deliveries')
    expect(await crew().readiness()).toBe(503)
    for (const pid of pidsOf(crew()).filter(isAlive)) process.kill(pid, 'SIGTERM')
    release()
    expect(await posting).toBe(202)
    expect(await crew().exit).toEqual([0, null])
    expect(crew().said('replaced')).toHaveLength(replaced)
    await expectNoWorkers(crew())
  })
})

describe('while Redis is away', () => {
  const crew = sharedCrew({ lines: [BANNED] })

  test('a block that a worker makes outlives it, and holds in all when Redis is back', async () => {
    const [first, second] = await bothWorkers(crew())
    const snapshot = join(crew().folder, 'data/blocks.snapshot')
    await vi.waitFor(() => expect(existsSync(snapshot)).toBe(true), PATIENCE)
    await crew().redis.kill()
    expect(await first.post(SPAMMER, raidPost(SPAMMER))).toBe(403)
    const [waiting] = await crew().until('waits on the disk for the store')
    expect(await first.post(SPAMMER)).toBe(403)
    await killWorker(crew(), waiting!.worker!)
    await crew().until('a worker listens', 3)
    await crew().redis.restart()
    await untilBlocked(crew(), 1)
    expect(await second.post(SPAMMER)).toBe(403)
    expect(await crew().redis.ask('HKEYS', '{sekisho}:blocks')).toEqual(['spam.example'])
    expect(crew().instance.received).toEqual([])
  })

  test('and when their primary process is killed, workers finish what is open and end', async () => {
    const { posting, release } = await anOpenDelivery(crew())
    crew().child.kill('SIGKILL')
    await crew().exit
    release()
    expect(await posting).toBe(202)
    await expectNoWorkers(crew())
  })
})

describe('a relay whose workers cannot start', () => {
  test('ends with one sentence when they die before they listen', async () => {
    const dies = 'if (process.argv[1]?.endsWith("worker.ts")) process.kill(process.pid, "SIGKILL")'
    const crew = await aCrew({ nodeFlags: ['--import', preload(dies)] })
    expect(await crew.exit).toEqual([1, null])
    expect(crew.complaints()).toBe(
      'workers: 5 in a row ended before they listened, the last one was ended by SIGKILL\n',
    )
  })

  test('ends with one sentence when the port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await vi.waitFor(() => expect(server.listening).toBe(true))
    const { port } = server.address() as { port: number }
    const crew = await aCrew({ flags: ['--listen.port', String(port)] })
    expect(await crew.exit).toEqual([1, null])
    expect(crew.complaints()).toBe(`listen.port: 127.0.0.1:${port} is in use by another process\n`)
  })
})

function preload(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`
}

function sharedCrew(setup: CrewSetup): () => Crew {
  const ends: (() => void | Promise<void>)[] = []
  let crew: Crew
  beforeAll(async () => {
    crew = await aCrew(setup, (end) => void ends.unshift(end))
    await crew.until('a worker listens', 2)
  })
  afterAll(async () => {
    for (const end of ends) await end()
  })
  return () => crew
}

async function bothWorkers(crew: Crew): Promise<readonly [Connection, Connection]> {
  const [first, second] = (await connectionsByWorker(crew)).map(([, connection]) => connection)
  if (!first || !second) throw new Error('all connections went to one worker')
  return [first, second]
}

/** One to each of them: a dropped post is told in the log by who dropped it. */
async function connectionsByWorker(crew: Crew): Promise<readonly [number, Connection][]> {
  const byWorker = new Map<number, Connection>()
  for (let tries = 0; tries < 10 && byWorker.size < 2; tries++) {
    const connection = await crew.connect()
    const before = crew.said('drop').length
    await connection.postUnsigned(raidPost(MOMO))
    const lines = await crew.until('drop', before + 1)
    byWorker.set(lines.at(-1)!.worker!, connection)
  }
  return [...byWorker]
}

const POSTS = 4

/** One after another, on a connection each. */
async function postOnEach(crew: Crew): Promise<void> {
  for (let n = 0; n < POSTS; n++) {
    const connection = await crew.connect()
    expect(await connection.post(MOMO)).toBe(202)
    await connection.close()
  }
}

/** The instance has it and answers when it is released. */
async function anOpenDelivery(crew: Crew) {
  const { arrived, release } = crew.hold()
  const connection = await crew.connect()
  const posting = connection.post(MOMO)
  await arrived
  return { posting, release }
}

function linkTo(url: string) {
  return aPost({ by: MOMO, text: `<a href="${url}">${url}</a>` })
}

async function untilBlocked(crew: Crew, domains: number): Promise<void> {
  await expect.poll(() => crew.metric('sekisho_blocked_domains'), PATIENCE).toBe(domains)
}

async function aLivingWorker(crew: Crew): Promise<number> {
  const listening = await crew.until('a worker listens', 2)
  return listening.find(({ pid }) => isAlive(pid!))!.worker!
}

async function killWorker(crew: Crew, number: number): Promise<void> {
  const pid = pidOf(crew, number)
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => isAlive(pid), PATIENCE).toBe(false)
}

function pidOf(crew: Crew, number: number): number {
  return crew.said('a worker listens').find(({ worker }) => worker === number)!.pid!
}

async function expectNoWorkers(crew: Crew): Promise<void> {
  await expect.poll(() => pidsOf(crew).filter(isAlive), PATIENCE).toEqual([])
}

function pidsOf(crew: Crew): readonly number[] {
  return crew.said('a worker listens').map(({ pid }) => pid!)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ESRCH') return false
    throw cause
  }
}
