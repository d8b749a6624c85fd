// The statement as the public meets it, at a real relay: languages, lists, conditions, and nothing when it is off.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readMarkup } from '../support/markup.ts'
import { startWorld, type World } from '../support/world.ts'

type Headers = Readonly<Record<string, string>>

async function ask(world: World, path: string, { method = 'GET', ...headers }: Headers = {}) {
  const url = `http://127.0.0.1:${world.relay().port}${path}`
  const answer = await request(url, { method: method as 'GET', headers })
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() }
}

const OPEN = JSON.stringify({ registrations: { enabled: true, approval_required: true } })

function worldWith(...flags: readonly string[]) {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ flags, answer: () => ({ status: 200, body: OPEN }) })
  })
  afterAll(() => world.close())
  return () => world
}

describe('a statement that publishes its blocks', () => {
  const world = worldWith(
    '--statement.publishBlocks=true',
    '--banned.urls=["secret.example/invitation"]',
    '--contact.inquiryUrl=https://home.example/contact',
    '--contact.emails=["boss@home.example"]',
  )

  beforeAll(async () => {
    const reason = '<script>alert("boss@home.example")</script>'
    await world().api('POST', '/api/blocks', { domain: 'spam.example', reason })
    await world().api('POST', '/api/blocks', { domain: 'evil.example', reason, scope: 'host' })
  })

  test('is a page of sound HTML that says what is in force and what the instance says', async () => {
    const { status, headers, text } = await ask(world(), '/sekisho/')
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-language': 'en',
      vary: 'Accept-Language',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=60',
    })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    const shown = readMarkup(text)
    expect(shown.faults).toEqual([])
    expect(shown.text).toContain('posts with a URL that we have banned')
    expect(shown.text).toContain('Anybody may apply for an account on home.example')
    expect(shown.text).toContain('spam.example our own decision')
  })

  test('tells neither what is banned, nor what was written about a block, nor an e-mail address', async () => {
    const pages = await Promise.all(
      ['', '?lang=ja', 'blocks.csv', 'blocks.json'].map((path) => ask(world(), `/sekisho/${path}`)),
    )
    for (const { status, text } of pages) {
      expect(status).toBe(200)
      expect(text).not.toMatch(/secret\.example|boss@|<script/)
    }
  })

  test.each([
    { path: '/sekisho/', accepted: 'ja-JP,ja;q=0.9', language: 'ja' },
    { path: '/sekisho/?lang=ja', accepted: 'en', language: 'ja' },
    { path: '/sekisho/?lang=en', accepted: 'ja', language: 'en' },
    { path: '/sekisho/?lang=%3Cscript%3E', accepted: 'fr', language: 'en' },
    { path: '/sekisho/?lang=ja&lang=en', accepted: 'fr', language: 'en' },
  ])('$path for readers of $accepted is in $language', async ({ path, accepted, language }) => {
    const { headers, text } = await ask(world(), path, { 'accept-language': accepted })
    expect(headers['content-language']).toBe(language)
    expect(text).toContain(`<html lang="${language}" dir="ltr">`)
  })

  test('has lists to subscribe to, of what covers subdomains', async () => {
    const csv = await ask(world(), '/sekisho/blocks.csv')
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(csv.text.split('\n')[1]).toBe('spam.example,suspend,true,true,our own decision,false')
    const json = await ask(world(), '/sekisho/blocks.json')
    expect(json.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(JSON.parse(json.text).map(({ domain }: { domain: string }) => domain)).toEqual([
      'spam.example',
    ])
  })

  describe.each(['/sekisho/', '/sekisho/blocks.csv', '/sekisho/blocks.json'])('%s', (path) => {
    test('answers HEAD as GET, without a body', async () => {
      const got = await ask(world(), path)
      const { status, headers, text } = await ask(world(), path, { method: 'HEAD' })
      expect({ status, text }).toEqual({ status: 200, text: '' })
      for (const name of ['etag', 'content-length', 'content-type', 'last-modified']) {
        expect(headers[name]).toBe(got.headers[name])
      }
      expect(Number(headers['content-length'])).toBe(Buffer.byteLength(got.text))
    })

    test('is not sent to whoever has it', async () => {
      const { headers } = await ask(world(), path)
      const [tag, modified] = [String(headers.etag), String(headers['last-modified'])]
      const before = new Date(Date.parse(modified) - 1_000).toUTCString()
      const statuses = [
        { 'if-none-match': tag },
        { 'if-none-match': `"other", ${tag.replace(/^W\//, '')}` },
        { 'if-none-match': '*' },
        { 'if-modified-since': modified },
        { 'if-none-match': '"other"', 'if-modified-since': modified },
        { 'if-modified-since': before },
        { 'if-modified-since': 'nonsense' },
      ].map(async (condition) => (await ask(world(), path, condition)).status)
      expect(await Promise.all(statuses)).toEqual([304, 304, 304, 304, 200, 200, 200])
    })
  })

  test('asks the instance once, whoever reads it', async () => {
    await Promise.all(Array.from({ length: 5 }, () => ask(world(), '/sekisho/')))
    const asked = world().instance.received.map(({ target }) => target)
    expect(asked).toEqual(['/api/v2/instance'])
  })

  test('is found without the last slash, and nothing else is there', async () => {
    const { status, headers } = await ask(world(), '/sekisho')
    expect({ status, location: headers.location }).toEqual({ status: 308, location: '/sekisho/' })
    for (const path of ['/sekisho/x', '/sekisho/blocks.txt', '/sekisho/blocks.csv/']) {
      expect((await ask(world(), path)).status).toBe(404)
    }
    expect((await ask(world(), '/sekisho/', { method: 'DELETE' })).status).toBe(404)
  })
})

