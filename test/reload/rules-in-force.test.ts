// The rules of a running relay, over real files that an operator changes, breaks, replaces and mends.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { rereading } from '../../src/config/settings.ts'
import { loadConfig } from '../../src/config.ts'
import { openRules, type RulesInForce } from '../../src/reload/rules-in-force.ts'
import { ALICE, aCreate, aNote, factsOf } from '../support/build.ts'

const NEEDED = ['--instance.domain=home.example', '--instance.upstream=http://127.0.0.1:9']
const [INFO, WARN, ERROR] = [30, 40, 50]
const KEPT = 'what was in force stays in force'

describe('a list file', () => {
  test('is read again when it changes, without being asked', async () => {
    const bench = aBench({ list: ['spam.example'] })
    expect(bench.bans('https://raid.example/')).toBe(false)
    bench.write('list.txt', ['spam.example', 'raid.example'])
    await bench.until(() => bench.bans('https://raid.example/'))
    expect(bench.bans('https://spam.example/')).toBe(true)
    expect(bench.said(INFO)).toEqual([`read again: ${bench.list} (entries: 1 → 2)`])
  })

  test('is read again when another file takes its place', async () => {
    const bench = aBench({ list: ['spam.example'] })
    bench.write('new.txt', ['raid.example'])
    renameSync(bench.path('new.txt'), bench.list)
    await bench.until(() => bench.bans('https://raid.example/'))
    expect(bench.bans('https://spam.example/')).toBe(false)
  })

  test('may be wrong in places: each is named, the rest is in force from the start', () => {
    const bench = aBench({
      list: ['# ours', 'spam.example', '', 'not a host', '/(/', 'raid.example # of May'],
    })
    expect(bench.said(WARN)).toEqual([
      `${bench.list}, line 4: "not a host" is neither a host, a URL nor a /pattern/; the line is skipped`,
      `${bench.list}, line 5: "/(/" is no RE2 pattern: missing closing ): \`(\`; the line is skipped`,
    ])
    expect(bench.faults).toEqual(['list-line', 'list-line'])
    expect(bench.bans('https://spam.example/')).toBe(true)
    expect(bench.bans('https://raid.example/')).toBe(true)
  })

  test('is told of at most twenty times, then by a count; every line counts', () => {
    const bench = aBench({ list: [...Array(23).fill('no host'), 'spam.example'] })
    expect(bench.said(WARN)).toHaveLength(21)
    expect(bench.said(WARN).at(-1)).toBe(`${bench.list}: 3 more lines are skipped`)
    expect(bench.faults).toHaveLength(23)
    expect(bench.bans('https://spam.example/')).toBe(true)
  })

  test('does not repeat its mistakes when something else is read again', () => {
    const bench = aBench({ list: ['no host'], config: ['banned: { urls: [] }'] })
    expect(bench.said(WARN)).toHaveLength(1)
    bench.write('local.yaml', ['banned: { urls: [spam.example] }'])
    bench.rules.reload()
    expect(bench.bans('https://spam.example/')).toBe(true)
    expect(bench.said(WARN)).toHaveLength(1)
    expect(bench.faults).toHaveLength(1)
  })

  test('that cannot be read stops the start and is named', () => {
    const bench = () => aBench({ flags: ['--banned.files=/nowhere/list.txt'] })
    expect(bench).toThrow('banned.files: /nowhere/list.txt cannot be read: there is no such file')
  })

  test('that vanishes leaves its entries in force, until it is there again', async () => {
    const bench = aBench({ list: ['spam.example'] })
    rmSync(bench.list)
    bench.rules.reload()
    expect(bench.bans('https://spam.example/')).toBe(true)
    expect(bench.said(ERROR)).toEqual([
      `banned.files: ${bench.list} cannot be read: there is no such file; what it held stays in force (entries: 1)`,
    ])
    expect(bench.faults).toEqual(['list-file'])
    bench.write('list.txt', ['raid.example'])
    await bench.until(() => bench.bans('https://raid.example/'))
  })

  test('may be emptied, which is told', () => {
    const bench = aBench({ list: ['spam.example', 'raid.example'] })
    bench.write('list.txt', [])
    bench.rules.reload()
    expect(bench.bans('https://spam.example/')).toBe(false)
    expect(bench.said(WARN)).toEqual([`${bench.list} is empty now (entries: 2 → 0)`])
  })

  test.each<{ what: string; content: string | Buffer; says: string }>([
    {
      what: 'an error page',
      content: '<!doctype html>\n<title>502 Bad Gateway</title>\n',
      says: 'holds no entry: line 1: "<!doctype html>" is neither a host, a URL nor a /pattern/',
    },
    {
      what: 'another encoding',
      content: Buffer.from('\ufeffraid.example\n', 'utf16le'),
      says: 'is not UTF-8',
    },
    { what: 'no text', content: Buffer.from([0xff, 0xfe, 0x80, 0x0a]), says: 'is not UTF-8' },
    { what: 'a pattern for everything', content: '/.*/\n', says: '/.*/ matches every text' },
  ])(
    'that becomes $what leaves its entries in force, until it is one again',
    ({ content, says }) => {
      const bench = aBench({ list: ['spam.example'] })
      writeFileSync(bench.list, content)
      bench.rules.reload()
      expect(bench.bans('https://spam.example/')).toBe(true)
      expect(bench.said(ERROR)).toEqual([expect.stringContaining(says)])
      expect(bench.said(ERROR)[0]).toMatch(
        /^banned\.files: .*; what it held stays in force \(entries: 1\)$/,
      )
      expect(bench.faults).toEqual(['list-file'])
      bench.write('list.txt', ['# nothing any more'])
      bench.rules.reload()
      expect(bench.bans('https://spam.example/')).toBe(false)
    },
  )

  test('is watched from when the configuration names it, and need not be there by then', async () => {
    const bench = aBench({ config: ['banned: { files: [] }'] })
    bench.write('local.yaml', [
      `banned: { files: ["${bench.path('late.txt')}"], urls: [a.example] }`,
    ])
    bench.rules.reload()
    expect(bench.said(ERROR)).toEqual([
      `banned.files: ${bench.path('late.txt')} cannot be read: there is no such file; ${KEPT}`,
    ])
    expect(bench.bans('https://a.example/')).toBe(false)
    bench.write('late.txt', ['spam.example'])
    await bench.until(() => bench.bans('https://spam.example/'))
    expect(bench.bans('https://a.example/')).toBe(true)
    bench.write('late.txt', ['raid.example'])
    await bench.until(() => bench.bans('https://raid.example/'))
  })

  test('goes on being read while the configuration is refused', () => {
    const bench = aBench({ list: ['spam.example'], config: ['mode: enforce'] })
    bench.write('local.yaml', ['mode: ['])
    bench.write('list.txt', ['raid.example'])
    bench.rules.reload()
    expect(bench.said(ERROR)).toHaveLength(1)
    expect(bench.bans('https://raid.example/')).toBe(true)
  })
})

