import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalDomain, isPublicSuffix } from '../../src/domains.ts'
import { readBlockList } from '../../src/lists/read-list.ts'
import { mastodonCsv } from '../../src/lists/write-list.ts'
import type { Block } from '../../src/store/store.ts'

type Written = Pick<Block, 'domain' | 'scope' | 'by'>

const HEADER = '#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate'

function block(over: Partial<Written>): Written {
  return { domain: 'spam.example', scope: 'subtree', by: 'operator', ...over }
}

async function written(...blocks: readonly Written[]): Promise<string[]> {
  const lines: string[] = []
  for await (const line of mastodonCsv(blocks)) lines.push(line)
  return lines
}

describe('mastodonCsv', () => {
  test('writes what Mastodon imports', async () => {
    expect(await written(block({}), block({ domain: 'b.test', by: 'rule:banned-url' }))).toEqual([
      HEADER,
      'spam.example,suspend,true,true,operator,false',
      'b.test,suspend,true,true,rule:banned-url,false',
    ])
  })

  test('writes the header alone for no block', async () => {
    expect(await written()).toEqual([HEADER])
  })

  test('leaves out a block of one host, which Mastodon would extend to its subdomains', async () => {
    expect(await written(block({ scope: 'host' }))).toEqual([HEADER])
  })

  test.each([
    { by: 'list:a, b', field: '"list:a, b"' },
    { by: 'list:"friends"', field: '"list:""friends"""' },
    { by: '=HYPERLINK("http://x.test")', field: `"'=HYPERLINK(""http://x.test"")"` },
    { by: '+1', field: "'+1" },
    { by: '-1', field: "'-1" },
    { by: '@SUM(A1)', field: "'@SUM(A1)" },
    { by: ' =1', field: "' =1" },
    { by: 'list:a\r\nb.test,suspend', field: '"list:a\ufffd\ufffdb.test,suspend"' },
    { by: '\t=1', field: '\ufffd=1' },
  ])('writes $by as one harmless field', async ({ by, field }) => {
    expect((await written(block({ by })))[1]).toBe(`spam.example,suspend,true,true,${field},false`)
  })

  test('is read back with the same domains, whatever the comments say', async () => {
    const domain = fc
      .domain()
      .map((name) => canonicalDomain(name)!)
      .filter((name) => !isPublicSuffix(name))
    const domains = fc.uniqueArray(domain, { maxLength: 20 })
    const by = fc.string({ unit: 'binary' })
    await fc.assert(
      fc.asyncProperty(
        domains,
        fc.array(by, { minLength: 20, maxLength: 20 }),
        async (all, why) => {
          const blocks = all.map((name, index) => block({ domain: name, by: why[index]! }))
          const lines = await written(...blocks)
          for (const end of ['\n', '\r\n', '\r']) {
            const read = readBlockList(lines.join(end))
            if (read.status === 'unreadable') throw new Error(read.why)
            expect(read.format).toBe('mastodon')
            expect(read.entries.map((entry) => entry.domain)).toEqual(all)
            expect(read.skipped).toEqual([])
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})
