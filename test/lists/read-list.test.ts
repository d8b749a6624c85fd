import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIST_FORMATS, type ListFormat, readBlockList } from '../../src/lists/read-list.ts'

function read(text: string, format?: ListFormat) {
  const reading = readBlockList(text, format === undefined ? {} : { format })
  if (reading.status === 'unreadable') throw new Error(reading.why)
  return reading
}

function whyUnreadable(text: string, format?: ListFormat): string {
  const reading = readBlockList(text, format === undefined ? {} : { format })
  return reading.status === 'unreadable' ? reading.why : 'it was read'
}

function domainsIn(text: string, format?: ListFormat): string[] {
  return read(text, format).entries.map(({ domain }) => domain)
}

function skippedIn(text: string, format?: ListFormat): string[] {
  return read(text, format).skipped.map(({ line, why }) => `${line}: ${why}`)
}

const MASTODON = [
  '#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate',
  'spam.example,suspend,true,true,"Spam, waves of it",false',
  'loud.example,silence,false,false,Too loud,false',
  'pictures.example,noop,true,false,,false',
  'quiet.example,noop,false,false,,false',
  'raid.test,suspend,false,false,"They say ""no"",',
  'twice",true',
  '',
  'Spam.Example,suspend,true,true,again,false',
].join('\r\n')

describe('a Mastodon list', () => {
  test('is recognised, and only what is suspended becomes a block', () => {
    expect(read(`\ufeff${MASTODON}`)).toEqual({
      status: 'read',
      format: 'mastodon',
      entries: [
        { domain: 'spam.example', scope: 'subtree', reason: 'Spam, waves of it' },
        { domain: 'raid.test', scope: 'subtree', reason: 'They say "no", twice' },
      ],
      skipped: [
        {
          line: 3,
          text: 'loud.example,silence,false,false,Too loud,false',
          why: 'severity silence is no full block',
        },
        {
          line: 4,
          text: 'pictures.example,noop,true,false,,false',
          why: 'only media is rejected (severity noop)',
        },
        {
          line: 5,
          text: 'quiet.example,noop,false,false,,false',
          why: 'severity noop is no full block',
        },
        {
          line: 9,
          text: 'Spam.Example,suspend,true,true,again,false',
          why: 'spam.example is listed already, at 2',
        },
      ],
    })
  })

  test('is read by the names of its columns, with or without #, in any order', () => {
    const text = 'public_comment,severity,domain\nspam,suspend,a.example\n,silence,b.example\n'
    for (const list of [text, text.replaceAll(/(public|severity|domain)/g, '#$1')]) {
      expect(read(list, 'mastodon')).toMatchObject({
        entries: [{ domain: 'a.example', reason: 'spam' }],
        skipped: [{ line: 3 }],
      })
    }
  })

  test('may name domains alone, as older ones do', () => {
    expect(domainsIn('#domain\na.example\nb.example\n')).toEqual(['a.example', 'b.example'])
    expect(domainsIn('a.example\nb.example\n', 'mastodon')).toEqual(['a.example', 'b.example'])
  })

  test('without a header has its columns in Mastodon’s order: no silence becomes a block', () => {
    const text = '# from a friend\na.example,suspend,true\nb.example,silence,true\nc.example,spam\n'
    expect(read(text)).toMatchObject({ format: 'mastodon', entries: [{ domain: 'a.example' }] })
    expect(skippedIn(text)).toEqual([
      '1: this is no domain name',
      '3: severity silence is no full block',
      '4: severity spam is no full block',
    ])
  })

  test('blocks where the severity is left empty, as Mastodon’s own import does', () => {
    expect(domainsIn('#domain,#severity\na.example,\nb.example\n')).toEqual([
      'a.example',
      'b.example',
    ])
  })

  test('holds quotes that stand in the middle of a comment', () => {
    const text = '#domain,#severity,#public_comment\na.example,suspend,the "good" ones\n'
    expect(read(text).entries).toMatchObject([{ reason: 'the "good" ones' }])
  })

  test('is refused with its line where a quote is never closed', () => {
    const text = `${MASTODON}\r\nc.example,suspend,true,true,"open,false\r\nd.example,suspend\r\n`
    expect(whyUnreadable(text)).toBe(
      'the entry at line 10 is too long, or a quote in it is never closed',
    )
  })
})

