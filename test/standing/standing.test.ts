import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Description } from '../../src/standing/description.ts'
import { judgeStanding, type StandingEvidence } from '../../src/standing/standing.ts'
import type { DomainPast } from '../../src/store/domain-store.ts'
import type { Notice, NoticeEnd } from '../../src/store/notice-store.ts'

const NOW = Date.UTC(2026, 10, 22)
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A server that nobody here ever heard of. */
const STRANGER: DomainPast = { people: 1, followed: 0, cleanDays: 0, droppedPeople: 0 }
const WELL_KNOWN: DomainPast = {
  firstSeenAt: NOW - 120 * DAY,
  people: 60,
  followed: 4,
  cleanDays: 34,
  droppedPeople: 1,
}
/** What the waves came from. */
const THROWAWAY: Description = {
  software: 'misskey',
  activeUsers: 3,
  users: 12,
  registration: 'open',
  captcha: false,
  emailNeeded: false,
}

describe('the operator’s word', () => {
  test.each([
    { policy: { trusted: ['remote.test'], protected: [] }, why: 'trusted by the operator' },
    { policy: { trusted: [], protected: ['remote.test'] }, why: 'protected by the operator' },
  ])('comes before everything: $why', ({ policy, why }) => {
    const notices = [aNotice({ how: 'not-dealt-with' })]
    expect(judge({ domain: 'social.remote.test', policy, notices })).toEqual({
      standing: 'good',
      grace: true,
      reasons: [why],
    })
  })

  test('is not given to a name that only ends alike', () => {
    const policy = { trusted: ['remote.test'], protected: [] }
    expect(judge({ domain: 'notremote.test', policy }).standing).toBe('unknown')
  })

  test('is shipped for bridges and hosts of many', () => {
    expect(judge({ domain: 'bsky.brid.gy' })).toMatchObject({
      standing: 'good',
      reasons: ['many share brid.gy: Bridgy Fed carries Bluesky and any web site'],
    })
  })
})

const THREE_LEFT = ['post-gone', 'unreachable', 'post-gone'] as const

interface Row {
  readonly case: string
  readonly evidence: Partial<StandingEvidence>
  readonly is: string
  readonly why: RegExp
}

