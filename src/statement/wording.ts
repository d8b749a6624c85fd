// What the statement says in the operator's own words: languages and announcements, read again when a file changes.
import { existsSync, readFileSync } from 'node:fs'
import { WrongConfig } from '../config/layers.ts'
import { unreadable } from '../config/unreadable.ts'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { printable } from '../printable.ts'
import { watchFiles } from '../reload/file-watch.ts'
import { type Announcement, misdatedIn, readAnnouncements } from './announcements.ts'
import { type Language, readLanguages } from './languages.ts'

export interface Wording {
  /** The first is for readers whose languages are not among them. */
  readonly languages: readonly Language[]
  /** By language; every one of them has some, at least those of the first. */
  readonly announcements: ReadonlyMap<string, Announcements>
  /** What the operator did not mean, a sentence each; the statement is made all the same. */
  readonly doubts: readonly string[]
  /** Everything that was read, to tell whether it is another. */
  readonly source: string
}

export interface Announcements {
  readonly entries: readonly Announcement[]
  /** The language that they are written in. */
  readonly tag: string
}

export interface WordingInForce {
  current(): Wording
  close(): void
}

type Settings = Pick<Config['statement'], 'languages' | 'announcements'>

interface WordingOptions {
  readonly statement: Settings
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  readonly lookEveryMs?: number
}

const LOOK_EVERY_MS = 1_000
const MAX_HEADING = 100
const MAX_BYTES = 262_144 // as much as a novel; it is parsed at once

/** Throws WrongConfig for a file that cannot be used; later such a file leaves everything as it was. */
export function openWording({ statement, log, lookEveryMs }: WordingOptions): WordingInForce {
  let current = readWording(statement)
  let complaint: string | undefined
  for (const doubt of current.doubts) log.warn(doubt)
  const take = (read: Wording) => {
    const isOther = read.source !== current.source
    if (isOther) log.info('the statement was read again')
    else if (complaint) log.info('the statement’s files can be read again; it is as it was')
    if (isOther) for (const doubt of read.doubts) log.warn(doubt)
    current = read
    complaint = undefined
  }
  const onChange = () => {
    const read = attempt(() => readWording(statement))
    if (!(read instanceof WrongConfig)) return take(read)
    if (read.message !== complaint) log.error(`${read.message}; the statement stays as it was`)
    complaint = read.message
  }
  const files = () => filesOf(statement, current)
  const watch = watchFiles({ files, everyMs: lookEveryMs ?? LOOK_EVERY_MS, onChange })
  return { current: () => current, close: watch.close }
}

export function readWording({ languages: names, announcements: file }: Settings): Wording {
  const texts: string[] = []
  const doubts: string[] = []
  const read = (key: string) => (path: string) => {
    texts.push(readText(key, path))
    return texts.at(-1)!
  }
  const languages = readLanguages(names, read('languages'))
  const main = languages[0]!.tag
  const parse = (path: string) => {
    const text = read('announcements')(path)
    const entries = readAnnouncements(text)
    doubts.push(...doubtsOf(path, text, entries))
    return entries
  }
  const own = { tag: main, entries: file === '' ? [] : parse(file) }
  const translated = languages.map(({ tag }) => {
    const path = translationOf(file, tag)
    const isThere = file !== '' && tag !== main && existsSync(path)
    return [tag, isThere ? { tag, entries: parse(path) } : own] as const
  })
  const announcements = new Map(translated)
  return { languages, announcements, doubts, source: texts.join('\0') }
}

const FORM = 'each begins with a line like "## 2026-02-20 Title"'

function doubtsOf(file: string, text: string, entries: Announcements['entries']) {
  const misdated = misdatedIn(text).map(({ line, heading }) => {
    const name = printable(heading, MAX_HEADING)
    return `${file} line ${line}: "${name}" has no date of the calendar and begins no announcement: ${FORM}`
  })
  return entries.length > 0 ? misdated : [...misdated, `${file} holds no announcement: ${FORM}`]
}

/** `news.md` in Japanese is `news.ja.md`. */
function translationOf(file: string, tag: string): string {
  return file.replace(/(\.[^./\\]*)?$/, (extension) => `.${tag}${extension}`)
}

function readText(key: string, file: string): string {
  try {
    const bytes = readFileSync(file)
    if (bytes.length <= MAX_BYTES) return bytes.toString('utf8')
  } catch (cause) {
    throw new WrongConfig(`statement.${key}: ${unreadable(file, cause)}`, { cause })
  }
  throw new WrongConfig(`statement.${key}: ${file} is larger than ${MAX_BYTES} bytes`)
}

function filesOf({ languages, announcements: file }: Settings, wording: Wording) {
  const own = languages.filter((name) => /\.ya?ml$/.test(name))
  const tags = wording.languages.map(({ tag }) => tag)
  return file === '' ? own : [...own, file, ...tags.map((tag) => translationOf(file, tag))]
}

function attempt(read: () => Wording): Wording | WrongConfig {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof WrongConfig) return cause
    throw cause
  }
}
