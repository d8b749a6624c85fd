// The languages of the statement: those that are shipped, and the operator's own in files, whole or in part.
import { parse } from 'yaml'
import { z } from 'zod'
import { WrongConfig } from '../config/layers.ts'
import { en, type TextKey, type Texts } from './en.ts'
import { ja } from './ja.ts'

export interface Language {
  /** As HTML's lang has it. */
  readonly tag: string
  readonly direction: 'ltr' | 'rtl'
  readonly texts: Texts
  /** Not translated: these are in English. */
  readonly borrowed: ReadonlySet<TextKey>
}

const SHIPPED: ReadonlyMap<string, Texts> = new Map([
  ['en', en],
  ['ja', ja],
])
const KEYS = Object.keys(en) as TextKey[]
const MAX_TEXT = 4_000

/** A file may be laid over a shipped language, too: to say it in other words. */
const ownFile = z.strictObject({
  language: z.string().refine(isTag, 'is a language tag such as de or pt-BR'),
  direction: z.enum(['ltr', 'rtl']).default('ltr'),
  texts: z.partialRecord(z.enum(KEYS), z.string().max(MAX_TEXT)),
})

/** Of `statement.languages`, in its order; throws WrongConfig for a file that cannot be used. */
export function readLanguages(
  names: readonly string[],
  read: (file: string) => string,
): readonly Language[] {
  const languages = names.map((name) => shipped(name) ?? ownLanguage(name, read(name)))
  const tags = languages.map(({ tag }) => tag)
  const twice = tags.find((tag, at) => tags.indexOf(tag) !== at)
  if (twice !== undefined) throw new WrongConfig(`statement.languages: ${twice} is named twice`)
  return languages
}

function shipped(tag: string): Language | undefined {
  const texts = SHIPPED.get(tag)
  return texts && { tag, direction: 'ltr', texts, borrowed: new Set() }
}

function ownLanguage(file: string, text: string): Language {
  const read = ownFile.safeParse(parseYaml(file, text))
  if (!read.success) {
    const { path, message } = read.error.issues[0]!
    throw new WrongConfig(`statement.languages: ${file}: ${[...path, message].join(': ')}`)
  }
  const { language, direction, texts } = read.data
  const [tag] = Intl.getCanonicalLocales(language) as [string]
  const base = SHIPPED.get(tag)
  const borrowed = base ? [] : KEYS.filter((key) => texts[key] === undefined)
  return { tag, direction, texts: { ...(base ?? en), ...texts }, borrowed: new Set(borrowed) }
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    throw new WrongConfig(`statement.languages: ${file} is no YAML`, { cause })
  }
}

function isTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1
  } catch {
    return false
  }
}