describe('a domain', () => {
  test.each<Row>([
    { case: 'nobody knows', evidence: {}, is: 'unknown', why: /^nothing speaks for it$/ },
    {
      case: 'with a follow of ours',
      evidence: { past: { ...STRANGER, followed: 1 } },
      is: 'unknown with grace',
      why: /^1 person of it followed by ours$/,
    },
    {
      case: 'of which 20 honest people were seen',
      evidence: { past: { ...STRANGER, people: 25, droppedPeople: 5 } },
      is: 'unknown with grace',
      why: /^20 people of it seen who sent no spam$/,
    },
    {
      case: 'of which 20 people were seen, spammers all',
      evidence: { past: { ...STRANGER, people: 20, droppedPeople: 20 } },
      is: 'unknown',
      why: /^nothing speaks/,
    },
    {
      case: 'of 500 by its own word',
      evidence: { description: { activeUsers: 500 } },
      is: 'unknown with grace',
      why: /^it says that 500 people are active$/,
    },
    {
      case: 'of 499 by its own word',
      evidence: { description: { activeUsers: 499 } },
      is: 'unknown',
      why: /^nothing/,
    },
    {
      case: 'that counts only who signed up',
      evidence: { description: { users: 6_000 } },
      is: 'unknown with grace',
      why: /^it says that 600 people are active$/,
    },
    {
      case: 'long known, clean and followed',
      evidence: { past: WELL_KNOWN },
      is: 'good with grace',
      why: /^known for 120 days, clean on 34 of them, 4 people of it followed by ours$/,
    },
    {
      case: 'long known, clean and followed by nobody',
      evidence: { past: { ...WELL_KNOWN, followed: 0 } },
      is: 'unknown with grace',
      why: /^59 people/,
    },
    {
      case: 'long known and followed, with many spammers',
      evidence: { past: { ...WELL_KNOWN, droppedPeople: 7 } },
      is: 'unknown with grace',
      why: /^4 people of it followed/,
    },
    {
      case: 'that suspended a spammer in time',
      evidence: { notices: [aNotice({ how: 'author-gone' })] },
      is: 'good with grace',
      why: /^dealt with 1 notice by suspending the author, the last 9 days ago$/,
    },
    {
      case: 'that suspended one and let two go',
      evidence: { notices: ends('author-gone', 'post-gone', 'unreachable') },
      is: 'unknown',
      why: /^nothing speaks/,
    },
    {
      case: 'that did not deal with a notice',
      evidence: { past: WELL_KNOWN, notices: ends('not-dealt-with', 'author-gone') },
      is: 'poor',
      why: /^1 notice was not dealt with, the last 9 days ago$/,
    },
    {
      case: 'that did not deal with one more than a year ago',
      evidence: { notices: [aNotice({ how: 'not-dealt-with', daysAgo: 366 })] },
      is: 'unknown',
      why: /^nothing speaks/,
    },
    {
      case: 'that suspends one throwaway after the other',
      evidence: {
        past: { ...STRANGER, people: 31, droppedPeople: 30 },
        notices: Array.from({ length: 30 }, () => aNotice({ how: 'author-gone' })),
      },
      is: 'poor',
      why: /^of 31 people of it that were seen, 30 sent spam in 90 days$/,
    },
    {
      case: 'of more people than are counted, with spammers that it suspended,',
      evidence: {
        past: { ...WELL_KNOWN, people: 100, droppedPeople: 51 },
        notices: Array.from({ length: 50 }, () => aNotice({ how: 'author-gone' })),
      },
      is: 'good with grace',
      why: /^dealt with 50 notices/,
    },
    {
      case: 'long known whose people took back three posts',
      evidence: { past: WELL_KNOWN, notices: ends(...THREE_LEFT) },
      is: 'good with grace',
      why: /^known for 120 days/,
    },
    {
      case: 'long known that leaves one more',
      evidence: { past: WELL_KNOWN, notices: ends(...THREE_LEFT, 'post-gone') },
      is: 'unknown',
      why: /^it had its time once/,
    },
    {
      case: 'long known that leaves five and deals with two',
      evidence: {
        past: WELL_KNOWN,
        notices: ends(...THREE_LEFT, 'post-gone', 'post-gone', 'author-gone', 'author-gone'),
      },
      is: 'good with grace',
      why: /^known for 120 days/,
    },
    {
      case: 'as the waves came from',
      evidence: { description: THROWAWAY },
      is: 'poor',
      why: /^anybody can sign up unchecked, it says that it has 3 people, and nobody here knows it$/,
    },
    {
      case: 'of some size whose sign-ups rose at once, in spite of the e-mail',
      evidence: {
        description: { activeUsers: 80, registration: 'open', emailNeeded: true, signUpSurge: 75 },
      },
      is: 'poor',
      why: /its sign-ups rose to 75 times what they were/,
    },
    {
      case: 'that is large by its own word and has a surge',
      evidence: { description: { activeUsers: 9_000, registration: 'open', signUpSurge: 75 } },
      is: 'unknown with grace',
      why: /^it says that 9,000 people/,
    },
  ])('$case is $is', ({ evidence, is, why }) => {
    const { standing, grace, reasons } = judge(evidence)
    expect(grace ? `${standing} with grace` : standing).toBe(is)
    expect(reasons[0]).toMatch(why)
  })

  test.each<{ but: string; description?: Partial<Description>; past?: Partial<DomainPast> }>([
    { but: 'asks for approval', description: { registration: 'approval' } },
    { but: 'has a captcha', description: { captcha: true } },
    { but: 'asks for an e-mail address', description: { emailNeeded: true } },
    { but: 'is no tiny one', description: { activeUsers: 50 } },
    { but: 'is known for a month', past: { firstSeenAt: NOW - 30 * DAY } },
    { but: 'is followed', past: { followed: 1 } },
  ])('as the waves came from that $but is not poor', ({ description, past }) => {
    const evidence = {
      description: { ...THROWAWAY, ...description },
      past: { ...STRANGER, firstSeenAt: NOW - DAY, ...past },
    }
    expect(judge(evidence).standing).toBe('unknown')
  })
})

