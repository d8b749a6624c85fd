// The pictures that stand in the words of a post themselves: as HTML, and as Markdown where servers send what was typed.
import type { JsonObject } from '../json.ts'
import { isObject, objectsOf, stringsOf } from '../plain-keys.ts'

const MAX_READ = 200_000 // characters, of all texts and languages together; longer ones are flagged (budget.ts)
/** Distinct ones, and one more than are kept of a post: that there are more is told there. */
const MAX_PICTURES = 65

export function picturesInWords(post: JsonObject): readonly string[] {
  const { content, contentMap, source } = post
  const typed = [...stringsOf(source), ...objectsOf(source).flatMap((each) => wordsIn(each))]
  const translated = isObject(contentMap) ? Object.values(contentMap).flatMap(stringsOf) : []
  const texts = new Set([...stringsOf(content), ...typed, ...translated])
  const found = picturesIn([...texts].join('\n').slice(0, MAX_READ))
  return [...new Set(found)].slice(0, MAX_PICTURES)
}

function wordsIn({ content }: JsonObject): readonly string[] {
  return stringsOf(content)
}

function picturesIn(text: string): readonly string[] {
  return [...asHtml(text), ...(text.includes('![') ? asMarkdown(text) : [])]
}

function asHtml(text: string): readonly string[] {
  return distinct(text.matchAll(IMG), ([, url = '']) => url.replaceAll('&amp;', '&'))
}

const IMG = /<img\b[^<>]{0,1000}?\bsrc\s*=\s*["']?([^"'\s<>]+)/gi

/** CommonMark §6.4: `![…](url)`, `![…][name]` and `![name]` with `[name]: url` on a line of its own. */
function asMarkdown(text: string): readonly string[] {
  const named = new Map(
    [...text.matchAll(DEFINITION)].map(([, name = '', url = '']) => [name.toLowerCase(), url]),
  )
  return distinct(
    text.matchAll(IMAGE),
    ([, words = '', url, name]) => url ?? named.get((name || words).toLowerCase()),
  )
}

/** The same one a hundred times must not hide another. */
function distinct(
  matches: Iterable<RegExpExecArray>,
  urlOf: (match: RegExpExecArray) => string | undefined,
): readonly string[] {
  const urls = new Set<string>()
  for (const match of matches) {
    const url = urlOf(match)
    if (url !== undefined) urls.add(url)
    if (urls.size >= MAX_PICTURES) break
  }
  return [...urls]
}

const IMAGE = /!\[([^[\]]{0,500})\](?:\(\s{0,9}<?([^\s<>()]{1,2048})|\[([^[\]]{0,200})\])?/g
const DEFINITION = /^ {0,3}\[([^[\]]{1,500})\]:[ \t]{0,9}<?([^\s<>]{1,2048})/gm
