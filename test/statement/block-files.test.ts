// The lists that others subscribe to: what they hold, and how seldom they are made.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBlockList } from '../../src/lists/read-list.ts'
import {
  type BlockFilesOptions,
  blockFiles,
  type FileKind,
} from '../../src/statement/block-files.ts'
import { digestOf, maskDomain } from '../../src/statement/mask.ts'
import type { BlockEntry } from '../../src/store/store.ts'

function entry(domain: string, over: Partial<BlockEntry> = {}): BlockEntry {
  return { id: domain, domain, scope: 'subtree', by: 'rule:banned-url', ...over }
}

function publishing(entries: readonly BlockEntry[], over: Partial<BlockFilesOptions> = {}) {
  const state = { entries, revision: 0, at: 0, isReady: true, made: 0 }
  const files = blockFiles({
    blocks: {
      entries() {
        state.made += 1
        return state.entries
      },
      revision: () => state.revision,
      isReady: () => state.isReady,
    },
    publishing: true,
    monotonic: () => state.at,
    now: () => 1_000_000 + state.at,
    ...over,
  })
  const file = async (kind: FileKind) => {
    const answer = await files(kind)
    if (answer.status !== 'file') throw new Error(answer.status)
    const chunks: Buffer[] = []
    for await (const chunk of answer.file.read()) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    expect(bytes.length).toBe(answer.file.length)
    return { ...answer.file, text: bytes.toString('utf8') }
  }
  return { state, files, file }
}

const HEADER = '#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate'

describe('the CSV', () => {
  test('is what Mastodon imports, with the kind of reason alone', async () => {
    const { file } = publishing([
      entry('a.example'),
      entry('b.example', { by: 'list:secret friends' }),
      entry('only.example', { scope: 'host' }),
    ])
    expect((await file('csv')).text).toBe(
      `${HEADER}\na.example,suspend,true,true,banned URL,false\nb.example,suspend,true,true,adopted from a list,false\n`,
    )
  })

  test('is read back by ourselves', async () => {
    const { file } = publishing([entry('a.example'), entry('xn--68j5e377y.com')])
    const list = readBlockList((await file('csv')).text)
    expect(JSON.stringify(list)).toContain('xn--68j5e377y.com')
  })

  test('of nobody is its header', async () => {
    expect((await publishing([]).file('csv')).text).toBe(`${HEADER}\n`)
  })
})

describe('the JSON', () => {
  test('is like Mastodon’s list of blocks', async () => {
    const { file } = publishing([entry('a.example'), entry('only.example', { scope: 'host' })])
    expect(JSON.parse((await file('json')).text)).toEqual([
      {
        domain: 'a.example',
        digest: createHash('sha256').update('a.example').digest('hex'),
        severity: 'suspend',
        comment: 'banned URL',
      },
    ])
  })

  test('masked tells no name but a digest by which it is known', async () => {
    const { file } = publishing([entry('spam.example')], { publishing: 'masked' })
    const { text } = await file('json')
    expect(JSON.parse(text)).toMatchObject([
      { domain: 'spam.****ple', digest: digestOf('spam.example') },
    ])
    expect(text).not.toContain('spam.example')
  })

  test('of nobody is an empty list', async () => {
    expect((await publishing([]).file('json')).text).toBe('[]\n')
  })

  test('of thousands is whole, in pieces', async () => {
    const names = Array.from({ length: 3_000 }, (_, at) => `host-${at}.example`)
    const { file } = publishing(names.map((name) => entry(name)))
    const listed = JSON.parse((await file('json')).text) as { domain: string }[]
    expect(listed.map(({ domain }) => domain)).toEqual(names)
  })
})

test.each([
  { publishing: false, kind: 'csv', status: 'unpublished' },
  { publishing: false, kind: 'json', status: 'unpublished' },
  { publishing: 'masked', kind: 'csv', status: 'unpublished' },
  { publishing: 'masked', kind: 'json', status: 'file' },
  { publishing: true, kind: 'csv', status: 'file' },
] as const)(
  'publishBlocks: $publishing, $kind: $status',
  async ({ publishing: how, kind, status }) => {
    const { files } = publishing([], { publishing: how })
    expect((await files(kind)).status).toBe(status)
  },
)

test('no list yet is not an empty list', async () => {
  const { state, files } = publishing([])
  state.isReady = false
  expect((await files('csv')).status).toBe('not-ready')
})

describe('a file', () => {
  test('is made once, whoever asks meanwhile, and again only after a change and a while', async () => {
    const { state, file } = publishing([entry('a.example')])
    const [one] = await Promise.all([file('csv'), file('csv'), file('csv')])
    expect(state.made).toBe(1)
    state.at = 60_000
    expect((await file('csv')).etag).toBe(one.etag)
    expect(state.made).toBe(1)

    state.at = 61_000
    state.entries = [entry('a.example'), entry('b.example')]
    state.revision = 1
    const two = await file('csv')
    expect(two.text).toContain('b.example')
    expect(two.etag).not.toBe(one.etag)
    expect(two.changedAt).toBe(1_061_000)

    state.entries = []
    state.revision = 2
    state.at = 70_999
    expect((await file('csv')).text).toContain('b.example')
    state.at = 71_000
    expect((await file('csv')).text).not.toContain('b.example')
  })

  test('that says the same again is as old as before', async () => {
    const { state, file } = publishing([entry('a.example')])
    const one = await file('json')
    state.at = 20_000
    state.revision = 1
    const two = await file('json')
    expect(state.made).toBe(2)
    expect([two.etag, two.changedAt]).toEqual([one.etag, one.changedAt])
  })

  test('has the same ETag in every process, whatever the order of its entries', async () => {
    const names = ['a.example', 'b.example', 'c.example'].map((name) => entry(name))
    const one = await publishing(names).file('csv')
    expect((await publishing(names.toReversed()).file('csv')).etag).toBe(one.etag)
    expect((await publishing(names.slice(1)).file('csv')).etag).not.toBe(one.etag)
    expect(one.etag).toMatch(/^W\/"[\w-]+"$/)
  })

  test('that is long to make leaves others their turn', async () => {
    const { file } = publishing(Array.from({ length: 4_000 }, (_, at) => entry(`h${at}.example`)))
    let turns = 0
    let isMaking = true
    const others = (async () => {
      while (isMaking) {
        await new Promise((resolve) => setImmediate(resolve))
        turns += 1
      }
    })()
    await file('json')
    isMaking = false
    await others
    expect(turns).toBeGreaterThan(15)
  })
})

describe('a mask', () => {
  test.each([
    ['spam.example', 'spam.****ple'],
    ['a.bc', 'a.*c'],
    ['x.y', 'x.*'],
    ['very-long-name.social.example', 'very-lon******.******.example'],
  ])('of %s is %s', (domain, masked) => {
    expect(maskDomain(domain)).toBe(masked)
  })

  test('keeps the length and the dots of every name', () => {
    fc.assert(
      fc.property(fc.domain(), (domain) => {
        const masked = maskDomain(domain)
        expect(masked).toHaveLength(domain.length)
        expect(masked.replace(/[^.]/g, '')).toBe(domain.replace(/[^.]/g, ''))
      }),
    )
  })
})
