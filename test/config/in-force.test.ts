// Which value counts, and where it stands.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { config } from '../../src/commands/config.ts'
import { commentsIn } from '../../src/config/yaml-comments.ts'
import { configSchema, loadConfig, settingsInForce } from '../../src/config.ts'
import { runCommand } from '../support/run-command.ts'

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'sekisho-config-')), 'own.yaml')
  writeFileSync(file, text)
  return file
}

const own = () =>
  fileWith(
    [
      'instance: { domain: home.example, upstream: "http://127.0.0.1:3000" }',
      'thresholds:',
      '  hold: 5',
      'store: redis://relay:hunter2@127.0.0.1:6379',
    ].join('\n'),
  )

afterEach(() => vi.unstubAllEnvs())

describe('config show', () => {
  test('names the file and line, the variable or the flag of each value', async () => {
    vi.stubEnv('SEKISHO_LISTEN_PORT', '9000')
    const file = own()
    const { code, out } = await runCommand(
      config,
      ...['show', '--origin', '--config', file, '--mode=observe'],
    )
    expect(code).toBe(0)
    expect(out).toContain(`thresholds.hold: 5  # ${file}, line 3\n`)
    expect(out).toMatch(/^thresholds\.drop: 10 {2}# .*config\/sekisho\.yaml, line \d+$/m)
    expect(out).toContain('listen.port: 9000  # environment SEKISHO_LISTEN_PORT\n')
    expect(out).toContain('mode: "observe"  # flag --mode\n')
  })

  test('masks secrets', async () => {
    const args = ['show', '--config', own(), '--instance.api.token', 'sesame-sesame']
    const { out } = await runCommand(config, ...args)
    expect(out).toContain('store: "redis://relay:***@127.0.0.1:6379"')
    expect(out).toContain('instance.api.token: "***"')
    expect(out).not.toMatch(/hunter2|sesame/)
  })

  test('masks secrets inside lists, in both forms', async () => {
    const lists = '[{ url: "https://u:hunter2@lists.example/a.csv", token: sesame, every: 1h }]'
    for (const form of ['--origin', '--json']) {
      const { out } = await runCommand(config, 'show', form, '--config', own(), '--lists', lists)
      expect(out).toContain('@lists.example/a.csv')
      expect(out).not.toMatch(/hunter2|sesame/)
    }
  })

  test('holds nothing that a terminal obeys, and as JSON says exactly what was there', async () => {
    const evil = 'a\u001b[2Jb\u009b2Jc\u202ed\ne'
    const args = ['--config', own(), '--statement.announcements', evil, '--origin']
    const { out: text } = await runCommand(config, 'show', ...args)
    const { out: json } = await runCommand(config, 'show', '--json', ...args)
    for (const out of [text, json]) expect(out).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
    const settings = json
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
    expect(settings).toContainEqual({
      key: 'statement.announcements',
      value: evil,
      place: 'flag --statement.announcements',
    })
  })

  test('ends with 2 and one sentence where a value is wrong', async () => {
    const { code, err } = await runCommand(config, 'show', '--config', own(), '--mode', 'fly')
    expect(code).toBe(2)
    expect(err).toBe('config: mode is none of enforce, observe (flag --mode)\n')
  })

  test('shows names with dots in them', async () => {
    const overrides = '{"spam.test":"http://127.0.0.1:1"}'
    const args = ['show', '--config', own(), '--remote.overrides', overrides]
    const { code, out } = await runCommand(config, ...args)
    expect(code).toBe(0)
    expect(out).toContain('remote.overrides.spam.test: "http://127.0.0.1:1"')
  })

  test('lists every key once', () => {
    const shown = settingsInForce(['--config', own()])
    if (shown.status === 'wrong') throw new Error(shown.why)
    const keys = shown.settings.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys).toContain('blocks.maxPerHour')
  })
})

describe('the schema for editors', () => {
  const schema = configSchema() as {
    properties: Record<string, { description?: string; properties?: Record<string, object> }>
  }

  test('is the one that is shipped: npm run -s sekisho -- config schema > config/sekisho.schema.json', () => {
    const shipped = new URL('../../config/sekisho.schema.json', import.meta.url)
    expect(JSON.parse(readFileSync(shipped, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)))
  })

  test('knows every key that the shipped file sets, and tells what most are for', () => {
    const text = readFileSync(new URL('../../config/sekisho.yaml', import.meta.url), 'utf8')
    const loaded = loadConfig(['--config', own()])
    if (loaded.status === 'wrong') throw new Error(loaded.why)
    expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(loaded.config).sort())
    expect(commentsIn(text).size).toBeGreaterThan(25)
    expect(schema.properties.mode!.description).toMatch(/^enforce: act on the verdicts/)
    expect(schema.properties.blocks!.properties!.dryRun).toMatchObject({
      type: 'boolean',
      description: expect.stringContaining('block none'),
    })
  })
})