describe('a GoToSocial list', () => {
  test('is JSON, with comments in public and in private', () => {
    const text = JSON.stringify([
      { domain: 'spam.example', public_comment: 'Spam', obfuscate: true },
      { domain: 'raid.test', private_comment: 'seen on 18 February', id: '01ABC' },
      { domain: 'loud.example', severity: 'silence', comment: 'loud' },
      { domain: 'cut.example', severity: 'suspend', comment: 'cut off' },
      { domain: 'old.example', silenced_at: '2024-02-18T00:00:00Z' },
      { domain: 'good.example', permission_type: 'allow' },
      { domain: 'ex***le.test', obfuscate: true },
      { domain: 7 },
      'bare.example',
      { domain: 'SPAM.example' },
    ])
    const reading = read(text)
    expect(reading).toMatchObject({
      format: 'gotosocial',
      entries: [
        { domain: 'spam.example', reason: 'Spam' },
        { domain: 'raid.test', reason: '', note: 'seen on 18 February' },
        { domain: 'cut.example', reason: 'cut off' },
      ],
    })
    expect(reading.skipped[0]?.text).toContain('"loud.example"')
    expect(skippedIn(text)).toEqual([
      '3: severity silence is no full block',
      '5: severity silence is no full block',
      '6: this entry allows the domain',
      '7: the name is obfuscated',
      '8: no domain is given',
      '9: this is no object with a domain',
      '10: spam.example is listed already, at 1',
    ])
  })

  test('may be its CSV', () => {
    expect(read(MASTODON, 'gotosocial')).toMatchObject({
      format: 'gotosocial',
      entries: [{ domain: 'spam.example' }, { domain: 'raid.test' }],
    })
  })

  test.each([
    { text: '[{"domain":"a.example"},', why: /^it is no valid JSON: / },
    { text: '{"domain":"a.example"}', why: 'its JSON is no array of blocks' },
    { text: '[{"a":'.repeat(500_000), why: 'its JSON is nested deeper than any list of blocks' },
  ])('is refused for $why', ({ text, why }) => {
    expect(whyUnreadable(text)).toMatch(why)
  })
})

describe('a FediBlockHole list', () => {
  const text = [
    'domain,severity,public_comment,private_comment,reject_media,reject_reports,obfuscate',
    'spam.example,suspend,Spam,from three lists,True,True,False',
    'loud.example,silence,,,False,False,False',
    'left.example,,,,False,False,False',
    'back.example,retracted,,,False,False,False',
    'media.example,noop,,,True,False,False',
  ].join('\n')

  test('is recognised by its header and keeps both comments', () => {
    expect(read(text)).toMatchObject({
      format: 'fediblockhole',
      entries: [{ domain: 'spam.example', reason: 'Spam', note: 'from three lists' }],
    })
    expect(domainsIn('"domain","severity"\n"a.example","suspend"')).toEqual(['a.example'])
  })

  test('blocks nothing that it does not suspend: an empty severity means noop there', () => {
    expect(skippedIn(text)).toEqual([
      '3: severity silence is no full block',
      '4: severity noop is no full block',
      '5: severity retracted is no full block',
      '6: only media is rejected (severity noop)',
    ])
  })

  test('is refused without a header', () => {
    expect(whyUnreadable('spam.example,suspend\n', 'fediblockhole')).toContain('"domain"')
  })
})

