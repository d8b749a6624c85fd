// Posts with a banned URL are not accepted, wherever they come from.
import type { Link } from '../facts.ts'
import { compileUrlList, type UrlList } from '../links/url-list.ts'
import type { Rule } from './rule.ts'

const MAX_SHOWN = 200

export function bannedUrl(entries: readonly string[]): Rule {
  const banned = compile(entries)
  return {
    name: 'banned-url',
    description: 'the post contains a URL that is not accepted here',
    absolute: true,
    evaluate({ links }) {
      for (const link of links) {
        const entry = banned.find(link)
        if (entry !== undefined) return { why: explain(entry, link) }
      }
      return undefined
    },
  }
}

function compile(entries: readonly string[]): UrlList {
  try {
    return compileUrlList(entries)
  } catch (cause) {
    const { message, cause: reason } = cause as Error
    const why = reason instanceof Error ? `${message}: ${reason.message}` : message
    throw new Error(`banned.urls: ${why}`, { cause })
  }
}

function explain(entry: string, { text, at }: Link): string {
  return `${entry} in ${at}: ${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}`
}
