import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config.ts'
import { readInboxFilterConfig } from '../../src/lists/inbox-filter-config.ts'
import { settingsAsYaml } from '../../src/lists/settings-yaml.ts'

const DIGEST = 'urXJYPJA5bNKV3jjQFUu2kyqG/u2c0XTFtNO0aZ8BN0'

const SAMPLE = `{
  // where it listens
  listenHost: "0.0.0.0",
  listenPort: 5555,
  redirectUrl: "https://instance.test:3000", // no slash at the end
  requestTimeoutMs: 30000,
  userAgent: 'Mozilla/5.0 (test)',
  mentionMin: 1,
  userNameLengthMin: 10,
  userNameLengthMax: 10,
  badImageDigest: [ "${DIGEST}", "${DIGEST}=", "short", ],
  badText: [
    "画像が貼れなかったのでメンションだけします",
    "https://荒らし.example/",
    "https://Raid.test/join",
    "https://raid.test/?code=1",
    "!!!",
    "/server/",
  ],
  skipImageDigest: ["${DIGEST}"],
  skipAcct: ["bot@friend.example"],
  skipDomain: ["Friend.Example", "friend.example", "big.test", "no domain"],
  skipInReplyTo: true,
  autoReport: { apiHost: "https://instance.test", accessToken: "SECRET", },
  colour: "red",
}`

function read(text: string) {
  const reading = readInboxFilterConfig(text)
  if (reading.status === 'unreadable') throw new Error(reading.why)
  return reading
}

function load(yaml: string) {
  const file = join(mkdtempSync(join(tmpdir(), 'sekisho-filter-')), 'local.yaml')
  writeFileSync(file, yaml)
  return loadConfig(['--config', file, '--instance.domain', 'instance.test'])
}

