import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { loadConfig } from '../src/config.ts'

const needed = [
  '--instance.domain',
  'Example.Social',
  '--instance.upstream',
  'http://127.0.0.1:3000',
]

afterEach(() => vi.unstubAllEnvs())

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'sekisho-config-')), 'local.yaml')
  writeFileSync(file, text)
  return file
}

function configOf(...flags: string[]) {
  const loaded = loadConfig(['--config', fileWith(''), ...needed, ...flags])
  if (loaded.status === 'wrong') throw new Error(loaded.why)
  return loaded.config
}

function whyWrong(...flags: string[]): string {
  const loaded = loadConfig(flags)
  return loaded.status === 'wrong' ? loaded.why : 'nothing is wrong'
}

describe('configuration', () => {
  test('needs only the domain and the upstream', () => {
    const config = configOf()
    expect(config.instance.domain).toBe('example.social')
    expect(config.thresholds).toEqual({ hold: 6, drop: 10 })
    expect(config.signature.maxAge).toBe(65 * 60_000)
    expect(config.hold.after).toBe(30 * 60_000)
    expect(config.hold.then).toBe('forward')
  })

  test('lays file, environment and flags over one another, the last one winning', () => {
    const file = fileWith('listen: { port: 1001 }\nmaxDeferrals: 1\nblocks: { maxPerHour: 4 }\n')
    vi.stubEnv('SEKISHO_MAX_DEFERRALS', '2')
    vi.stubEnv('SEKISHO_BLOCKS_MAX_PER_HOUR', '5')
    const loaded = loadConfig(['--config', file, ...needed, '--blocks.maxPerHour=6'])
    expect(loaded).toMatchObject({
      status: 'loaded',
      config: { listen: { port: 1001 }, maxDeferrals: 2, blocks: { maxPerHour: 6, minActors: 1 } },
    })
  })

  test('reads lists and maps from flags', () => {
    const config = configOf(
      '--banned.urls',
      'discord.gg/ctkpaarr,*.spam.test',
      '--remote.overrides',
      '{ spam.test: "http://127.0.0.1:4001" }',
      '--listen.passthrough',
    )
    expect(config.banned.urls).toEqual(['discord.gg/ctkpaarr', '*.spam.test'])
    expect(config.remote.overrides).toEqual({ 'spam.test': 'http://127.0.0.1:4001' })
    expect(config.listen.passthrough).toBe(true)
  })

  test.each([
    { flags: [], says: 'config: instance.domain is missing' },
    { flags: ['--instance.domain', 'a.example'], says: 'config: instance.upstream is missing' },
    { flags: [...needed, '--instance.upstreem', 'x'], says: 'instance.upstreem is no key' },
    { flags: [...needed, '--listen.port', 'many'], says: 'config: listen.port' },
    { flags: [...needed, '--hold.after', '30 minutes'], says: 'config: hold.after is a duration' },
    { flags: [...needed, '--thresholds.hold', '11'], says: 'thresholds needs hold below drop' },
    { flags: [...needed, '--workers', '2'], says: 'config: workers above 1 needs' },
    { flags: [...needed, '--store', 'mysql://x'], says: 'config: store' },
    { flags: [...needed, '--rules', '{ mention-fluud: { score: 1 } }'], says: 'mention-fluud' },
    { flags: [...needed, 'start'], says: '"start" is no flag' },
    { flags: [...needed, '--config', '/nowhere.yaml'], says: '/nowhere.yaml cannot be read' },
  ])('says in one line that $says', ({ flags, says }) => {
    const why = whyWrong(...flags)
    expect(why).toContain(says)
    expect(why.split('\n')).toHaveLength(1)
  })

  test('names the file of an unknown key and of broken YAML', () => {
    const unknown = fileWith('instnace: { domain: a.example }\n')
    expect(whyWrong('--config', unknown, ...needed)).toBe(
      `config: instnace is no key of the configuration (${unknown})`,
    )
    const broken = fileWith('listen: { port: 1\n')
    expect(whyWrong('--config', broken, ...needed)).toContain(`${broken} is no valid YAML`)
  })

  test('refuses an environment variable that is no key', () => {
    vi.stubEnv('SEKISHO_LISTEN_PROT', '1')
    expect(whyWrong(...needed)).toContain('SEKISHO_LISTEN_PROT is no key')
  })
})