describe('a statement that does not', () => {
  const world = worldWith('--mode=observe')

  test('is a number, and has no lists', async () => {
    await world().api('POST', '/api/blocks', { domain: 'spam.example' })
    const { text } = await ask(world(), '/sekisho/')
    expect(readMarkup(text).text).toContain('Servers blocked at present: 1. Their names are not')
    expect(text).not.toContain('spam.example')
    expect((await ask(world(), '/sekisho/blocks.csv')).status).toBe(404)
    expect((await ask(world(), '/sekisho/blocks.json', { method: 'HEAD' })).status).toBe(404)
  })

  test('says that it is on trial', async () => {
    expect((await ask(world(), '/sekisho/')).text).toContain('class="trial"')
  })
})

describe('a masked statement of the whole site', () => {
  const world = worldWith('--statement.publishBlocks=masked', '--listen.passthrough=true')

  test('is the relay’s own, and tells names by halves', async () => {
    await world().api('POST', '/api/blocks', { domain: 'spam.example' })
    const { text } = await ask(world(), '/sekisho/')
    expect(text).toContain('spam.****ple')
    expect((await ask(world(), '/sekisho/blocks.csv')).status).toBe(404)
    const json = await ask(world(), '/sekisho/blocks.json')
    expect(JSON.parse(json.text)).toMatchObject([{ domain: 'spam.****ple', severity: 'suspend' }])
    for (const shown of [text, json.text]) expect(shown).not.toContain('spam.example')
    const targets = world().instance.received.map(({ target }) => target)
    expect(targets.filter((target) => target.startsWith('/sekisho'))).toEqual([])
  })
})

describe('a statement that is turned off', () => {
  const world = worldWith('--statement.enabled=false', '--statement.publishBlocks=true')

  test.each(['/sekisho/', '/sekisho', '/sekisho/blocks.csv', '/sekisho/blocks.json'])(
    'has no %s',
    async (path) => {
      expect((await ask(world(), path)).status).toBe(404)
      expect((await ask(world(), path, { method: 'HEAD' })).status).toBe(404)
    },
  )

  test('leaves the relay’s actor where it was', async () => {
    expect((await ask(world(), '/sekisho/actor')).status).toBe(200)
  })
})

describe('the operator’s own words', () => {
  test('are shown in the language of the reader, and a file that is missing stops the start', async () => {
    const world = await startWorld()
    try {
      const file = join(world.folder, 'news.md')
      writeFileSync(file, '## 2026-02-20 A *wave*\n\nIt <b>ended</b>.\n')
      await world.restart(`--statement.announcements=${file}`)
      const { text } = await ask(world, '/sekisho/', { 'accept-language': 'ja' })
      expect(readMarkup(text).text).toContain('2026年2月20日 A wave It <b>ended</b>.')
    } finally {
      await world.close()
    }
    const missing = startWorld({ flags: ['--statement.announcements=/nowhere/news.md'] })
    await expect(missing).rejects.toThrow('/nowhere/news.md cannot be read: there is no such file')
  })
})
