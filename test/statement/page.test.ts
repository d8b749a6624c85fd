// The statement as a page: what it says by the settings, for whom, and what strangers' names cannot do to it.
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Listed } from '../../src/statement/blocked-section.ts'
import type { TextKey } from '../../src/statement/en.ts'
import { html } from '../../src/statement/html.ts'
import { type Language, readLanguages } from '../../src/statement/languages.ts'
import { type Contents, renderPage } from '../../src/statement/page.ts'
import type { Policy } from '../../src/statement/policy.ts'
import { PAGE_POLICY } from '../../src/statement/style.ts'
import { readMarkup } from '../support/markup.ts'

const LANGUAGES = readLanguages(['en', 'ja'], () => '')
const [ENGLISH, JAPANESE] = LANGUAGES as [Language, Language]
const SINCE = Date.UTC(2026, 1, 19, 23, 30)

const POLICY: Policy = {
  isTrial: false,
  refused: ['refusedFlood', 'refusedUrl', 'refusedImage', 'refusedSigns'],
  offences: ['offenceFlood', 'offenceUrl', 'offenceImage'],
  blocksByItself: true,
  graceMs: 86_400_000,
  positiveList: 'report',
  bans: true,
}

function listed(over: Partial<Listed> = {}): Listed {
  return {
    domain: 'spam.example',
    scope: 'subtree',
    by: 'rule:mention-flood',
    since: SINCE,
    ...over,
  }
}

function page(over: Partial<Contents> = {}) {
  return readMarkup(
    renderPage({
      domain: 'home.example',
      language: ENGLISH,
      languages: LANGUAGES,
      now: Date.UTC(2026, 1, 20),
      policy: POLICY,
      inquiryUrl: 'https://home.example/contact',
      hidesEmails: true,
      registrations: 'open',
      announcements: { tag: 'en', entries: [] },
      blocked: { publishing: true, total: 1, latest: [listed()] },
      ...over,
    }),
  )
}

const named = ({ elements }: ReturnType<typeof page>, name: string) =>
  elements.filter((element) => element.name === name).map(({ attributes }) => attributes)

describe.each(LANGUAGES.map((language) => ({ tag: language.tag, language })))(
  'the page in $tag',
  ({ language, tag }) => {
    test('is sound, and says whom it is about, in which language and when', () => {
      const shown = page({ language })
      expect(shown.faults).toEqual([])
      expect(named(shown, 'html')).toEqual([{ lang: tag, dir: 'ltr' }])
      expect(shown.text).toContain('home.example')
      expect(named(shown, 'time')[0]).toEqual({ datetime: '2026-02-20' })
      expect(shown.text).not.toMatch(/undefined|\{\w+\}/)
    })

    test('can be read without seeing it: one title, sections with headings, a table with heads', () => {
      const shown = page({ language })
      expect(named(shown, 'h1')).toHaveLength(1)
      expect(named(shown, 'main')).toEqual([{ id: 'statement' }])
      expect(named(shown, 'a')[0]).toEqual({ class: 'skip', href: '#statement' })
      const ids = named(shown, 'h2').map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(named(shown, 'section').map((each) => each['aria-labelledby'])).toEqual(ids)
      expect(named(shown, 'caption')).toHaveLength(1)
      expect(named(shown, 'th').every(({ scope }) => scope === 'col' || scope === 'row')).toBe(true)
    })

    test('marks itself among the languages, and names the others', () => {
      const shown = page({ language })
      const links = named(shown, 'a').filter(({ hreflang }) => hreflang !== undefined)
      expect(links.map(({ href, lang }) => [href, lang])).toEqual([
        ['?lang=en', 'en'],
        ['?lang=ja', 'ja'],
      ])
      expect(links.filter((link) => link['aria-current']).map(({ lang }) => lang)).toEqual([tag])
      const others = LANGUAGES.filter((other) => other !== language).map((other) => other.tag)
      expect(named(shown, 'link').map(({ hreflang }) => hreflang)).toEqual(others)
    })

    test('loads nothing, runs nothing, and has the one style that its policy names', () => {
      const html = renderPage({ ...contentsOf({ language }) })
      const shown = readMarkup(html)
      const names = new Set(shown.elements.map(({ name }) => name))
      for (const name of ['script', 'img', 'iframe', 'form', 'object'])
        expect(names).not.toContain(name)
      const attributes = shown.elements.flatMap((element) => Object.keys(element.attributes))
      expect(attributes.filter((name) => /^on|^style$|^src/.test(name))).toEqual([])
      const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(html) ?? []
      const digest = createHash('sha256').update(style).digest('base64')
      expect(PAGE_POLICY).toContain(`style-src 'sha256-${digest}'`)
      expect(PAGE_POLICY).toContain("default-src 'none'")
    })

    test.each(['open', 'approval', 'closed', 'unknown'] as const)(
      'says of registrations: %s',
      (registrations) => {
        const key = `registrations${registrations.replace(/^./, (first) => first.toUpperCase())}`
        const said = language.texts[key as TextKey].replaceAll('{domain}', 'home.example')
        expect(page({ language, registrations }).text).toContain(said)
      },
    )
  },
)

