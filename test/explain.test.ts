import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../src/config.ts'
import type { Sample } from '../src/explain/trial.ts'
import { type Explained, offlineExplainer } from '../src/explain.ts'
import type { JsonObject } from '../src/json.ts'
import { TEST_STRING } from '../src/rules/test-string.ts'
import type { Verdict } from '../src/verdict.ts'
import {
  ALICE,
  aCreate,
  aNote,
  anActor,
  BOB,
  HOME,
  HOUR,
  NOW,
  type NoteTraits,
} from './support/build.ts'
import { recordedDeliveries } from './support/deliveries.ts'

const CLI = new URL('../src/cli.ts', import.meta.url).pathname
const EMPTY = new URL('support/empty.yaml', import.meta.url).pathname
const base = ['--config', EMPTY, '--instance.domain', HOME, '--banned.urls', 'raid.example']

function run(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'explain', ...args], {
    input,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

function fileWith(content: object): string {
  const file = join(mkdtempSync(join(tmpdir(), 'sekisho-explain-')), 'activity.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}

const strangers = [1, 2, 3, 4].map((each) => `https://server${each}.example/users/p${each}`)
const raid = aCreate(aNote({ text: 'come to https://raid.example/ now', mentions: [ALICE] }))
/** For the command, which takes the time as now: what is two days old is held against nobody. */
const freshRaid = aCreate(
  aNote({
    text: 'come to https://raid.example/ now',
    mentions: [ALICE],
    also: { published: new Date().toISOString() },
  }),
)
const flood = (also: NoteTraits = {}) =>
  aCreate(aNote({ mentions: [ALICE, ...strangers], ...also }))
const hourOld = anActor({ published: new Date(NOW - HOUR).toISOString() })

interface Asked extends Partial<Sample> {
  readonly json?: JsonObject
  readonly flags?: readonly string[]
}

function explain({ json = raid, flags = [], ...also }: Asked): Promise<Explained> {
  const upstream = '--instance.upstream=http://127.0.0.1:9'
  const given = [`--config=${EMPTY}`, `--instance.domain=${HOME}`, upstream]
  const loaded = loadConfig([...given, '--banned.urls=raid.example,*.raid.example', ...flags])
  if (loaded.status === 'wrong') throw new Error(loaded.why)
  const body = Buffer.from(JSON.stringify(json))
  const sample = { name: 'one', body, target: '/inbox', at: NOW, documents: [], unproved: false }
  return offlineExplainer(loaded.config)({ ...sample, ...also })
}

describe('explain', () => {
  test('prints one verdict a line, in the order of the files', () => {
    const recorded = new URL('deliveries/misskey-to-gts-create-note-1.json', import.meta.url)
    const { stdout, status } = run([recorded.pathname, fileWith(freshRaid), '--json', ...base])
    const verdicts = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Verdict)
    expect(status).toBe(0)
    expect(verdicts).toMatchObject([
      { action: 'forward', sender: { domain: 'misskey.test', proof: 'verified' } },
      { action: 'drop', hits: [{ rule: 'banned-url' }], block: { domain: 'remote.example' } },
    ])
  })

  test('adds to a verdict nothing but its explanation', () => {
    const { stdout } = run([fileWith(freshRaid), '--json', ...base])
    const { explanation, ...verdict } = JSON.parse(stdout)
    expect(Object.keys(explanation)).toEqual(['facts', 'thresholds', 'wouldChange'])
    expect(Object.keys(verdict).sort()).toEqual(
      ['action', 'activity', 'at', 'block', 'hits', 'id', 'notes']
        .concat('reach', 'score', 'sender', 'tookMs')
        .sort(),
    )
  })

  test('says in words which rule matched what, and what would be blocked', () => {
    const { stdout } = run(['-', '--now', '2026-11-22T12:00:00Z', ...base], JSON.stringify(raid))
    expect(stdout).toContain('drop, score 10')
    expect(stdout).toContain('raid.example in object.content')
    expect(stdout).toContain('would block remote.example (rule:banned-url)')
  })

  test('never paints what goes to a file or a pipe, nor lets strangers do so', () => {
    const painted = aCreate(aNote({ text: '\u001b[31mred\u202e', mentions: [ALICE] }))
    const { stdout } = run(['-', ...base], JSON.stringify(painted))
    expect(stdout).toContain('�[31mred�')
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    const json = run(['-', '--json', ...base], JSON.stringify(painted)).stdout
    expect(json.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(JSON.parse(json).explanation.facts.words).toBe('\u001b[31mred\u202e')
  })

  test('takes the author’s profile from a file', () => {
    const post = fileWith(aCreate(aNote({ mentions: [ALICE] })))
    const args = [post, '--json', '--actor', fileWith(hourOld)]
    const { stdout } = run([...args, '--now', '2026-11-22T12:00:00Z', ...base])
    const { hits } = JSON.parse(stdout) as Verdict
    expect(hits).toMatchObject([{ rule: 'new-account', why: expect.stringContaining('1 h old') }])
    expect(hourOld.id).toBe(BOB)
  })

  test.each([
    { what: 'no file', args: base, says: 'explain needs a file' },
    {
      what: 'a missing file',
      args: ['nowhere.json', ...base],
      says: 'nowhere.json cannot be read: there is no such file',
    },
    {
      what: 'a wrong time',
      args: ['-', '--now', 'soon', ...base],
      says: '--now: "soon" is no time',
    },
    {
      what: 'a list file that is not there',
      args: ['-', '--banned.files', '/nowhere/list.txt', ...base],
      says: 'banned.files: /nowhere/list.txt cannot be read: there is no such file',
    },
    {
      what: 'a wrong key',
      args: ['-', '--banned.url', 'x', ...base],
      says: 'banned.url is no key',
    },
  ])('ends with 2 and one clear line for $what', ({ args, says }) => {
    const { status, stderr, stdout } = run(args, '{}')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(says)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  test('tells the wrong lines of a list beside its verdict, and goes by the others', () => {
    const list = join(mkdtempSync(join(tmpdir(), 'sekisho-explain-')), 'list.txt')
    writeFileSync(list, 'no host\nraid.example\n')
    const args = ['-', '--json', '--config', EMPTY, '--instance.domain', HOME]
    const { status, stdout, stderr } = run([...args, '--banned.files', list], JSON.stringify(raid))
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ action: 'drop', hits: [{ rule: 'banned-url' }] })
    expect(stderr).toBe(
      `${list}, line 1: "no host" is neither a host, a URL nor a /pattern/; the line is skipped\n`,
    )
  })

  test('refuses what is too large as the inbox would', () => {
    const bodyOf = (length: number) => `{"x":"${'x'.repeat(length - 8)}"}`
    const verdictOn = (length: number) =>
      JSON.parse(run(['-', '--json', ...base], bodyOf(length)).stdout)
    expect(verdictOn(1_048_576).error).toBeUndefined()
    expect(verdictOn(1_048_577)).toMatchObject({
      action: 'refuse',
      error: 'body-too-large',
      notes: ['more than 1048576 bytes'],
    })
  })

  test('refuses what is no activity as the inbox would', () => {
    const { stdout } = run(['-', '--json', ...base], '{"type":')
    expect(JSON.parse(stdout)).toMatchObject({
      action: 'refuse',
      error: 'activity-malformed',
      explanation: { thresholds: { hold: 6, drop: 10 }, wouldChange: [] },
    })
  })
})

describe('the facts', () => {
  test('tell who writes to whom, what, and what is known of it', async () => {
    const post = aNote({
      text: 'see <a href="https://shop.example/x">here</a>',
      mentions: [ALICE],
      also: { inReplyTo: `${ALICE}/statuses/9` },
    })
    const { explanation } = await explain({ json: aCreate(post), documents: [hourOld] })
    expect(explanation.facts).toMatchObject({
      author: BOB,
      domain: 'remote.example',
      proof: 'verified',
      activity: { types: ['Create'] },
      account: { username: 'bob', name: 'Bob', age: '60 min', hasIcon: false },
      relation: 'unknown',
      reach: { ours: [ALICE], people: 1 },
      mentions: ['@alice@home.example'],
      isPublic: true,
      inReplyTo: `${ALICE}/statuses/9`,
      words: 'see here',
      attachments: 0,
      pictures: [],
      flags: [],
    })
    expect(explanation.facts?.links).toContainEqual({
      url: 'https://shop.example/x',
      at: 'object.content',
    })
    expect(explanation.facts?.links).toContainEqual(expect.objectContaining({ role: 'mention' }))
  })

  test('show a private post to the operator who has it', async () => {
    const json = aCreate(aNote({ text: 'https://raid.example/', also: { to: [ALICE], cc: [] } }))
    const { verdict, explanation } = await explain({ json })
    expect(explanation.facts).toMatchObject({ isPublic: false })
    expect(verdict.hits[0]?.why).toContain('raid.example in object.content')
  })

  test('cut what is too long to be read', async () => {
    const json = aCreate(aNote({ text: 'long '.repeat(1_000) }))
    const { explanation } = await explain({ json })
    expect(explanation.facts?.words).toHaveLength(501)
  })

  test('are those of the activity that decided, of all in a collection', async () => {
    const items = [aCreate(aNote({ text: 'hello' })), raid]
    const json = { type: 'Collection', items, actor: BOB }
    const { verdict, explanation } = await explain({ json })
    expect(verdict.action).toBe('drop')
    expect(explanation.facts?.words).toBe('come to now')
  })

  test('are those of a boosted post that lies beside the boost', async () => {
    const shown = aNote({ by: 'https://far.example/users/carol', text: 'https://raid.example/' })
    const boost = { ...raid, type: 'Announce', object: shown.id!, to: [ALICE], cc: [] }
    const { verdict, explanation } = await explain({ json: boost, documents: [shown] })
    expect(verdict).toMatchObject({ action: 'drop', sender: { domain: 'far.example' } })
    expect(explanation.facts?.author).toBe(shown.attributedTo)
    const alone = await explain({ json: boost })
    expect(alone.verdict.notes).toContain('boosted post not read: nobody is asked here')
  })

  test.each(recordedDeliveries())('of $name are all there', async ({ delivery, documents }) => {
    const { body, target, receivedAt: at } = delivery
    const people = Object.values(documents) as JsonObject[]
    const domain = `--instance.domain=${delivery.headers.get('host')}`
    const given = { body, target, at, documents: people, flags: [domain] }
    const { verdict, explanation } = await explain(given)
    expect(verdict.action).toBe('forward')
    expect(explanation.facts?.author).toBe(verdict.sender.actor)
    expect(explanation.wouldChange).toContainEqual(expect.stringMatching(/short of being held/))
  })
})

describe('what would have changed the verdict', () => {
  const blank = anActor({ ...hourOld, name: '', summary: '' })

  test('a single hit less', async () => {
    const { verdict, explanation } = await explain({ json: flood(), documents: [blank] })
    expect(verdict).toMatchObject({ action: 'drop', score: 10 })
    expect(explanation.wouldChange).toEqual([
      'without mention-flood (5): 5, forwarded',
      'without new-account (2.5): 7.5, held',
      'without blank-profile (2.5): 7.5, held',
      'with drop at 11: 10, held',
      'would block remote.example (rule:mention-flood)',
      'were its author not proved: 10, dropped',
    ])
  })

  test('each entry that the post matches, off the list', async () => {
    const { explanation } = await explain({ json: raid })
    expect(explanation.wouldChange).toContain(
      'without banned-url (10; off the list: raid.example, *.raid.example): 0, forwarded',
    )
    expect(explanation.wouldChange).toContain('no threshold changes it: banned-url drops by itself')
  })

  test.each([
    {
      what: 'a banned word',
      text: 'buy CHEAP Followers today',
      flags: ['--banned.text=cheap followers,/foll?owers/,quiet'],
      says: 'without banned-text (10; off the list: cheap followers, /foll?owers/): 0, forwarded',
    },
    {
      what: 'the test string',
      text: TEST_STRING,
      flags: [],
      says: 'without test-string (10): 0, forwarded',
    },
  ])('$what', async ({ text, flags, says }) => {
    const { verdict, explanation } = await explain({ json: aCreate(aNote({ text })), flags })
    expect(verdict.action).toBe('drop')
    expect(explanation.wouldChange).toContain(says)
  })

  test('a hit less, with the composite that was made of it', async () => {
    const sure = { all: ['new-account', 'blank-profile'], score: 5, offence: true }
    const json = aCreate(aNote({ mentions: [ALICE] }))
    const asked = { json, documents: [blank] }
    const flags = [`--composites=${JSON.stringify({ 'young-and-blank': sure })}`]
    const { verdict, explanation } = await explain({ ...asked, flags })
    expect(verdict).toMatchObject({ action: 'drop', block: { by: 'rule:young-and-blank' } })
    expect(explanation.wouldChange).toContain(
      'without new-account (2.5), and so without young-and-blank (5): 2.5, forwarded',
    )
    expect(explanation.wouldChange).toContain('without young-and-blank (5): 5, forwarded')

    const shadow = { 'young-and-blank': { ...sure, shadow: true } }
    const tried = await explain({ ...asked, flags: [`--composites=${JSON.stringify(shadow)}`] })
    expect(tried.verdict.action).toBe('forward')
    expect(tried.explanation.wouldChange).toContain(
      'with young-and-blank counted (+5): 10, dropped',
    )
  })

  test('a shadow that counts, with the composite that it would complete', async () => {
    const sure = { 'young-and-blank': { all: ['new-account', 'blank-profile'], score: 1 } }
    const { explanation } = await explain({
      json: aCreate(aNote({ mentions: [ALICE] })),
      documents: [blank],
      flags: [`--composites=${JSON.stringify(sure)}`, '--rules.new-account.shadow=true'],
    })
    expect(explanation.wouldChange).toContain('with new-account counted (+2.5): 6, held')
  })

  test('a shadow that counts', async () => {
    const flags = ['--rules.mention-flood.shadow=true']
    const { verdict, explanation } = await explain({ json: flood(), documents: [blank], flags })
    expect(verdict).toMatchObject({ action: 'forward', score: 5 })
    expect(explanation.wouldChange).toContain('with mention-flood counted (+5): 10, dropped')
  })

  test('another threshold', async () => {
    const { verdict, explanation } = await explain({ json: flood(), documents: [hourOld] })
    expect(verdict).toMatchObject({ action: 'hold', score: 7.5 })
    expect(explanation.wouldChange).toContain(
      'with hold at 8: 7.5, forwarded; 2.5 short of being dropped (drop 10)',
    )
    expect(explanation.wouldChange).toContain(
      'were it dropped: would block remote.example (rule:mention-flood)',
    )
    const flags = ['--thresholds.hold=8']
    const other = await explain({ json: flood(), documents: [hourOld], flags })
    expect(other.verdict.action).toBe('forward')
  })

  test('a proof', async () => {
    const { verdict, explanation } = await explain({ json: raid, unproved: true })
    expect(verdict).toMatchObject({ action: 'drop', sender: { proof: 'missing' } })
    expect(verdict.block).toBeUndefined()
    expect(explanation.wouldChange).toContain('not a block: the author is not proved')
    expect(explanation.wouldChange).toContain(
      'were its author proved: 10, dropped; would block remote.example (rule:banned-url)',
    )
  })

  test('is no proof for what names nobody', async () => {
    const { actor: _, ...anonymous } = raid
    const { explanation } = await explain({ json: anonymous })
    expect(explanation.facts?.proof).toBe('invalid')
    expect(explanation.wouldChange).not.toContainEqual(expect.stringContaining('were its author'))
  })

  const far = aCreate(aNote({ text: 'https://raid.example/' }))
  test.each([
    { what: 'reach', json: far, flags: [], says: 'not a block: reached none of ours' },
    {
      what: 'the rule’s weight',
      json: raid,
      flags: ['--rules.banned-url.offence=false'],
      says: 'not a block: no rule that is an offence',
    },
    {
      what: 'protection',
      json: raid,
      flags: ['--blocks.protected=remote.example'],
      says: 'not a block: protected',
    },
    {
      what: 'trust',
      json: raid,
      flags: ['--standing.trusted=remote.example'],
      says: 'a notice, not a block: remote.example is trusted to deal with it',
    },
    {
      what: 'a dry run',
      json: raid,
      flags: ['--blocks.dryRun=true'],
      says: 'not a block: dry-run: remote.example would have been blocked',
    },
    {
      what: 'a cap of none',
      json: raid,
      flags: ['--blocks.maxPerHour=0'],
      says: 'not a block: the cap is none an hour (maxPerHour)',
    },
    {
      what: 'the number of authors',
      json: raid,
      flags: ['--blocks.minActors=3'],
      says: 'would block remote.example (rule:banned-url), once 3 of its authors offended (minActors)',
    },
  ])('says how $what bears on a block', async ({ json, flags, says }) => {
    const { explanation } = await explain({ json, flags })
    expect(explanation.wouldChange).toContain(says)
  })

  test('is a matter of the author’s age for a post of last week', async () => {
    const also = { published: new Date(NOW - 7 * 24 * HOUR).toISOString() }
    const json = aCreate(aNote({ text: 'https://raid.example/', mentions: [ALICE], also }))
    const { explanation } = await explain({ json })
    expect(explanation.wouldChange).toContain('not a block: older than 48 hours')
  })

  test('is noted to be without effect while the relay only observes', async () => {
    const { verdict, explanation } = await explain({ json: raid, flags: ['--mode=observe'] })
    const would = 'would block remote.example (rule:banned-url)'
    expect(verdict).toMatchObject({ action: 'drop', notes: ['observe', would] })
    expect(verdict.block).toBeUndefined()
    expect(explanation.wouldChange).toContain(`${would}, were the mode enforce`)
  })

  test.each([
    { flag: '--blocks.maxPerHour=0', says: /^not blocked: cap / },
    { flag: '--blocks.minActors=2', says: /^not blocked: too few authors / },
    { flag: '--blocks.dryRun=true', says: /^nothing: dry-run/ },
  ])('is no block that $flag would keep from being made', async ({ flag, says }) => {
    const { verdict } = await explain({ json: raid, flags: [flag] })
    expect(verdict).toMatchObject({ action: 'drop', notes: [expect.stringMatching(says)] })
    expect(verdict.block).toBeUndefined()
  })

  test('spares the open accounts from nothing that is banned', async () => {
    const flags = ['--instance.openAccounts=alice']
    const { verdict, explanation } = await explain({ json: raid, flags })
    expect(explanation.facts?.reach).toEqual({ ours: [ALICE], guarded: [], people: 1 })
    expect(verdict.action).toBe('drop')
  })
})
