// The operator's files: languages and announcements, at the start and when they change.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openWording, readWording } from '../../src/statement/wording.ts'

function aFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-statement-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
}

const entry = (title: string) => `## 2026-02-20 ${title}\n`
const GERMAN = 'language: de\ntexts: { languageName: Deutsch }\n'

describe('languages', () => {
  test('of a file are its own where it has words, and English elsewhere', () => {
    const file = aFolder()('de.yaml', GERMAN)
    const { languages } = readWording({ languages: ['ja', file], announcements: '' })
    const [japanese, german] = languages
    expect(japanese).toMatchObject({ tag: 'ja', texts: { languageName: '日本語' } })
    expect(japanese?.borrowed.size).toBe(0)
    expect(german).toMatchObject({
      tag: 'de',
      direction: 'ltr',
      texts: { languageName: 'Deutsch' },
    })
    expect(german?.texts.skip).toBe('Skip to the statement')
    expect(german?.borrowed.has('skip')).toBe(true)
    expect(german?.borrowed.has('languageName')).toBe(false)
  })

  test('of a file for Japanese change its words and borrow none', () => {
    const file = aFolder()('own.yaml', 'language: ja\ntexts: { intro: はじめに }\n')
    const [japanese] = readWording({ languages: [file], announcements: '' }).languages
    expect(japanese?.texts).toMatchObject({ intro: 'はじめに', languageName: '日本語' })
    expect(japanese?.borrowed.size).toBe(0)
  })

  test.each([
    { text: 'language: de\ntexts: { titel: x }', why: 'texts' },
    { text: 'language: de\ntext: {}', why: 'text' },
    { text: 'language: "not a tag"\ntexts: {}', why: 'language: is a language tag' },
    { text: 'language: de\ndirection: up\ntexts: {}', why: 'direction' },
    { text: 'language: de\ntexts: { title: 5 }', why: 'texts: title' },
    { text: 'a: [', why: 'is no YAML' },
    { text: '', why: 'de.yaml' },
    { text: 'language: en\ntexts: {}', why: 'en is named twice' },
  ])('are refused that no page can be made of: $why', ({ text, why }) => {
    const file = aFolder()('de.yaml', text)
    expect(() => readWording({ languages: ['en', file], announcements: '' })).toThrow(why)
  })
})

describe('announcements', () => {
  test('are those of the first language where nobody translated them', () => {
    const write = aFolder()
    const announcements = write('news.md', entry('English'))
    write('news.ja.md', entry('日本語'))
    const languages = ['en', 'ja', write('de.yaml', GERMAN)]
    const wording = readWording({ languages, announcements })
    const told = [...wording.announcements].map(([tag, { entries, tag: written }]) => [
      ...[tag, written],
      entries[0]?.title.markup,
    ])
    expect(told).toEqual([
      ['en', 'en', 'English'],
      ['ja', 'ja', '日本語'],
      ['de', 'en', 'English'],
    ])
  })

  test('are translated beside a file without an extension, in a folder with a dot', () => {
    const write = aFolder()
    const announcements = write('news', entry('English'))
    write('news.ja', entry('日本語'))
    const { announcements: told } = readWording({ languages: ['en', 'ja'], announcements })
    expect(told.get('ja')?.tag).toBe('ja')
  })

  test('that cannot be read stop the start', () => {
    const missing = { languages: ['en'], announcements: '/nowhere/news.md' }
    expect(() => readWording(missing)).toThrow(
      'statement.announcements: /nowhere/news.md cannot be read: there is no such file',
    )
    const huge = aFolder()('news.md', 'x'.repeat(262_145))
    expect(() => readWording({ languages: ['en'], announcements: huge })).toThrow('is larger than')
  })
})

describe('a file that changes', () => {
  function watching(text: string) {
    const write = aFolder()
    const announcements = write('news.md', text)
    const lines: { level: number; msg: string }[] = []
    const log = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
    const statement = { languages: ['en', 'ja'], announcements }
    const wording = openWording({ statement, log, lookEveryMs: 2 })
    onTestFinished(wording.close)
    const title = (tag: string) =>
      wording.current().announcements.get(tag)?.entries[0]?.title.markup
    const said = (words: string) =>
      vi.waitFor(() => expect(lines.map(({ msg }) => msg).join('\n')).toContain(words))
    return { write, title, said, announcements, lines }
  }

  test('is read again, and so is a translation that comes later', async () => {
    const { write, title, said } = watching(entry('One'))
    expect(title('en')).toBe('One')
    write('news.md', entry('Two'))
    await said('the statement was read again')
    expect(title('ja')).toBe('Two')
    write('news.ja.md', entry('二'))
    await vi.waitFor(() => expect(title('ja')).toBe('二'))
    expect(title('en')).toBe('Two')
  })

  test('and cannot be used leaves the statement as it was, told once when it goes and when it is back', async () => {
    const { write, title, said, announcements, lines } = watching(entry('One'))
    rmSync(announcements)
    await said(
      `${announcements} cannot be read: there is no such file; the statement stays as it was`,
    )
    write('news.ja.md', entry('二'))
    write('news.md', entry('One'))
    await said('the statement was read again')
    rmSync(announcements)
    await vi.waitFor(() => expect(lines).toHaveLength(3))
    write('news.md', entry('One'))
    await said('can be read again; it is as it was')
    expect(title('en')).toBe('One')
    const told = lines.map(({ level, msg, ...others }) => [level, msg.split(' ').at(-1), others])
    const others = { time: expect.any(Number), pid: expect.any(Number), hostname: hostname() }
    expect(told).toEqual([
      [50, 'was', others],
      [30, 'again', others],
      [50, 'was', others],
      [30, 'was', others],
    ])
  })

  test('is warned of by the line of a date that there is not, and shown all the same', async () => {
    const { write, title, said, announcements, lines } = watching(
      `${entry('One')}\n## 2026-02-31 Never\n`,
    )
    await said(`${announcements} line 3: "2026-02-31 Never" has no date of the calendar`)
    expect(lines).toHaveLength(1)
    write('news.md', `${entry('Two')}\n\n## 2026-02-32 Never\n`)
    await said(`${announcements} line 4: "2026-02-32 Never" has no date of the calendar`)
    expect(title('en')).toBe('Two')
  })

  test('without an entry is told of', async () => {
    const { lines, said, announcements } = watching('# News\n\nNothing yet.\n')
    await said(`${announcements} holds no announcement`)
    expect(lines).toHaveLength(1)
  })
})