function contentsOf({ language }: { language: Language }): Contents {
  return {
    ...{ domain: 'home.example', language, languages: LANGUAGES, now: SINCE, policy: POLICY },
    ...{ inquiryUrl: '', hidesEmails: false, registrations: 'unknown' },
    announcements: { tag: 'en', entries: [] },
    blocked: { publishing: true, total: 1, latest: [listed()] },
  }
}

describe('what it says by the policy', () => {
  test.each([
    { over: {}, has: ['refusedUrl', 'offenceUrl', 'exceptionBans', 'positiveReport'] },
    { over: { isTrial: true }, has: ['trial'] },
    { over: {}, lacks: ['trial', 'blocksByHand', 'positiveBlock', 'offenceOther'] },
    {
      over: { blocksByItself: false },
      has: ['blocksByHand'],
      lacks: ['blocksLead', 'offenceFlood', 'exceptionTitle'],
    },
    { over: { offences: [] }, has: ['blocksByHand'], lacks: ['blocksLead'] },
    {
      over: { bans: false, refused: ['refusedFlood'] },
      lacks: ['refusedLists', 'refusedUrl', 'exceptionBans'],
    },
    { over: { positiveList: 'block' }, has: ['positiveBlock'], lacks: ['positiveReport'] },
    {
      over: { positiveList: 'block', blocksByItself: false },
      has: ['positiveReport'],
      lacks: ['positiveBlock'],
    },
    {
      over: { positiveList: 'ignore' },
      lacks: ['positiveTitle', 'positiveBlock', 'positiveReport'],
    },
  ] as { over: Partial<Policy>; has?: TextKey[]; lacks?: TextKey[] }[])(
    '$over: says $has, does not say $lacks',
    ({ over, has = [], lacks = [] }) => {
      const { text } = page({ policy: { ...POLICY, ...over } })
      expect(has.filter((key) => !text.includes(ENGLISH.texts[key]))).toEqual([])
      expect(lacks.filter((key) => text.includes(ENGLISH.texts[key]))).toEqual([])
    },
  )

  test.each([
    { graceMs: 86_400_000, english: '24 hours', japanese: '24時間' },
    { graceMs: 3 * 86_400_000, english: '3 days', japanese: '3日' },
    { graceMs: 5_400_000, english: '90 minutes', japanese: '90分' },
    { graceMs: 3_600_000, english: '60 minutes', japanese: '60分' },
  ])('a grace of $graceMs ms is $english', ({ graceMs, english, japanese }) => {
    const policy = { ...POLICY, graceMs }
    expect(page({ policy }).text).toContain(`the server has ${english} to deal with`)
    expect(page({ policy, language: JAPANESE }).text).toContain(`対処を${japanese}待ちます`)
  })
})

describe('whom to ask', () => {
  test('is the inquiry form, and why no address is told', () => {
    const shown = page()
    expect(named(shown, 'a')).toContainEqual({ href: 'https://home.example/contact' })
    expect(shown.text).toContain(ENGLISH.texts.noEmail)
  })

  test('without a form it is the site itself', () => {
    const shown = page({ inquiryUrl: '', hidesEmails: false })
    expect(named(shown, 'a')).toContainEqual({ href: 'https://home.example/' })
    expect(shown.text).not.toContain(ENGLISH.texts.noEmail)
  })

  test('an address of a form stays an address', () => {
    const inquiryUrl = 'https://home.example/?a="><script>alert(1)</script>&b=1'
    const shown = page({ inquiryUrl })
    expect(shown.faults).toEqual([])
    expect(named(shown, 'a')).toContainEqual({ href: inquiryUrl })
    expect(named(shown, 'script')).toEqual([])
  })
})