describe('the grace', () => {
  const large = { description: { activeUsers: 10_000 } }
  const followed = { past: { ...STRANGER, followed: 2 } }

  test.each([
    { case: 'its own word', evidence: large },
    { case: 'a follow', evidence: followed },
  ])(
    'by $case lasts to the end of the first notice’s time, and is not given twice',
    ({ evidence }) => {
      const first = aNotice({ openedAt: NOW - 2 * HOUR })
      expect(judge({ ...evidence, notices: [first] }).grace).toBe(true)
      const later = judge({ ...evidence, notices: [first], now: first.deadline })
      expect(later.grace).toBe(false)
      expect(later.reasons[0]).toBe('it had its time once, and no author was suspended')
    },
  )

  test('does not begin anew with every notice', () => {
    const notices = [aNotice({ openedAt: NOW - HOUR }), aNotice({ openedAt: NOW - 25 * HOUR })]
    expect(judge({ ...large, notices }).grace).toBe(false)
    expect(judge({ ...followed, notices }).grace).toBe(false)
  })

  test('is not spent by a notice that the operator dismissed, its own word is', () => {
    const notices = ends('dismissed')
    expect(judge({ ...followed, notices }).grace).toBe(true)
    expect(judge({ ...large, notices }).grace).toBe(false)
  })

  test('by its own word is for 20 at once', () => {
    const wave = Array.from({ length: 20 }, () => aNotice({ openedAt: NOW - HOUR }))
    expect(judge({ ...large, notices: wave.slice(1) }).grace).toBe(true)
    expect(judge({ ...large, notices: wave }).grace).toBe(false)
  })

  test('goes on for a large server that suspends its five spammers, five waves long', () => {
    const notices: Notice[] = []
    for (let wave = 0; wave < 5; wave += 1) {
      const start = NOW + wave * 3 * DAY
      for (let spammer = 0; spammer < 5; spammer += 1) {
        const now = start + spammer * HOUR
        const dropped = wave * 5 + spammer
        const past = { ...STRANGER, firstSeenAt: NOW, people: dropped + 1, droppedPeople: dropped }
        expect(judge({ ...large, past, notices, now }).grace).toBe(true)
        notices.unshift(aNotice({ openedAt: now }))
      }
      const closed = { at: start + 8 * HOUR, how: 'author-gone', why: 'suspended' } as const
      notices.forEach((notice, at) => {
        if (!notice.closed) notices[at] = { ...notice, closed }
      })
    }
    expect(notices).toHaveLength(25)
  })
})

describe('a block that the operator lifted', () => {
  const notices = ends('blocked', 'not-dealt-with')
  const closedAt = NOW - 9 * DAY

  test('leaves nothing of what had led to it', () => {
    const lifted = judge({ past: WELL_KNOWN, notices, liftedAt: closedAt + DAY })
    expect(lifted).toMatchObject({ standing: 'good', grace: true })
    expect(lifted.reasons).toContain(
      'notices that count no more, since the block was lifted 8 days ago: 2',
    )
    expect(judge({ past: { ...STRANGER, followed: 1 }, notices, liftedAt: NOW }).grace).toBe(true)
  })

  test('does not forgive what comes later', () => {
    const again = judge({ past: WELL_KNOWN, notices, liftedAt: closedAt })
    expect(again).toMatchObject({ standing: 'poor', grace: false })
  })

  test('raises nobody by itself', () => {
    expect(judge({ notices, liftedAt: NOW })).toMatchObject({ standing: 'unknown', grace: false })
  })
})

test('nobody is blocked for want of a store that answers', () => {
  expect(judge({ past: undefined, description: THROWAWAY })).toEqual({
    standing: 'unknown',
    grace: true,
    reasons: ['the store is away'],
  })
})

test('every fact is told with its figure', () => {
  const description: Description = {
    software: 'mastodon',
    version: '4.4.2',
    users: 20_000,
    activeUsers: 12_000,
    registration: 'open',
    captcha: false,
    emailNeeded: true,
    contact: false,
    signUpSurge: 1.5,
  }
  const notices = ends('post-gone', 'author-gone', 'author-gone')
  expect(judge({ past: WELL_KNOWN, description, notices }).reasons).toEqual([
    'dealt with 2 notices by suspending the author, the last 9 days ago',
    'first seen 120 days ago, clean on 34 days',
    '60 people of it seen, 4 of them followed by ours',
    'spam of 1 person of it in the last 90 days',
    'notices, the post taken back: 1',
    'notices, the author suspended: 2',
    'it runs mastodon 4.4.2',
    'it says that 20,000 people signed up',
    'it says that 12,000 people are active',
    'anybody can sign up, without a captcha, with an e-mail address',
    'sign-ups of its best week: 1.5 times the others',
    'it names nobody to turn to',
  ])
})

const ENDS = [
  'author-gone',
  'post-gone',
  'not-dealt-with',
  'dismissed',
  'blocked',
  'unreachable',
] as const

test('one more bad fact never betters the standing', () => {
  fc.assert(
    fc.property(anyEvidence(), anyWorsening(), (evidence, worsen) => {
      expect(rankOf(worsen(evidence))).toBeLessThanOrEqual(rankOf(evidence))
    }),
    { numRuns: 5_000 },
  )
})

function rankOf(evidence: StandingEvidence): number {
  const { standing, grace } = judgeStanding(evidence)
  return ['poor', 'unknown', 'good'].indexOf(standing) * 2 + Number(grace)
}