describe('the operator’s configuration', () => {
  test('changes weights, thresholds and bans together when it is saved', async () => {
    const bench = aBench({ config: ['thresholds: { hold: 6, drop: 10 }'] })
    expect(bench.flood()).toMatchObject({ score: 5, offence: true })
    const before = bench.rules.current()
    bench.write('local.yaml', [
      'thresholds: { hold: 3, drop: 9 }',
      'rules: { mention-flood: { score: 4, offence: false } }',
      'banned: { urls: [spam.example] }',
    ])
    await bench.until(() => bench.bans('https://spam.example/'))
    expect(bench.flood()).toMatchObject({ score: 4, offence: false })
    expect(bench.rules.current().thresholds).toEqual({ hold: 3, drop: 9 })
    expect(before).toMatchObject({ thresholds: { hold: 6, drop: 10 } })
    expect(bench.said(INFO)).toEqual([
      'read again: thresholds.hold, thresholds.drop, banned.urls, rules.mention-flood.score, rules.mention-flood.offence',
    ])
  })

  test.each<{ what: string; line: string; says: string }>([
    {
      what: 'a weight that is no number',
      line: 'rules: { bare-link: { score: x } }',
      says: 'rules.bare-link.score is no number (FILE, line 2)',
    },
    {
      what: 'an unknown rule',
      line: 'rules: { bare-lnk: {} }',
      says: 'rules.bare-lnk is no key of the configuration (FILE, line 2)',
    },
    {
      what: 'a pattern that is no RE2',
      line: 'banned: { urls: ["/(?<!no)/"] }',
      says: 'entry 1 of banned.urls is wrong: "/(?<!no)/" is no RE2 pattern: invalid named capture: `(?<!no)` (FILE, line 2)',
    },
    {
      what: 'thresholds the wrong way round',
      line: 'thresholds: { hold: 9, drop: 8 }',
      says: 'thresholds needs hold below drop (FILE, line 2)',
    },
    { what: 'broken YAML', line: 'rules: }', says: 'is no valid YAML' },
  ])('with $what is refused as a whole, and taken when it is mended', async ({ line, says }) => {
    const bench = aBench({ config: ['rules: { mention-flood: { score: 4 } }'] })
    bench.write('local.yaml', ['mode: enforce', line])
    await bench.until(() => bench.said(ERROR).length > 0)
    expect(bench.said(ERROR)[0]).toContain(says.replace('FILE', bench.path('local.yaml')))
    expect(bench.said(ERROR)[0]).toMatch(new RegExp(`^config: .*line 2\\)?.*; ${KEPT}$`))
    expect(bench.flood()).toMatchObject({ score: 4 })
    bench.write('local.yaml', ['rules: { mention-flood: { score: 3 } }'])
    await bench.until(() => bench.flood()?.score === 3)
    expect(bench.said(ERROR)).toHaveLength(1)
  })

  test('that says again what is in force mends a mistake, and that is told', async () => {
    const bench = aBench({ config: ['mode: enforce'] })
    bench.write('local.yaml', ['mode: ['])
    await bench.until(() => bench.said(ERROR).length === 1)
    bench.write('local.yaml', ['mode: enforce'])
    await bench.until(() => bench.said(INFO).length === 1)
    expect(bench.said(INFO)).toEqual(['read again: nothing changed'])
  })

  test('may be replaced by renaming', async () => {
    const bench = aBench({ config: ['rules: { mention-flood: { score: 4 } }'] })
    bench.write('next.yaml', ['rules: { mention-flood: { score: 3 } }'])
    renameSync(bench.path('next.yaml'), bench.path('local.yaml'))
    await bench.until(() => bench.flood()?.score === 3)
  })

  test('that vanishes is missed, and what it said stays in force', () => {
    const bench = aBench({ config: ['rules: { mention-flood: { score: 4 } }'] })
    rmSync(bench.path('local.yaml'))
    bench.rules.reload()
    expect(bench.said(ERROR)).toEqual([
      `config: ${bench.path('local.yaml')} cannot be read: there is no such file; ${KEPT}`,
    ])
    expect(bench.flood()).toMatchObject({ score: 4 })
  })

  test('names what only a new start can change, once', () => {
    const bench = aBench({ config: ['mode: enforce'] })
    bench.write('local.yaml', [
      'mode: observe',
      'listen: { port: 9000 }',
      'instance: { aliases: [web.example] }',
      'rules: { mention-flood: { score: 4 } }',
    ])
    bench.rules.reload()
    expect(bench.said(WARN)).toEqual([
      'mode, instance.aliases, listen.port: takes effect at the next start',
    ])
    expect(bench.flood()).toMatchObject({ score: 4 })
  })

  test('yields to flags at a reload as it did at the start', () => {
    const bench = aBench({ config: ['maxDeferrals: 1'], flags: ['--thresholds.drop=12'] })
    bench.write('local.yaml', ['thresholds: { hold: 5, drop: 9 }'])
    bench.rules.reload()
    expect(bench.rules.current().thresholds).toEqual({ hold: 5, drop: 12 })
  })
})

