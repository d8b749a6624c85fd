// The operator's Markdown: which entries it holds, and that nothing but a little markup comes of it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { misdatedIn, readAnnouncements } from '../../src/statement/announcements.ts'
import { readMarkup } from '../support/markup.ts'

const titles = (text: string) =>
  readAnnouncements(text).map(({ date, title }) => [date, title.markup])

const body = (markdown: string) =>
  readAnnouncements(`## 2026-02-20 X\n\n${markdown}`)[0]!.body.markup

describe('entries', () => {
  test('begin with a dated heading and are told the latest first, of one day in their order', () => {
    const text = '## 2026-02-18 A\na\n## 2026-02-20 B\nb\n## 2026-02-20 C\n## 2025-12-31 D\n'
    expect(titles(text)).toEqual([
      ['2026-02-20', 'B'],
      ['2026-02-20', 'C'],
      ['2026-02-18', 'A'],
      ['2025-12-31', 'D'],
    ])
  })

  test.each([
    { heading: '2026-02-20', title: '' },
    { heading: '2026-02-20: Wave', title: 'Wave' },
    { heading: '2026-02-20 – *Wave* of `x`', title: '<em>Wave</em> of <code>x</code>' },
    { heading: '2026-02-20　お知らせ', title: 'お知らせ' },
    { heading: '2026-02-20 <script>x</script>', title: '&lt;script&gt;x&lt;/script&gt;' },
  ])('"## $heading" has the title "$title"', ({ heading, title }) => {
    expect(titles(`## ${heading}\n`)).toEqual([['2026-02-20', title]])
  })

  test.each([
    '## A title',
    '## 2026-02-30 X',
    '## 2026-2-3 X',
    '## 2026-02-200',
    '### 2026-02-20 X',
    'words',
    '',
  ])('"%s" begins none', (line) => {
    expect(titles(`${line}\n\nwords`)).toEqual([])
    expect(titles(`## 2026-02-20 X\n\n${line}\n`)).toHaveLength(1)
  })

  test('that were meant to be dated are told by their lines', () => {
    const lines = [
      ...['# News', '', '## 2026-02-31 X', 'words', '', '- a', '- b', '', '## 2026-02-20 Y'],
      ...['```', '## 2026-02-31 code', '```', '', '', '## 2026-2-3 Z', '### 2026-13-01', '## A'],
      ...['', '2026-00-01 W', '---', '## 2026-02-200', '> ## 2026-02-31 quoted'],
    ]
    const told = [
      { line: 3, heading: '2026-02-31 X' },
      { line: 15, heading: '2026-2-3 Z' },
      { line: 19, heading: '2026-00-01 W' },
    ]
    expect(misdatedIn(lines.join('\n'))).toEqual(told)
    expect(misdatedIn(lines.join('\r\n'))).toEqual(told)
  })

  test('a date in a block of code is part of it', () => {
    expect(titles('## 2026-02-20 X\n\n```\n## 2026-02-21 Y\n```\n')).toHaveLength(1)
  })
})

describe('markup', () => {
  test.each([
    {
      markdown: 'a *b* **c** ~~d~~ `e<`',
      html: '<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;</code></p>',
    },
    { markdown: '- a\n- b', html: '<ul><li>a</li><li>b</li></ul>' },
    { markdown: '1. a\n2. b', html: '<ol><li>a</li><li>b</li></ol>' },
    { markdown: '> a', html: '<blockquote><p>a</p></blockquote>' },
    { markdown: '```\na\n\n\n<b>\n```', html: '<pre><code>a\n\n\n&lt;b&gt;</code></pre>' },
    { markdown: '### a', html: '<h4>a</h4>' },
    {
      markdown: '[a](https://b.example/?x=1&y=2)',
      html: '<p><a href="https://b.example/?x=1&amp;y=2">a</a></p>',
    },
    {
      markdown: 'https://b.example/',
      html: '<p><a href="https://b.example/">https://b.example/</a></p>',
    },
    { markdown: '[a](javascript:alert(1))', html: '<p>a</p>' },
    { markdown: '[a](data:text/html,x)', html: '<p>a</p>' },
    { markdown: '[a](/relative)', html: '<p>a</p>' },
    {
      markdown: '![a](https://b.example/p.png)',
      html: '<p><a href="https://b.example/p.png">a</a></p>',
    },
    { markdown: '![a](data:image/png;base64,x)', html: '<p>a</p>' },
    { markdown: 'boss@home.example', html: '<p>boss@home.example</p>' },
    { markdown: 'a &amp; b &copy; & < "', html: '<p>a &amp; b &copy; &amp; &lt; &quot;</p>' },
    { markdown: '<b onclick="x">a</b>', html: '<p>&lt;b onclick=&quot;x&quot;&gt;a&lt;/b&gt;</p>' },
    {
      markdown: '<div>\n<script>x</script>\n</div>',
      html: '<p>&lt;div&gt;\n&lt;script&gt;x&lt;/script&gt;\n&lt;/div&gt;</p>',
    },
    { markdown: '<!-- x -->', html: '<p>&lt;!-- x --&gt;</p>' },
  ])('$markdown', ({ markdown, html }) => {
    expect(body(markdown)).toBe(html)
  })

  const ALLOWED = /^(p|ul|ol|li|blockquote|h4|hr|br|pre|code|em|strong|del|a)$/

  test('of whatever text is sound and nothing but that', () => {
    const bits = [
      '<',
      '>',
      '"',
      "'",
      '&',
      '`',
      '*',
      '[',
      ']',
      '(',
      ')',
      '!',
      '\n',
      '- ',
      '> ',
      '    ',
      '<script>',
    ]
    const more = [
      '<img src=x onerror=alert(1)>',
      'javascript:',
      'https://a.example',
      '</p>',
      '<!--',
      '&#60;',
      '\\',
      '|',
    ]
    const piece = fc.oneof(fc.constantFrom(...bits, ...more), fc.string({ maxLength: 5 }))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { elements, faults } = readMarkup(`<div>${body(pieces.join(''))}</div>`)
        expect(faults).toEqual([])
        for (const { name, attributes } of elements.slice(1)) {
          expect(name).toMatch(ALLOWED)
          const { href, ...others } = attributes
          expect(others).toEqual({})
          if (href !== undefined) expect(href).toMatch(/^https?:\/\//)
        }
      }),
      { numRuns: 300 },
    )
  })
})
