// How seldom the page is made, whoever asks, and what it shows while the store or the instance keeps silent.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Blocks } from '../../src/blocks.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import { openStatement, type Statement } from '../../src/statement/open.ts'
import type { Block } from '../../src/store/store.ts'
import { type StandInInstance, startInstance } from '../support/instance.ts'
import { readMarkup } from '../support/markup.ts'

let instance: StandInInstance
let statement: Statement
beforeEach(async () => {
  instance = await startInstance(() => ({ status: 404 }))
})
afterEach(async () => {
  statement.close()
  await instance.close()
})

function aBlock(domain: string): Block {
  return {
    ...{ id: domain, domain, scope: 'subtree', since: 0, by: 'operator', reason: 'a secret' },
    offences: [],
  }
}

type Stored = Pick<Blocks, 'size' | 'page' | 'revision' | 'isReady' | 'entries'>

function configOf(...flags: readonly string[]): Config {
  const empty = new URL('../support/empty.yaml', import.meta.url).pathname
  const needed = ['--instance.domain=home.example', `--instance.upstream=${instance.url}`]
  const loaded = loadConfig([`--config=${empty}`, ...needed, ...flags])
  if (loaded.status === 'wrong') throw new Error(loaded.why)
  return loaded.config
}

function opened(...flags: readonly string[]) {
  const config = configOf('--statement.publishBlocks=true', ...flags)
  const state = {
    at: 0,
    asked: 0,
    revision: 0,
    size: 1,
    isReady: true,
    isAway: false,
    told: config,
  }
  let latest = [aBlock('spam.example')]
  const blocks: Stored = {
    get size() {
      return state.size
    },
    async page() {
      state.asked += 1
      if (state.isAway) throw new Error('the store is away')
      return { blocks: latest, total: latest.length }
    },
    revision: () => state.revision,
    isReady: () => state.isReady,
    entries: () => [],
  }
  statement = openStatement({
    ...{ config, blocks: blocks as Blocks, log: pino({ level: 'silent' }) },
    inForce: { current: () => ({ config: state.told, banned: state.told.banned }) as never },
    ...{ now: () => state.at, monotonic: () => state.at },
  })
  const page = (lang = 'en') => statement.page({ asked: lang })
  return {
    ...{ state, page },
    text: async (lang?: string) => readMarkup((await page(lang)).html).text,
    block(...domains: readonly string[]) {
      latest = domains.map(aBlock)
      state.size = domains.length
      state.revision += 1
    },
  }
}

describe('the page', () => {
  test('is made once for all who ask within three seconds, for each language', async () => {
    const { state, page, text } = opened()
    const [one, same, japanese] = await Promise.all([page(), page(), page('ja')])
    expect(same).toBe(one)
    expect(japanese.language).toBe('ja')
    state.told = configOf('--rules.mention-flood.shadow=true')
    state.at = 2_999
    expect(await page()).toBe(one)
    state.at = 3_000
    expect(await text()).not.toContain('posts that mention large numbers')
    expect((await page()).etag).not.toBe(one.etag)
    expect((await page()).changedAt).toBe(3_000)
  })

  test('that says the same again is the same version', async () => {
    const { state, page } = opened()
    const { etag } = await page()
    state.at = 60_000
    expect(await page()).toMatchObject({ etag, changedAt: 0 })
  })

  test('is another one the next day', async () => {
    const { state, page } = opened()
    const { etag } = await page()
    state.at = 86_400_000
    expect((await page()).etag).not.toBe(etag)
  })
})

describe('the latest blocks', () => {
  test('are asked of the store after a change, and ten seconds after the last time', async () => {
    const { state, text, block } = opened()
    expect(await text()).toContain('spam.example')
    for (state.at = 0; state.at < 60_000; state.at += 5_000) await text()
    expect(state.asked).toBe(1)
    block('b.example', 'a.example')
    expect(await text()).toContain('a.example')
    block('c.example')
    state.at += 5_000
    expect(await text()).not.toContain('c.example')
    state.at += 5_000
    expect(await text()).toContain('c.example')
    expect(state.asked).toBe(3)
  })

  test('stay as they were while the store is away', async () => {
    const { state, text, block } = opened()
    await text()
    state.isAway = true
    block('b.example')
    state.at = 10_000
    expect(await text()).toContain('spam.example')
    state.isAway = false
    state.at = 20_000
    expect(await text()).toContain('b.example')
  })

  test('that were never read are no list', async () => {
    const { state, text } = opened()
    state.isAway = true
    expect(await text()).toContain('present: 1. The list cannot be shown at the moment.')
  })

  test('are not asked for where nobody is told', async () => {
    const { state, text } = opened('--statement.publishBlocks=false')
    await text()
    expect(state.asked).toBe(0)
  })

  test('leave out our own names, whatever the store says', async () => {
    const { text, block } = opened('--instance.aliases=["web.home.example"]')
    block('home.example', 'web.home.example', 'spam.example')
    const shown = await text()
    expect(shown).toContain('spam.example')
    expect(shown).not.toContain('web.home.example')
  })

  test('are nobody while no list was read', async () => {
    const { state, text } = opened()
    state.isReady = false
    state.size = 0
    expect(await text()).toContain('The list cannot be shown at the moment.')
    expect(await statement.file('csv')).toEqual({ status: 'not-ready' })
  })
})

test('an instance that says nothing makes no claim of its registrations', async () => {
  expect(await opened().text()).toContain('is not known at the moment')
})

test.each(['boss@home.example', 'a+b@home.example', "o'hara@home.example"])(
  'the address %s is taken out, whoever wrote it',
  async (email) => {
    const folder = mkdtempSync(join(tmpdir(), 'sekisho-statement-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'news.md')
    writeFileSync(
      file,
      `## 2026-02-20 X\n\nWrite to ${email.toUpperCase()}, [me](mailto:${email}) or [us](mailto:${email.replace('@', '%40')}).\n`,
    )
    const emails = `--contact.emails=${JSON.stringify([email])}`
    const { html } = await opened(emails, `--statement.announcements=${file}`).page()
    expect(readMarkup(html).text).toMatch(/Write to .*, me or us\./)
    expect(html).not.toMatch(/(?:@|%40)home/i)
  },
)
