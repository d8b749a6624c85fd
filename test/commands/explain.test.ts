// What a server gets for an offence depends on what is known of it: a running relay knows, the command alone does not.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { explain } from '../../src/commands/explain.ts'
import { ALICE, aCreate, aNote, HOME } from '../support/build.ts'
import { describedAs } from '../support/described.ts'
import { runCommand } from '../support/run-command.ts'
import { startWorld, type World } from '../support/world.ts'

const EMPTY = new URL('../support/empty.yaml', import.meta.url).pathname
const BANNED = '--banned.urls=raid.example/join'
const raid = aCreate(
  aNote({
    ...{ text: 'https://raid.example/join', mentions: [ALICE] },
    also: { published: new Date().toISOString() },
  }),
)
const KNOWN = 'it says that 600 people are active'
const NOTICE = expect.stringMatching(`^notice: ${KNOWN}; `)
const NO_BLOCK = expect.stringMatching(`^a notice, not a block: ${KNOWN}; `)
const BLOCK = 'would block remote.example (rule:banned-url)'

let world: World | undefined
afterEach(() => world?.close())

async function askRelay(flags: readonly string[] = []) {
  const documents = describedAs('remote.example', 600)
  world = await startWorld({ domain: HOME, flags: [BANNED, ...flags], documents })
  const { json: stranger } = await world.api('POST', '/api/explain', { activity: raid })
  expect(world.asked).toEqual([])
  await world.api('GET', '/api/domains/remote.example')
  const { json: known } = await world.api('POST', '/api/explain', { activity: raid })
  return { stranger, known }
}

async function askAlone(...flags: string[]) {
  const file = join(mkdtempSync(join(tmpdir(), 'sekisho-explain-')), 'post.json')
  writeFileSync(file, JSON.stringify(raid))
  const base = ['--config', EMPTY, '--instance.domain', HOME, BANNED, ...flags]
  const { code, out } = await runCommand(explain, file, '--json', ...base)
  expect(code).toBe(0)
  const { explanation, ...verdict } = JSON.parse(out)
  return { verdict, explanation }
}

test('by a running relay an offence leads to the notice that its standing earns', async () => {
  const { stranger, known } = await askRelay()
  expect(stranger.verdict.block).toEqual({ domain: 'remote.example', by: 'rule:banned-url' })
  expect(stranger.explanation.wouldChange).toContain(BLOCK)
  expect(known.verdict).toMatchObject({ action: 'drop', notes: [NOTICE] })
  expect(known.verdict.block).toBeUndefined()
  expect(known.explanation.wouldChange).toContainEqual(NO_BLOCK)
  expect(known.explanation.wouldChange).not.toContain(BLOCK)
})

test('by the command alone the same offence leads to a block', async () => {
  const { verdict, explanation } = await askAlone()
  expect(verdict.block).toEqual({ domain: 'remote.example', by: 'rule:banned-url' })
  expect(explanation.wouldChange).toContain(BLOCK)
})

test.each([
  { flag: '--mode=observe', note: `would give notice to remote.example: ${KNOWN}` },
  {
    flag: '--blocks.dryRun',
    note: `nothing: dry-run: would give notice to remote.example: ${KNOWN}`,
  },
])('by a running relay with $flag it says that notice would be given', async ({ flag, note }) => {
  const { known } = await askRelay([flag])
  expect(known.verdict.notes.join()).toContain(note)
})
