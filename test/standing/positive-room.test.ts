// A server that federates by a positive list is held to it as the operator says, as long as the list is there.
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Description } from '../../src/standing/description.ts'
import { openPositiveLists, type PositiveRoom } from '../../src/standing/positive-room.ts'
import type { Block, BlockEntry, Mark } from '../../src/store/store.ts'

const LIST = { evidence: 'configuration.limited_federation is true', url: 'https://shut.example/' }
const SHUT: Description = { positiveList: LIST, tellsOfLists: true }
const OPEN: Description = { tellsOfLists: true }
const HOUR = 3_600_000
const DAY = 24 * HOUR

const rooms: PositiveRoom[] = []
afterEach(() => {
  for (const room of rooms.splice(0)) room.close()
})

function aRoom(positiveList: 'block' | 'report' | 'ignore', followed = 0) {
  const blocks = new Map<string, Block>()
  const marks: Mark[] = []
  const logged: string[] = []
  const said = { description: SHUT, now: 0, isAway: false, asked: 0 }
  const note = (_: object, text: string) => void logged.push(text)
  const room = openPositiveLists({
    positiveList,
    policy: {
      ...{ own: ['home.example'], protected: [], trusted: ['friend.example'] },
      ...{ dryRun: false, minActors: 1, maxPerHour: 30 },
    },
    blocks: {
      mark: async (domain) => marks.findLast((mark) => mark.domain === domain),
      find: (domain) => blocks.get(domain) as BlockEntry | undefined,
      entries: () => [...blocks.values()],
      async add({ block }) {
        blocks.set(block.domain, block)
        return 'added'
      },
      async remove(mark) {
        marks.push(mark)
        return blocks.delete(mark.domain)
      },
    },
    offences: { takeBlockPlace: async () => true },
    domains: {
      async past() {
        said.asked++
        return said.isAway ? undefined : { people: 1, followed, cleanDays: 1, droppedPeople: 0 }
      },
    },
    descriptions: {
      describe: async () => ({ status: 'described', at: said.now, description: said.description }),
    },
    now: () => said.now,
    newId: () => 'id',
    log: { info: note, warn: note, error: note, debug: note } as never,
    onFault: () => {},
    paceMs: 1,
  })
  rooms.push(room)
  return { room, blocks, marks, logged, said }
}

describe('a server with a positive list', () => {
  test('is blocked with its evidence, and let go when the list is gone', async () => {
    const { room, blocks, marks, said } = aRoom('block')
    room.seen('shut.example')
    await vi.waitFor(() =>
      expect(blocks.get('shut.example')).toMatchObject({ by: 'positive-list' }),
    )
    expect(blocks.get('shut.example')!.reason).toContain(LIST.evidence)
    said.description = OPEN
    said.now += 8 * DAY
    room.seen('shut.example')
    await vi.waitFor(() => expect(marks).toMatchObject([{ domain: 'shut.example' }]))
    expect(blocks.size).toBe(0)
  })

  test.each([
    {
      what: 'reported where the operator wants no more',
      mode: 'report',
      followed: 0,
      domain: 'shut.example',
    },
    {
      what: 'reported where ours follow people there',
      mode: 'block',
      followed: 2,
      domain: 'shut.example',
    },
  ] as const)('is $what', async ({ mode, followed, domain }) => {
    const { room, blocks, logged } = aRoom(mode, followed)
    room.seen(domain)
    await vi.waitFor(() => expect(logged).toEqual(['a server has a positive list']))
    expect(blocks.size).toBe(0)
  })

  test('is not blocked while nobody can say whom ours follow there, and looked at again in an hour', async () => {
    const { room, blocks, logged, said } = aRoom('block', 2)
    said.isAway = true
    room.seen('shut.example')
    await vi.waitFor(() => expect(said.asked).toBe(1))
    said.isAway = false
    said.now += HOUR
    await vi.waitFor(() => {
      room.seen('shut.example')
      expect(logged).toEqual(['a server has a positive list'])
    })
    expect(blocks.size).toBe(0)
  })

  test('is left alone once the operator lifted its block', async () => {
    const { room, blocks, marks, logged, said } = aRoom('block')
    marks.push({ domain: 'shut.example', at: said.now, by: 'operator' })
    said.now += DAY
    room.seen('shut.example')
    await vi.waitFor(() => expect(logged).toEqual([expect.stringContaining('left alone')]))
    expect(blocks.size).toBe(0)
  })

  test('is blocked again when a list comes back that was gone', async () => {
    const { room, blocks, marks, said } = aRoom('block')
    marks.push({ domain: 'shut.example', at: said.now, by: 'positive-list' })
    said.now += DAY
    room.seen('shut.example')
    await vi.waitFor(() => expect(blocks.size).toBe(1))
  })
})