function anyEvidence(): fc.Arbitrary<StandingEvidence> {
  const capped = fc.oneof(fc.nat(5), fc.nat(100))
  const past = fc.record(
    {
      people: capped,
      followed: capped,
      cleanDays: fc.nat(40),
      droppedPeople: capped,
      firstSeenAt: fc.nat(200).map((days) => NOW - days * DAY),
    },
    { requiredKeys: ['people', 'followed', 'cleanDays', 'droppedPeople'] },
  )
  const size = fc.oneof(fc.nat(60), fc.nat(20_000))
  const description = fc.record(
    {
      activeUsers: size,
      users: size,
      registration: fc.constantFrom('open', 'approval', 'invitation', 'closed'),
      captcha: fc.boolean(),
      emailNeeded: fc.boolean(),
      signUpSurge: fc.nat(40),
    },
    { requiredKeys: [] },
  )
  const notices = fc.array(anyNotice(fc.constantFrom(undefined, ...ENDS)), { maxLength: 25 })
  return fc
    .record({ past, description: fc.option(description, { nil: undefined }), notices })
    .map((parts) => evidenceOf(parts as Partial<StandingEvidence>))
}

function anyNotice(how: fc.Arbitrary<NoticeEnd | undefined>): fc.Arbitrary<Notice> {
  return fc.record({ how, daysAgo: fc.integer({ min: 1, max: 400 }) }).map(aNotice)
}

type Worsen = (evidence: StandingEvidence) => StandingEvidence

function anyWorsening(): fc.Arbitrary<Worsen> {
  const ofPast = (change: (past: DomainPast) => Partial<DomainPast>): Worsen => {
    return (evidence) => {
      const past = evidence.past ?? STRANGER
      return { ...evidence, past: { ...past, ...change(past) } }
    }
  }
  const ofDescription = (change: (said: Description) => Description): Worsen => {
    return (evidence) => ({
      ...evidence,
      description: evidence.description && change(evidence.description),
    })
  }
  const more = (count: number) => Math.min(count + 1, 100)
  const less = (count: number) => Math.max(count - 1, 0)
  const fixed = fc.constantFrom<Worsen>(
    ofPast(({ droppedPeople }) => ({ droppedPeople: more(droppedPeople) })),
    ofPast(() => ({ droppedPeople: 100 })),
    ofPast(({ followed }) => ({ followed: less(followed) })),
    ofPast(() => ({ followed: 0 })),
    ofPast(({ people }) => ({ people: less(people) })),
    ofPast(({ cleanDays }) => ({ cleanDays: less(cleanDays) })),
    ofPast(({ firstSeenAt = NOW }) => ({ firstSeenAt: Math.min(firstSeenAt + 30 * DAY, NOW) })),
    ofDescription((said) => ({ ...said, registration: 'open' })),
    ofDescription((said) => ({ ...said, captcha: false, emailNeeded: false })),
    ofDescription((said) => ({ ...said, signUpSurge: 40 })),
    ofDescription((said) => ({ ...said, activeUsers: Math.min(said.activeUsers ?? 60, 1) })),
  )
  const bad = fc.constantFrom<NoticeEnd | undefined>(
    ...(['not-dealt-with', 'blocked', 'post-gone', 'unreachable', undefined] as const),
  )
  const oneNoticeMore = anyNotice(bad).map<Worsen>((notice) => (evidence) => ({
    ...evidence,
    notices: [...evidence.notices, notice],
  }))
  return fc.oneof(fixed, oneNoticeMore)
}

function judge(parts: Partial<StandingEvidence>) {
  return judgeStanding(evidenceOf(parts))
}

function evidenceOf(parts: Partial<StandingEvidence>): StandingEvidence {
  const policy = { trusted: [], protected: [] }
  return { domain: 'remote.test', now: NOW, policy, notices: [], past: STRANGER, ...parts }
}

function ends(...hows: readonly NoticeEnd[]): readonly Notice[] {
  return hows.map((how) => aNotice({ how }))
}

interface NoticeParts {
  readonly how?: NoticeEnd | undefined
  readonly daysAgo?: number
  readonly openedAt?: number
}

/** Closed a day after it was opened. */
function aNotice({ how, daysAgo = 10, openedAt = NOW - daysAgo * DAY }: NoticeParts): Notice {
  const deadline = openedAt + DAY
  return {
    id: `n${openedAt}`,
    domain: 'remote.test',
    author: 'https://remote.test/users/spammer',
    openedAt,
    deadline,
    why: 'known',
    offences: [],
    dueAt: openedAt + HOUR,
    ...(how && { closed: { at: deadline, how, why: how } }),
  }
}
