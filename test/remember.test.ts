import { beforeEach, describe, expect, test } from 'vitest'
import type { Facts } from '../src/facts.ts'
import type { Grounds } from '../src/finding.ts'
import type { HistoryStore, Lesson, Sighting } from '../src/history.ts'
import { recollect, rememberWith } from '../src/remember.ts'
import { embeddedHistory } from '../src/store/embedded/history.ts'
import type { Action } from '../src/verdict.ts'
import {
  ALICE,
  aCreate,
  aHit,
  aNote,
  aProfile,
  BOB,
  DAY,
  factsOf,
  HOUR,
  NOW,
  past,
  proved,
  someFacts,
} from './support/build.ts'
import { nobodyStands } from './support/standing.ts'

const alone = { domains: { learn: async () => {} }, notices: nobodyStands.notices }

const windows = { burstMs: HOUR, campaignMs: DAY, establishedMs: 30 * DAY }
const DORA = 'https://dora.example/users/dora'
const CAROL = 'https://carol.example/users/carol'

/** A real memory that tells what it was asked and taught. */
function watched() {
  const asked: Sighting[] = []
  const taught: Lesson[] = []
  const dropped: string[] = []
  const memory = embeddedHistory(1_000, () => NOW)
  const store: HistoryStore = {
    recall(sighting) {
      asked.push(sighting)
      return memory.recall(sighting)
    },
    learn(lesson) {
      taught.push(lesson)
      return memory.learn(lesson)
    },
    noteDropped(posts, at) {
      dropped.push(...posts)
      return memory.noteDropped(posts, at)
    },
  }
  return { store, asked, taught, dropped }
}

let world = watched()
beforeEach(() => {
  world = watched()
})

const toUs = (also?: Partial<Facts>): Facts => ({
  ...factsOf(aCreate(aNote({ mentions: [ALICE, CAROL, DORA] }))),
  ...also,
})

async function remember(grounds: Partial<Grounds>, action: Action) {
  const whole = { hits: [], facts: toUs(), proof: proved(), ...grounds }
  const finding = { action, score: 0, hits: whole.hits, proof: 'verified' as const }
  await rememberWith({ memory: world.store, ...alone })(
    { ...finding, notes: [], grounds: [whole] },
    action,
  )
}

describe('the memory', () => {
  test('is not asked about what reaches nobody here and shows nobody else’s post', async () => {
    await recollect(someFacts(), { memory: world.store, windows })
    expect(world.asked).toEqual([])
  })

  test('is asked whether a boosted post was dropped, whomever it reaches', async () => {
    const facts = someFacts({ references: [{ how: 'boost', id: 'https://spam.example/1' }] })
    await recollect(facts, { memory: world.store, windows })
    expect(world.asked).toMatchObject([{ counts: false, references: ['https://spam.example/1'] }])
  })

  test.each<{ what: string; also: Partial<Facts>; counts: boolean }>([
    { what: 'a proved post', also: {}, counts: true },
    {
      what: 'one that its origin served and that mentions one of ours',
      also: { proof: 'missing', isServed: true },
      counts: true,
    },
    {
      what: 'one that its origin served and whose booster alone calls ours',
      also: { proof: 'missing', isServed: true, mentions: [] },
      counts: false,
    },
    { what: 'an unproved one', also: { proof: 'missing' }, counts: false },
    { what: 'one with a false signature', also: { proof: 'invalid' }, counts: false },
    {
      what: 'one to an account that is open to strangers',
      also: { reach: { ...toUs().reach, guarded: [] } },
      counts: false,
    },
  ])('counts or not: $what', async ({ also, counts }) => {
    await recollect(toUs(also), { memory: world.store, windows })
    expect(world.asked).toMatchObject([{ counts, author: BOB, domain: 'remote.example' }])
  })

  test('takes all answers to one post of ours for one conversation', async () => {
    const answer = toUs({ inReplyTo: `${ALICE}/statuses/1` })
    await recollect(answer, { memory: world.store, windows })
    await recollect(toUs({ inReplyTo: `${CAROL}/statuses/1` }), { memory: world.store, windows })
    expect(world.asked.map(({ conversation }) => conversation)).toEqual([
      `answers ${ALICE}/statuses/1`,
      BOB,
    ])
  })
})