describe('the compiled lists', () => {
  const ruleOf = ({ rules }: Bench, wanted: string) =>
    rules.current().rules.rules.find(({ name }) => name === wanted)

  test('outlive a change of everything else', () => {
    const bench = aBench({ list: ['spam.example'], flags: ['--banned.text=free money'] })
    const before = [ruleOf(bench, 'banned-url'), ruleOf(bench, 'banned-text')]
    const { rules } = bench.rules.current()
    bench.write('local.yaml', [
      'thresholds: { hold: 3, drop: 9 }',
      'rules: { banned-url: { score: 7, shadow: true } }',
      'composites: { pair: { all: [banned-text, bare-link], score: 1 } }',
    ])
    bench.rules.reload()
    expect(bench.rules.current().rules).not.toBe(rules)
    expect([ruleOf(bench, 'banned-url'), ruleOf(bench, 'banned-text')]).toEqual(before)
    expect(ruleOf(bench, 'banned-url')).toBe(before[0])
    expect(ruleOf(bench, 'banned-text')).toBe(before[1])
    const note = aNote({ text: '<a href="https://spam.example/">free money</a>' })
    expect(hit(bench.rules, 'banned-url', note)).toMatchObject({ score: 7, shadow: true })
    expect(hit(bench.rules, 'banned-text', note)).toMatchObject({ shadow: false })
  })

  test('are made again for other entries alone', () => {
    const bench = aBench({ list: ['spam.example'], flags: ['--banned.text=free money'] })
    const before = [ruleOf(bench, 'banned-url'), ruleOf(bench, 'banned-text')]
    bench.write('list.txt', ['raid.example'])
    bench.rules.reload()
    expect(ruleOf(bench, 'banned-url')).not.toBe(before[0])
    expect(ruleOf(bench, 'banned-text')).toBe(before[1])
    expect(bench.bans('https://raid.example/')).toBe(true)
    expect(bench.bans('https://spam.example/')).toBe(false)
  })

  test('are parts of composites, and come first among the hits', () => {
    const sure = { all: ['banned-text', 'mention-flood'], score: 4 }
    const flags = ['--banned.text=free money', `--composites=${JSON.stringify({ pair: sure })}`]
    const { rules } = aBench({ flags }).rules.current()
    const note = aNote({ text: 'free money', mentions: [ALICE, ...crowd] })
    const names = rules.evaluate(factsOf(aCreate(note))).map(({ rule }) => rule)
    expect(names).toEqual(['banned-text', 'mention-flood', 'pair'])
  })
})