describe('lists of bare domains', () => {
  test('hold comments, wildcards and any line ends', () => {
    const text =
      '# spam waves\r\nspam.example # raid, February\n*.raid.test\r\r\n  荒らし.example  \na#b.example\n'
    expect(read(text)).toEqual({
      status: 'read',
      format: 'plain',
      entries: [
        { domain: 'spam.example', scope: 'subtree', reason: 'raid, February' },
        { domain: 'raid.test', scope: 'subtree', reason: '' },
        { domain: 'xn--68j5e377y.example', scope: 'subtree', reason: '' },
      ],
      skipped: [{ line: 6, text: 'a#b.example', why: 'this is no domain name' }],
    })
  })

  test('have no comments where they are Misskey’s', () => {
    const text = 'Spam.Example\n\nraid.test\n# note\n'
    expect(domainsIn(text, 'misskey')).toEqual(['spam.example', 'raid.test'])
    expect(skippedIn(text, 'misskey')).toEqual(['4: this is no domain name'])
  })

  test.each([
    { name: 'ba******le.test', why: 'the name is obfuscated' },
    { name: 'a'.repeat(64), why: 'the name is hashed' },
    { name: `sha256:${'0f'.repeat(32)}`, why: 'the name is hashed' },
    { name: '192.0.2.7', why: 'this is an address, not a domain' },
    { name: '0x7f.1', why: 'this is an address, not a domain' },
    { name: '2001:db8::1', why: 'this is an address, not a domain' },
    { name: '[2001:db8::1]', why: 'this is an address, not a domain' },
    { name: '192.0.2.0/24', why: 'this is no domain name' },
    { name: 'https://spam.example/', why: 'this is no domain name' },
    { name: '@user@spam.example', why: 'this is no domain name' },
    { name: '*.', why: 'no domain is given' },
    { name: `${'a.'.repeat(5_000)}example`, why: 'this is no domain name' },
    {
      name: 'co.jp',
      why: 'co.jp is a public suffix: its block would hit everybody who has a name under it.',
    },
    {
      name: '*.com',
      why: 'com is a public suffix: its block would hit everybody who has a name under it.',
    },
  ])('skip $name: $why', ({ name, why }) => {
    for (const format of ['plain', 'misskey', 'mastodon'] as const) {
      expect(skippedIn(`good.example\n${name}\n`, format)).toEqual([`2: ${why}`])
    }
  })
})

describe('what strangers write', () => {
  test('is shown on one line, without what a terminal obeys, and cut', () => {
    const list = `#domain,#public_comment\na.example,"one\n two\u001b[2J"\nb.example,${'x'.repeat(3_000)}\n`
    const [first, second] = read(list).entries
    expect(first?.reason).toBe('one two\ufffd[2J')
    expect(second?.reason).toBe(`${'x'.repeat(2_000)}…`)
    const [skipped] = read(`\u001b[31m${'y'.repeat(3_000)}`, 'plain').skipped
    expect(skipped?.text).toBe(`\ufffd[31m${'y'.repeat(195)}…`)
  })

  test.each([
    { what: 'a web page', text: '\n<!DOCTYPE html><html>', why: 'it is a web page, not a list' },
    { what: 'NULs', text: 'a\0b.example', why: 'it holds NUL characters: it is no text in UTF-8' },
    {
      what: 'an endless list',
      text: '!\n'.repeat(1_000_001),
      why: 'it holds more than 1,000,000 entries',
    },
    { what: 'too much', text: ' '.repeat(64 * 1024 * 1024 + 1), why: 'it is longer than 64 MB' },
  ])('is refused where it is $what', ({ text, why }) => {
    expect(whyUnreadable(text)).toBe(why)
  })

  test.each(LIST_FORMATS)('of two million characters in one line is no block for %s', (format) => {
    for (const letter of ['a', '"', '#', '[', '.', 'a,']) {
      const reading = readBlockList(letter.repeat(2_000_000 / letter.length), { format })
      if (reading.status === 'read') expect(reading.entries).toEqual([])
      else expect(reading.why).toMatch(/^(the|its|it) /)
    }
  })

  test('never makes a reader throw, is told safely, and gives no domain twice', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.domain(),
      fc.constantFrom(
        ',',
        '"',
        '\n',
        '\r\n',
        '#',
        '*.',
        'domain',
        '#domain',
        'suspend',
        '[{',
        '"domain":',
      ),
    )
    const text = fc.array(word, { maxLength: 30 }).map((words) => words.join(''))
    const format = fc.constantFrom(undefined, ...LIST_FORMATS)
    fc.assert(
      fc.property(text, format, (list, named) => {
        const reading = readBlockList(list, named === undefined ? {} : { format: named })
        if (reading.status === 'unreadable') {
          expect(reading.why).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
          return
        }
        const told = reading.skipped.map((row) => `${row.text}${row.why}`).join('')
        expect(told).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
        const { entries } = reading
        expect(new Set(entries.map((entry) => entry.domain)).size).toBe(entries.length)
      }),
      { numRuns: 1_000 },
    )
  })

  test('keeps every line of a plain list, as a block or as one that was skipped', () => {
    const line = fc.oneof(
      fc.domain(),
      fc.string({ unit: 'binary' }).map((s) => s.replace(/[\r\n]/g, '')),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const reading = readBlockList(lines.join('\n'), { format: 'misskey' })
        if (reading.status === 'unreadable') return
        const written = lines.filter((each) => each.replace(/^\ufeff/, '').trim() !== '')
        expect(reading.entries.length + reading.skipped.length).toBe(written.length)
      }),
    )
  })
})