describe('the blocked servers', () => {
  const blocked = (over: Partial<Contents['blocked']>) =>
    page({
      blocked: {
        publishing: true,
        total: 2,
        latest: [listed(), listed({ domain: 'b.example' })],
        ...over,
      },
    })

  test('unpublished are a number', () => {
    const shown = blocked({ publishing: false, latest: undefined })
    expect(shown.text).toContain('Servers blocked at present: 2. Their names are not published.')
    expect(shown.text).not.toContain('spam.example')
    expect(named(shown, 'a').filter(({ href }) => href?.startsWith('blocks.'))).toEqual([])
  })

  test('published come with the kind of reason, the day and both files', () => {
    const shown = blocked({})
    expect(shown.text).toContain('spam.example mass mentions 2026-02-19')
    const files = named(shown, 'a').map(({ href }) => href)
    expect(files).toEqual(expect.arrayContaining(['blocks.csv', 'blocks.json']))
  })

  test('masked do not tell their names, and have no CSV', () => {
    const shown = blocked({ publishing: 'masked' })
    expect(shown.text).toContain('spam.****ple')
    expect(shown.text).not.toContain('spam.example')
    const files = named(shown, 'a').map(({ href }) => href)
    expect(files).toContain('blocks.json')
    expect(files).not.toContain('blocks.csv')
  })

  test.each([
    { by: 'rule:mention-flood', said: 'mass mentions' },
    { by: 'rule:banned-url', said: 'banned URL' },
    { by: 'rule:banned-image', said: 'banned picture' },
    { by: 'rule:campaign', said: 'spam' },
    { by: 'rule:my-composite', said: 'spam' },
    { by: 'positive-list', said: 'positive list' },
    { by: 'operator', said: 'our own decision' },
    { by: 'list:secret friends', said: 'adopted from a list' },
    { by: 'constructor', said: 'our own decision' },
  ])('by $by are blocked for: $said', ({ by, said }) => {
    const { text } = blocked({ latest: [listed({ by })] })
    expect(text).toContain(`spam.example ${said} 2026-02-19`)
    expect(text).not.toContain('secret friends')
  })

  test('of which one name alone is blocked say so', () => {
    expect(blocked({ latest: [listed({ scope: 'host' })] }).text).toContain(
      'spam.example (this name only, without subdomains)',
    )
  })

  test('more than are shown are told apart', () => {
    const { text } = blocked({ total: 1_234_567 })
    expect(text).toContain('Servers blocked at present: 1,234,567. The latest 2 are shown here.')
  })

  test.each([
    { over: { total: 0, latest: [] }, said: 'No server is blocked at present.' },
    { over: { total: undefined }, said: 'The list cannot be shown at the moment.' },
    { over: { latest: undefined }, said: 'present: 2. The list cannot be shown at the moment.' },
  ])('that cannot be told are not made up: $said', ({ over, said }) => {
    const shown = blocked(over)
    expect(shown.text).toContain(said)
    expect(named(shown, 'table')).toEqual([])
  })

  test.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</table></main></body>',
    '<!-- ',
    '{domain} {count}',
    '[::1]',
    'a&lt;b',
  ])('that are called %s are only called so', (domain) => {
    const shown = blocked({ latest: [listed({ domain })] })
    expect(shown.faults).toEqual([])
    expect(shown.text).toContain(domain.trim())
    expect(shown.elements).toEqual(blocked({ latest: [listed()] }).elements)
  })
})

describe('announcements', () => {
  const entry = { date: '2026-02-20', title: html`A wave`, body: html`<p>It ended.</p>` }

  test('come with their day, before everything else', () => {
    const { text } = page({ announcements: { tag: 'en', entries: [entry] } })
    expect(text).toContain('Announcements 20 February 2026 A wave It ended.')
    expect(text.indexOf('It ended')).toBeLessThan(text.indexOf(ENGLISH.texts.refusedTitle))
  })

  test('keep the empty lines of what they quote', () => {
    const body = html`<pre><code>${'a\n\n\nb'}</code></pre>`
    const announcements = { tag: 'en', entries: [{ ...entry, body }] }
    const whole = renderPage({ ...contentsOf({ language: ENGLISH }), announcements })
    expect(whole).toContain('a\n\n\nb')
  })

  test('in another language are marked as such', () => {
    const shown = page({ language: JAPANESE, announcements: { tag: 'en', entries: [entry] } })
    expect(named(shown, 'h3')).toEqual([{ lang: 'en' }])
    expect(shown.text).toContain('2026年2月20日')
  })
})

test('a language that is written from the right says so, and marks what is still English', () => {
  const text =
    'language: ar\ndirection: rtl\ntexts: { title: "<b>{domain}</b>", languageName: العربية }'
  const [arabic] = readLanguages(['ar.yaml'], () => text) as [Language]
  const shown = page({ language: arabic, languages: [...LANGUAGES, arabic] })
  expect(shown.faults).toEqual([])
  expect(named(shown, 'html')).toEqual([{ lang: 'ar', dir: 'rtl' }])
  expect(shown.text).toContain('<b>home.example</b>')
  expect(named(shown, 'span')).toContainEqual({ lang: 'en', dir: 'ltr' })
})