describe('a reload that the operator asks for', () => {
  test('is answered even when nothing changed, and changes nothing', () => {
    const bench = aBench({ list: ['spam.example'], config: ['mode: enforce'] })
    const before = bench.rules.current().rules
    bench.rules.reload()
    bench.rules.reload()
    expect(bench.said(INFO)).toEqual(['read again: nothing changed', 'read again: nothing changed'])
    expect(bench.rules.current().rules).toBe(before)
  })

  test('by a process that starts is silent where nothing changed, and takes what did', () => {
    const bench = aBench({ list: ['spam.example'], config: ['mode: enforce'] })
    bench.rules.look()
    expect(bench.said(INFO)).toEqual([])
    bench.write('list.txt', ['spam.example', 'other.example'])
    bench.rules.look()
    expect(bench.bans('https://other.example/')).toBe(true)
    expect(bench.said(INFO)).toHaveLength(1)
  })

  test('hears of a mistake each time', () => {
    const bench = aBench({ config: ['mode: enforce'] })
    bench.write('local.yaml', ['mode: sleep'])
    bench.rules.reload()
    bench.rules.reload()
    expect(bench.said(ERROR)).toHaveLength(2)
  })

  test('does nothing once the relay is closing', () => {
    const bench = aBench({ list: ['spam.example'] })
    bench.rules.close()
    bench.write('list.txt', ['raid.example'])
    bench.rules.reload()
    expect(bench.bans('https://raid.example/')).toBe(false)
    expect(bench.lines).toEqual([])
  })
})

interface Setup {
  /** Lines of a list file. */
  readonly list?: readonly string[]
  /** Lines of the operator's configuration. */
  readonly config?: readonly string[]
  readonly flags?: readonly string[]
}

interface Bench {
  readonly rules: RulesInForce
  readonly list: string
  readonly lines: { level: number; msg: string }[]
  readonly faults: string[]
  path(name: string): string
  write(name: string, lines: readonly string[]): void
  said(level: number): readonly string[]
  bans(url: string): boolean
  flood(): { readonly score: number; readonly offence: boolean } | undefined
  until(holds: () => boolean): Promise<void>
}

function aBench({ list, config = [], flags = [] }: Setup): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-rules-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = (name: string) => join(folder, name)
  const write = (name: string, lines: readonly string[]) =>
    writeFileSync(path(name), lines.map((line) => `${line}\n`).join(''))
  write('local.yaml', config)
  if (list) write('list.txt', list)
  const files = list ? [`--banned.files=${path('list.txt')}`] : []
  const rules = open([...NEEDED, `--config=${path('local.yaml')}`, ...files, ...flags])
  const lines = rules.lines
  return {
    ...rules,
    list: path('list.txt'),
    ...{ path, write },
    said: (level) => lines.filter((line) => line.level === level).map(({ msg }) => msg),
    bans: (url) =>
      hit(rules.rules, 'banned-url', aNote({ text: `<a href="${url}">x</a>` })) !== undefined,
    flood: () => hit(rules.rules, 'mention-flood', aNote({ mentions: [ALICE, ...crowd] })),
    until: (holds) =>
      vi.waitFor(() => expect(holds()).toBe(true), { timeout: 10_000, interval: 5 }),
  }
}

const crowd = Array.from({ length: 8 }, (_, each) => `https://s${each}.example/users/p`)

function open(flags: readonly string[]) {
  const loaded = loadConfig(flags)
  if (loaded.status === 'wrong') throw new Error(loaded.why)
  const lines: Bench['lines'] = []
  const faults: string[] = []
  const rules = openRules({
    config: loaded.config,
    settings: rereading(flags, loaded),
    log: pino({ level: 'debug' }, { write: (line) => lines.push(JSON.parse(line)) }),
    onFault: (what) => faults.push(what),
    lookEveryMs: 5,
  })
  onTestFinished(rules.close)
  return { rules, lines, faults }
}

function hit(rules: RulesInForce, rule: string, note: ReturnType<typeof aNote>) {
  const hits = rules.current().rules.evaluate(factsOf(aCreate(note)))
  return hits.find((each) => each.rule === rule)
}
