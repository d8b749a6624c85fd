import { describe, expect, test } from 'vitest'
import { explainedText } from '../../src/commands/explained-text.ts'
import { digestOf } from '../../src/explain/digest.ts'
import type { Explained } from '../../src/explain.ts'
import type { Facts } from '../../src/facts.ts'
import { nothingKnown } from '../../src/history.ts'
import type { Verdict } from '../../src/verdict.ts'
import { ALICE, aCreate, aNote, aThrowaway, DAY, factsOf, NOW } from '../support/build.ts'

const verdict: Verdict = {
  id: 'post.json',
  at: new Date(NOW).toISOString(),
  action: 'hold',
  score: 7.5,
  hits: [
    { rule: 'mention-flood', score: 5, why: 'mentions 12 people', shadow: false },
    { rule: 'new-account', score: 2.5, why: 'the account is 0 h old', shadow: false },
    { rule: 'bare-link', score: 2.5, why: 'no word', shadow: true },
  ],
  sender: { proof: 'verified' },
  activity: {},
  reach: { local: 1, mentions: 12 },
  notes: ['nothing: not dropped', 'fedify-skipped'],
  tookMs: 1,
}

const strangers = Array.from({ length: 11 }, (_, each) => `https://far.example/users/p${each}`)
const post = aNote({ text: 'hello https://shop.example/', mentions: [ALICE, ...strangers] })

function explained(facts: Partial<Facts> = {}, also: Partial<Verdict> = {}): Explained {
  const digest = digestOf({ ...factsOf(aCreate(post), { profile: aThrowaway() }), ...facts })
  const wouldChange = ['without mention-flood (5): 2.5, forwarded']
  const explanation = { facts: digest, thresholds: { hold: 6, drop: 10 }, wouldChange }
  return { verdict: { ...verdict, ...also }, explanation }
}

describe('explainedText', () => {
  test('is one aligned block', () => {
    expect(explainedText(explained(), false).split('\n')).toEqual([
      'post.json: hold, score 7.5',
      '  by          https://remote.example/users/bob (taken as proved)',
      '  account     @btjcwrbzin, without a name, 20 min old, without a picture',
      '              unknown',
      '  activity    Create https://remote.example/users/bob/statuses/1/activity',
      '              public',
      '  reaches     https://home.example/users/alice',
      `  calls       12 people: @alice@home.example ${namesOf(7)} and 4 more`,
      '  words       hello',
      '  links       https://shop.example/ in object.content',
      '  hits        mention-flood  +5      mentions 12 people',
      '              new-account    +2.5    the account is 0 h old',
      '              bare-link      shadow  no word',
      '  notes       fedify-skipped',
      '  thresholds  hold 6, drop 10',
      '  what if     without mention-flood (5): 2.5, forwarded',
      '',
    ])
  })

  test('tells what is remembered of the author', () => {
    const author = { firstSeenAt: NOW - 40 * DAY, followedSince: NOW - 2 * DAY, cleanDays: 9 }
    const history = { ...nothingKnown({ fingerprints: [] }), author }
    expect(explainedText(explained({ history }), false)).toContain(
      'followed, trusted, followed since 2026-11-20T12:00:00.000Z, ' +
        'first seen 2026-10-13T12:00:00.000Z, clean on 9 days',
    )
  })

  test('counts one as one', () => {
    const { explanation } = explained()
    const facts = { ...explanation.facts!, attachments: 1 }
    const told = {
      ...facts,
      history: { ...facts.history, firstSeen: 'today', cleanDays: 1 },
      reach: { ...facts.reach, people: 1 },
      account: { username: 'x', name: 'X', hasIcon: true, fields: 1 },
    }
    const text = explainedText(
      { ...explained(), explanation: { ...explanation, facts: told } },
      false,
    )
    expect(text).toContain('first seen today, clean on 1 day\n')
    expect(text).toContain('public, 1 attachment\n')
    expect(text).toContain('with a picture, 1 profile field\n')
    expect(text).toContain('1 person: ')
  })

  test('names the block that refuses it', () => {
    const block = { domain: 'remote.example', by: 'operator' }
    const text = explainedText(explained({}, { block, notes: ['blocked host'] }), false)
    expect(text).toContain('  blocked     remote.example (operator)')
  })

  test('obeys nothing that a stranger wrote, not even a file’s name', () => {
    const nasty = 'a\u001b[2J\nb\u202e\u009b'
    const facts = { ...explained().explanation.facts!, author: nasty, words: nasty }
    const hits = [{ rule: 'x', score: 1, why: nasty, shadow: false }]
    const { explanation } = explained()
    const told = { ...explanation, facts, wouldChange: [nasty] }
    const text = explainedText(
      { verdict: { ...verdict, id: nasty, hits }, explanation: told },
      false,
    )
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(text.split('\n').filter((line) => line.startsWith('b'))).toEqual([])
  })

  test('says the same in colours', () => {
    const plain = explainedText(explained(), false)
    const painted = explainedText(explained(), true)
    expect(painted).toContain('\u001b[33mhold\u001b[39m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(plain)
  })

  test('has little to say of what was refused', () => {
    const refused = { ...verdict, action: 'refuse', score: 0, hits: [], notes: ['not UTF-8'] }
    const explanation = { thresholds: { hold: 6, drop: 10 }, wouldChange: [] }
    expect(explainedText({ verdict: refused as Verdict, explanation }, false)).toBe(
      'post.json: refuse, score 0\n  notes       not UTF-8\n  thresholds  hold 6, drop 10\n',
    )
  })
})

function namesOf(count: number): string {
  return Array.from({ length: count }, (_, each) => `@p${each}@far.example`).join(' ')
}
