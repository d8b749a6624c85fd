import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../src/verdict.ts'
import { ALICE, aCreate, aNote, anActor, BOB, HOME } from './support/build.ts'

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

const raid = aCreate(aNote({ text: 'come to https://raid.example/ now', mentions: [ALICE] }))

describe('explain', () => {
  test('prints one verdict a line, in the order of the files', () => {
    const recorded = new URL('deliveries/misskey-to-gts-create-note-1.json', import.meta.url)
    const { stdout, status } = run([recorded.pathname, fileWith(raid), '--json', ...base])
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

  test('says in words which rule matched what, and what would be blocked', () => {
    const { stdout } = run(['-', '--now', '2026-11-22T12:00:00Z', ...base], JSON.stringify(raid))
    expect(stdout).toContain('drop, score 10')
    expect(stdout).toContain('raid.example in object.content')
    expect(stdout).toContain('would block remote.example (rule:banned-url)')
  })

  test('would block nobody for what nobody proved', () => {
    const { stdout } = run([fileWith(raid), '--unproved', '--json', ...base])
    const verdict = JSON.parse(stdout) as Verdict
    expect(verdict).toMatchObject({ action: 'drop', sender: { proof: 'missing' } })
    expect(verdict.block).toBeUndefined()
  })

  test('takes the author’s profile from a file', () => {
    const post = fileWith(aCreate(aNote({ mentions: [ALICE] })))
    const actor = fileWith(anActor({ published: '2026-11-22T11:00:00Z' }))
    const args = [post, '--json', '--actor', actor, '--now', '2026-11-22T12:00:00Z', ...base]
    const { hits } = JSON.parse(run(args).stdout) as Verdict
    expect(hits).toMatchObject([{ rule: 'new-account', why: expect.stringContaining('1 h old') }])
    expect(anActor().id).toBe(BOB)
  })

  test.each([
    { what: 'no file', args: base, says: 'explain needs a file' },
    {
      what: 'a missing file',
      args: ['nowhere.json', ...base],
      says: 'nowhere.json cannot be read',
    },
    { what: 'a wrong time', args: ['-', '--now', 'soon', ...base], says: '--now soon is no time' },
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

  test('refuses what is no activity as the inbox would', () => {
    const { stdout } = run(['-', '--json', ...base], '{"type":')
    expect(JSON.parse(stdout)).toMatchObject({ action: 'refuse', error: 'activity-malformed' })
  })
})