describe('the configuration of mastodonInboxFilter', () => {
  test('is taken over as far as it means something here', () => {
    expect(read(SAMPLE).settings).toEqual({
      instance: { upstream: 'https://instance.test:3000', timeout: '30s' },
      listen: { host: '0.0.0.0', port: 5555 },
      banned: {
        urls: ['xn--68j5e377y.example', 'raid.test/join', 'https://raid.test/?code=1'],
        text: ['画像が貼れなかったのでメンションだけします'],
      },
      blocks: { protected: ['friend.example', 'big.test'] },
    })
  })

  test('says of every other key what becomes of it, and shows no token', () => {
    const { notes } = read(SAMPLE)
    const all = notes.join('\n')
    const keys = Array.from(SAMPLE.matchAll(/^ {2}(\w+):/gm), ([, key]) => key!)
    const silent = ['listenPort', 'redirectUrl']
    for (const key of keys.filter((each) => !silent.includes(each))) expect(all).toContain(key)
    expect(all).toContain('instance.domain is needed')
    expect(all).toContain('"no domain" is no domain')
    expect(all).toContain('"!!!" has no letter')
    expect(all).toContain('"/server/" would be a pattern here')
    expect(all).toContain('colour is no key that is known')
    expect(all).not.toContain('SECRET')
  })

  test('names each picture by the digest that can be listed', () => {
    const hex = Buffer.from(DIGEST, 'base64').toString('hex')
    const notes = read(SAMPLE).notes.filter((note) => note.startsWith('badImageDigest'))
    expect(notes.filter((note) => note.includes(hex))).toHaveLength(2)
    expect(notes.filter((note) => note.includes('"short" is no SHA-256'))).toHaveLength(1)
  })

  test('becomes a file that the relay accepts, with the notes as comments', () => {
    const { settings, notes } = read(SAMPLE)
    const yaml = settingsAsYaml(settings, notes)
    expect(yaml.split('\n').filter((line) => line.startsWith('# - '))).toHaveLength(notes.length)
    expect(yaml).toContain('\n  # domain: example.social # required\n')
    expect(parse(yaml)).toEqual(settings)
    expect(load(yaml)).toMatchObject({
      status: 'loaded',
      config: {
        instance: { upstream: 'https://instance.test:3000', timeout: 30_000 },
        listen: { host: '0.0.0.0', port: 5555 },
        rules: { 'mention-flood': { minMentions: 5 } },
        blocks: { protected: ['friend.example', 'big.test'] },
      },
    })
  })

  test('raises the mentions that make a flood, and never lowers them', () => {
    const flood = (mentionMin: number) =>
      read(`{ redirectUrl: 'http://a.test', mentionMin: ${mentionMin} }`).settings.rules
    expect(flood(8)).toEqual({ 'mention-flood': { minMentions: 8 } })
    for (const few of [-1, 0, 1, 5, 6.5]) expect(flood(few)).toBeUndefined()
  })

  test.each([
    { text: '{}', says: 'redirectUrl names no server' },
    { text: '{ redirectUrl: "http://0.0.0.0" }', says: 'redirectUrl names no server' },
    { text: '{ redirectUrl: "ftp://a.test" }', says: 'redirectUrl names no server' },
    { text: '{ redirectUrl: "http://a.test/inbox" }', says: 'redirectUrl: its server was taken' },
    { text: '{ listenPort: 8421 }', says: 'listenPort 8421 is the admin listener’s here' },
    { text: '{ requestTimeoutMs: 5 }', says: 'requestTimeoutMs is no sensible limit' },
    { text: '{ "__proto__": 1 }', says: '__proto__ is no key that is known' },
    { text: '{ toString: 1 }', says: 'toString is no key that is known' },
  ])('notes what is odd in $text', ({ text, says }) => {
    expect(read(text).notes.some((note) => note.startsWith(says))).toBe(true)
  })

  test.each([
    { text: 'listenPort: 5555', why: /^it is no valid JSON5: invalid character 'l' at 1:1$/ },
    { text: '{ badText: [ "open" }', why: /^it is no valid JSON5/ },
    { text: '[1]', why: /^it holds no keys$/ },
    { text: '{ listenPort: "5555" }', why: /^listenPort is no / },
    { text: '{ badText: [1] }', why: /^badText\.0 is no text$/ },
    { text: ' '.repeat(1024 * 1024 + 1), why: /^it is longer than 1 MB$/ },
    { text: '['.repeat(200_000), why: /^it is no valid JSON5/ },
  ])('is refused: $why', ({ text, why }) => {
    const reading = readInboxFilterConfig(text)
    expect(reading.status === 'unreadable' && reading.why).toMatch(why)
  })

  test('never makes the reader throw, and what is read is always accepted', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.domain())
    const list = fc.option(fc.array(anyText, { maxLength: 4 }))
    const filter = fc.record(
      {
        redirectUrl: fc.oneof(anyText, fc.constant('http://127.0.0.1:3000')),
        listenPort: fc.constantFrom(5555, 8421),
        requestTimeoutMs: fc.oneof(
          fc.integer(),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
        ),
        mentionMin: fc.integer({ min: -5, max: 20 }),
        badText: list,
        badImageDigest: list,
        skipDomain: list,
        skipAcct: list,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(filter, (keys) => {
        const reading = readInboxFilterConfig(JSON.stringify(keys))
        if (reading.status === 'unreadable') throw new Error(reading.why)
        expect(reading.notes.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
        const settings = { instance: { upstream: 'http://127.0.0.1:3000' } }
        const yaml = settingsAsYaml({ ...settings, ...reading.settings }, reading.notes)
        const loaded = load(yaml)
        if (loaded.status === 'wrong' && !/instance.upstream is missing/.test(loaded.why)) {
          throw new Error(`${loaded.why}\n${yaml}`)
        }
      }),
      { numRuns: 30 },
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readInboxFilterConfig(`{ badText: [${text}] }`).status).toMatch(/^(un)?read/)
      }),
    )
  })
})