describe('what is learned', () => {
  test('of a clean post: the author, whom it called, and who is in its threads', async () => {
    const facts = toUs({ threads: ['talk 1'], history: past() })
    await remember({ facts }, 'forward')
    const own = 'https://remote.example/users/bob/statuses/1'
    expect(world.taught).toEqual([
      {
        ...{ author: BOB, domain: 'remote.example', at: NOW, outcome: 'clean' },
        ...{ called: [ALICE, CAROL, DORA], threads: [own, 'talk 1'] },
      },
    ])
  })

  test('of an unproved post: nothing, whatever became of it', async () => {
    const proof = { status: 'missing', author: BOB, why: 'no signature' } as const
    for (const action of ['forward', 'hold', 'drop'] as const) {
      await remember({ proof, hits: [aHit()] }, action)
    }
    expect([...world.taught, ...world.dropped]).toEqual([])
  })

  test.each<{ what: string; hits: Grounds['hits']; action: Action; outcome: string }>([
    { what: 'with a hit', hits: [aHit()], action: 'forward', outcome: 'neither' },
    { what: 'with a shadow', hits: [aHit({ shadow: true })], action: 'forward', outcome: 'clean' },
    { what: 'that was held', hits: [aHit()], action: 'hold', outcome: 'neither' },
    { what: 'that was dropped', hits: [aHit()], action: 'drop', outcome: 'dropped' },
    { what: 'whose sender is blocked', hits: [], action: 'drop', outcome: 'neither' },
  ])('of a post $what: $outcome', async ({ hits, action, outcome }) => {
    await remember({ hits }, action)
    expect(world.taught).toMatchObject([{ outcome }])
  })

  test.each<{ what: string; also: Partial<Facts>; threads: number }>([
    { what: 'somebody met a minute ago', also: {}, threads: 0 },
    { what: 'an account of a year', also: { profile: aProfile() }, threads: 2 },
    { what: 'somebody known for ten days', also: { history: past() }, threads: 2 },
  ])('of a post by $what: $threads threads', async ({ also, threads }) => {
    await remember({ facts: toUs({ threads: ['talk 1'], ...also }) }, 'forward')
    expect(world.taught[0]?.threads).toHaveLength(threads)
  })

  test('of two who talk elsewhere: no company', async () => {
    const facts = factsOf(aCreate(aNote({ mentions: [CAROL, DORA] })))
    await remember({ facts: { ...facts, history: past() } }, 'forward')
    expect(world.taught).toMatchObject([{ outcome: 'clean', called: [], threads: [] }])
  })

  test('of a follower: the follow', async () => {
    const follow = { kind: 'begun', by: ALICE } as const
    await remember({ facts: someFacts({ judged: false, follow }) }, 'forward')
    expect(world.taught).toMatchObject([{ follow, outcome: 'neither' }])
  })

  test('of many likes on one day: one lesson, and another on the next', async () => {
    const learn = rememberWith({ memory: world.store, ...alone })
    const like = (now: number) => someFacts({ judged: false, now })
    for (const now of [NOW, NOW + 1, NOW + DAY]) {
      const grounds = [{ hits: [], facts: like(now), proof: proved() }]
      const finding = {
        action: 'forward',
        score: 0,
        hits: [],
        proof: 'verified',
        notes: [],
      } as const
      await learn({ ...finding, grounds }, 'forward')
    }
    expect(world.taught).toHaveLength(2)
  })

  test('of a dropped post: its id, if it is its author’s own', async () => {
    const hits = [aHit({ offence: true })]
    await remember({ hits }, 'drop')
    await remember({ hits: [aHit({ rule: 'test-string' })] }, 'drop')
    const foreign = toUs({ attributedTo: [CAROL] })
    await remember({ hits, facts: foreign }, 'drop')
    expect(world.dropped).toEqual(['https://remote.example/users/bob/statuses/1'])
  })

  test('of a boosted post that its origin showed us: its id', async () => {
    const proof = { status: 'missing', author: CAROL, why: 'boosted' } as const
    await remember(
      { hits: [aHit({ offence: true })], proof, fetched: `${CAROL}/statuses/7/` },
      'drop',
    )
    expect(world.dropped).toEqual([`${CAROL}/statuses/7`])
    expect(world.taught).toEqual([])
  })
})
