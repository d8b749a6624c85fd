// What a post says in words: its visible text without the people it calls, its hashtags and its links.

import type { JsonObject, JsonValue } from '../json.ts'
import { findUrls } from '../links/bare-urls.ts'
import { type MarkupReader, visibleText } from '../links/markup.ts'
import { isObject, stringsOf } from '../plain-keys.ts'
import { boundTexts } from './budget.ts'

const MAX_URLS = 1_500 // as much as links.ts reads
const HANDLE = /@[\p{L}\p{N}\p{M}_.-]+(?:@[\p{L}\p{N}\p{M}.-]+)?/gu
const HASHTAG = /[#＃][\p{L}\p{N}\p{M}_・-]+/gu

export function wordsOf(posts: readonly JsonObject[], read: MarkupReader): string {
  const texts = posts.flatMap(shownTexts).map((text) => ({ at: '', text }))
  const shown = boundTexts(texts).kept.map(({ text }) => visibleText(text, read))
  return shown
    .map(withoutUrls)
    .join('\n')
    .replace(HANDLE, ' ')
    .replace(HASHTAG, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** The warning and title with the text, of which receivers show one spelling. */
function shownTexts(post: JsonObject): readonly string[] {
  const texts = [...stringsOf(post.content), ...firstOf(post.contentMap)]
  const sources = [...stringsOf(post._misskey_content), ...sourceOf(post.source)]
  const body = [...texts, ...sources].find((text) => text.trim() !== '')
  const others = [...stringsOf(post.summary), ...stringsOf(post.name)]
  return body === undefined ? others : [...others, body]
}

function firstOf(map: JsonValue | undefined): readonly string[] {
  return isObject(map) ? stringsOf(Object.values(map)[0]) : []
}

function sourceOf(source: JsonValue | undefined): readonly string[] {
  return isObject(source) ? stringsOf(source.content) : []
}

function withoutUrls(text: string): string {
  let rest = ''
  let from = 0
  for (const { start, end, text: url } of findUrls(text, MAX_URLS).spans) {
    rest += `${text.slice(from, start)} ${wordsAround(url)} `
    from = Math.max(from, end)
  }
  return rest + text.slice(from)
}

/**
 * `写真はphoto.exampleで見られます`: a sentence without blanks runs into a host without a scheme. Its words are those of
 * another script that stand before the host in one label, or run on from its end.
 */
function wordsAround(url: string): string {
  if (/^https?:/i.test(url)) return ''
  const [host = ''] = url.split(/[/?#:]/, 1)
  const isSentence = /\.[a-z0-9-]+[^\0-\x7f]/i.test(host) || /[^\0-\x7f.][a-z0-9-]+\./i.test(host)
  return isSentence ? host.replace(/[\0-\x7f]+/g, ' ') : ''
}
