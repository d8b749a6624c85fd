import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { unreadable } from '../src/config/unreadable.ts'
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
    {
      flags: [...needed, '--contact.emails', 'a@b.example,root'],
      says: 'entry 2 of contact.emails',
    },
    { flags: [...needed, '--contact.emails', 'root@localhost'], says: 'not "root@localhost"' },
    {
      flags: [...needed, '--contact.emails', 'a b@c.example'],
      says: 'is an e-mail address such as',
    },
    {
      flags: [
        ...needed,
        '--contact.emails=a@b.example',
        '--contact.inquiryUrl=https://x.example/?a%40b.example',
      ],
      says: 'contact.inquiryUrl holds an address of contact.emails',
    },
    { flags: [...needed, 'start'], says: '"start" is no flag' },
    {
      flags: [...needed, '--config', '/nowhere.yaml'],
      says: '/nowhere.yaml cannot be read: there is no such file',
    },
    { flags: [...needed, '--config', '/'], says: '/ cannot be read: it is a folder' },
    { flags: [...needed, '--config'], says: 'config: --config needs a value' },
    { flags: ['--config', ...needed], says: 'config: --config needs a value' },
    { flags: [...needed, '--config='], says: 'config: --config needs a value' },
    { flags: [...needed, '--bogus'], says: 'config: bogus is no key of the configuration (flag' },
    { flags: ['--listen.prot', ...needed], says: 'listen.prot is no key of the configuration' },
    { flags: [...needed, '--signature.maxAge=0s'], says: 'signature.maxAge is at least 1m (flag' },
    ...['no host', 'http://127.0.0.1', '127.0.0.1:80', '999.0.0.1', '[::1]', ''].map((host) => ({
      flags: [...needed, `--listen.host=${host}`],
      says: `listen.host is an address such as 127.0.0.1 or ::, or a name, not "${host}" (flag`,
    })),
    { flags: [...needed, '--admin.host=-x'], says: 'admin.host is an address such as' },
    { flags: [...needed, '--store'], says: 'config: --store needs a value' },
    { flags: [...needed, '--banned'], says: 'config: --banned needs a value' },
    {
      flags: [...needed, '--rules.mention-flood.score'],
      says: 'config: --rules.mention-flood.score needs a value',
    },
    {
      flags: [...needed, '--rules', '{ __proto__: { x: 1 } }'],
      says: 'rules.__proto__ is no key of the configuration (flag --rules)',
    },
    {
      flags: [...needed, '--rules.__proto__.x=1', '--rules.bare-link.score=3'],
      says: 'rules.__proto__ is no key of the configuration (flag --rules.__proto__.x)',
    },
  ])('says in one line that $says', ({ flags, says }) => {
    const why = whyWrong(...flags)
    expect(why).toContain(says)
    expect(why.split('\n')).toHaveLength(1)
  })

  test.each<{ lines: string[]; says: string }>([
    { lines: ['', 'instnace: {}'], says: 'instnace is no key of the configuration (FILE, line 2)' },
    {
      lines: ['rules:', '  # by hand', '  mention-flood:', '    score: many'],
      says: 'rules.mention-flood.score is no number (FILE, line 4)',
    },
    {
      lines: ['rules: { mention-flood: { score: -1 } }'],
      says: 'rules.mention-flood.score is below 0 (FILE, line 1)',
    },
    {
      lines: ['rules:', '  mention-flood: { scor: 1 }'],
      says: 'rules.mention-flood.scor is no key of the configuration (FILE, line 2)',
    },
    {
      lines: ['composites:', '  throwaway:', '    all: [bare-link]'],
      says: 'composites.throwaway.score is missing (FILE, line 2)',
    },
    {
      lines: ['composites:', `  ${'a'.repeat(65)}: { all: [bare-link], score: 4 }`],
      says: `composites.${'a'.repeat(65)} is longer than 64 characters (FILE, line 2)`,
    },
    { lines: ['thresholds: { hold: 0 }'], says: 'thresholds.hold is not above 0 (FILE, line 1)' },
    { lines: ['mode: enforced'], says: 'mode is none of enforce, observe (FILE, line 1)' },
    {
      lines: ['blocks:', '  dryRun: perhaps'],
      says: 'blocks.dryRun is neither true nor false (FILE, line 2)',
    },
    { lines: ['workers: 65'], says: 'workers is above 64 (FILE, line 1)' },
    { lines: ['workers: 1.5'], says: 'workers is no whole number (FILE, line 1)' },
    { lines: ['data: ""'], says: 'data is empty (FILE, line 1)' },
    { lines: ['mode: observe', 'banned:'], says: 'banned is empty (FILE, line 2)' },
    { lines: ['banned: none'], says: 'banned holds no keys (FILE, line 1)' },
    {
      lines: ['hold:', '  after: 30'],
      says: 'hold.after is a duration such as 90s, 10m, 24h or 30d (FILE, line 2)',
    },
    {
      lines: ['thresholds:', '  drop: 3'],
      says: 'thresholds needs hold below drop (FILE, line 1)',
    },
    {
      lines: ['banned:', '  urls:', '    - spam.example', '    - https:// no', '    - /ok/'],
      says: 'entry 2 of banned.urls is wrong: "https:// no" is neither a host, a URL nor a /pattern/ (FILE, line 4)',
    },
    {
      lines: ['banned:', '  urls: [', '    spam.example,', '    /(/', '  ]'],
      says: 'entry 2 of banned.urls is wrong: "/(/" is no RE2 pattern: missing closing ): `(` (FILE, line 4)',
    },
    {
      lines: ['banned:', '  urls: [spam.example, /.*/]'],
      says: 'entry 2 of banned.urls is wrong: /.*/ matches every text (FILE, line 2)',
    },
    {
      lines: ['mode: observe', '__proto__: { x: 1 }'],
      says: '__proto__ is no key of the configuration (FILE, line 2)',
    },
    {
      lines: ['composites:', '  __proto__: { all: [bare-link], score: 4 }'],
      says: 'composites.__proto__ is no key of the configuration (FILE, line 2)',
    },
    {
      lines: ['lists:', '  - name: x', '    __proto__: {}'],
      says: 'lists.0.__proto__ is no key of the configuration (FILE, line 3)',
    },
    {
      lines: ['banned:', '  text:', '    - free money', '    - /(?=no)/'],
      says: 'entry 2 of banned.text is wrong: /(?=no)/ is no regular expression: invalid or unsupported Perl syntax: `(?=` (FILE, line 4)',
    },
    {
      lines: ['banned:', '  text: [money, 1000]'],
      says: 'entry 2 of banned.text is no text (FILE, line 2)',
    },
    {
      lines: ['composites:', '  # three signs', '  throwaway: { all: [bare-lnk], score: 4 }'],
      says: 'composites.throwaway is wrong: "bare-lnk" is no rule (FILE, line 3)',
    },
    {
      lines: [
        'composites:',
        '  good-one: { all: [bare-link], score: 4 }',
        '  bare-link: { all: [bare-link], score: 4 }',
      ],
      says: 'composites.bare-link is wrong: a rule has that name (FILE, line 3)',
    },
    {
      lines: ['composites:', '  Two Words: { all: [bare-link], score: 4 }'],
      says: 'composites.Two Words is no name such as young-and-blank (FILE, line 2)',
    },
    {
      lines: [
        'standing:',
        '  trusted: &known',
        '    - good.example',
        '    - "a b"',
        'blocks: { protected: *known }',
      ],
      says: 'entry 2 of blocks.protected is a domain such as example.social, not "a b" (FILE, line 4)',
    },
    {
      lines: ['listen:', '  trustedProxies: ["::1", nearby]'],
      says: 'entry 2 of listen.trustedProxies is neither an address nor a CIDR range (FILE, line 2)',
    },
    {
      lines: ['remote:', '  overrides:', '    spam.test: nowhere'],
      says: 'remote.overrides.spam.test is an http or https URL (FILE, line 3)',
    },
    {
      lines: ['remote:', '  overrides:', '    "a b": "http://127.0.0.1:1"'],
      says: 'remote.overrides.a b is a domain such as example.social, not "a b" (FILE, line 3)',
    },
  ])('names key, file and line: $says', ({ lines, says }) => {
    const file = fileWith(lines.join('\n'))
    expect(whyWrong('--config', file, ...needed)).toBe(`config: ${says.replace('FILE', file)}`)
  })

  test.each<{ what: string; lines: string[]; line: number }>([
    { what: 'a bracket left open', lines: ['mode: observe', 'listen: { port: 1'], line: 3 },
    {
      what: 'a key that comes twice',
      lines: ['mode: observe', 'workers: 1', 'mode: enforce'],
      line: 3,
    },
    { what: 'a tab as indentation', lines: ['listen:', '\tport: 1'], line: 2 },
    { what: 'two documents', lines: ['mode: observe', '---', 'workers: 1'], line: 2 },
  ])('names file and line of broken YAML: $what', ({ lines, line }) => {
    const file = fileWith(`${lines.join('\n')}\n`)
    const why = whyWrong('--config', file, ...needed)
    expect(why).toMatch(/^config: \S+ is no valid YAML: [^\n]+ \(line \d+\)$/)
    expect(why).toContain(file)
    expect(why).toMatch(new RegExp(`\\(line ${line}\\)$`))
  })

  test('says that an entry with an asterisk must stand in quotes', () => {
    const file = fileWith('banned:\n  urls:\n    - spam.example\n    - *.spam.example\n')
    expect(whyWrong('--config', file, ...needed)).toBe(
      `config: ${file} is no valid YAML: *.spam.example must stand in quotes (line 4)`,
    )
  })

  test('refuses aliases that stand for more than any memory holds, and names the file', () => {
    const levels = Array.from({ length: 20 }, (_, at) => {
      const below = at === 0 ? 'x' : `*l${at - 1}`
      return `  - &l${at} [${Array(9).fill(below).join(', ')}]`
    })
    const file = fileWith(['lists:', ...levels, ''].join('\n'))
    expect(whyWrong('--config', file, ...needed)).toMatch(
      /^config: \S+local\.yaml is no valid YAML: Excessive alias count[^\n]+ \(line 21\)$/,
    )
  })

  test.each([
    { code: 'EACCES', says: 'it may not be read by this user' },
    { code: 'ENOTDIR', says: 'there is no such file' },
    { code: 'EIO', says: 'EIO' },
  ])('says of $code that $says', ({ code, says }) => {
    const cause = Object.assign(new Error('no'), { code })
    expect(unreadable('list.txt', cause)).toBe(`list.txt cannot be read: ${says}`)
  })

  test('tells a file in the working folder by its short name', () => {
    const file = 'test/support/empty.yaml'
    const absolute = new URL('support/empty.yaml', import.meta.url).pathname
    expect(whyWrong('--config', absolute, ...needed, '--mode', 'x')).toContain('mode is none of')
    expect(whyWrong('--config', `${absolute}.no`, ...needed)).toBe(
      `config: ${file}.no cannot be read: there is no such file`,
    )
  })

  test('names the flag or the variable that a value came from', () => {
    const file = fileWith('thresholds: { hold: 1 }')
    vi.stubEnv('SEKISHO_RULES', '{ mention-flood: { score: x } }')
    const why = (...flags: string[]) => whyWrong('--config', file, ...needed, ...flags)
    expect(why()).toBe('config: rules.mention-flood.score is no number (environment SEKISHO_RULES)')
    expect(why('--rules.mention-flood.score=y')).toBe(
      'config: rules.mention-flood.score is no number (flag --rules.mention-flood.score)',
    )
    expect(why('--rules.mention-flood.score=3', '--thresholds.drop=0.5')).toBe(
      'config: thresholds needs hold below drop (flag --thresholds.drop)',
    )
    expect(why('--rules.mention-flood.score=3', '--banned.urls=a b,spam.example')).toBe(
      'config: entry 1 of banned.urls is wrong: "a b" is neither a host, a URL nor a /pattern/ (flag --banned.urls)',
    )
  })

  test('takes an empty variable for an empty list', () => {
    vi.stubEnv('SEKISHO_BANNED_URLS', '')
    expect(configOf().banned.urls).toEqual([])
  })

  test('refuses an environment variable that is no key', () => {
    vi.stubEnv('SEKISHO_LISTEN_PROT', '1')
    expect(whyWrong(...needed)).toContain('SEKISHO_LISTEN_PROT is no key')
  })
})
