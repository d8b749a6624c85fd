// The links of a post, and which of them merely name a person or a hashtag.

import { domainOf } from '../domains.ts'
import type { Link } from '../facts.ts'
import type { JsonObject } from '../json.ts'
import { type LinkSources, type Links, linksIn } from '../links.ts'
import { referencesOf } from '../plain-keys.ts'
import { handleOf, personKey } from './people.ts'

export interface LinkEvidence extends LinkSources {
  /** `namedPeople` of its Mention tags. */
  readonly named: ReadonlySet<string>
  /** What the Hashtag tags link to. */
  readonly hashtags: readonly string[]
  readonly posts: readonly JsonObject[]
  readonly author: string | undefined
}

export function gatherLinks(evidence: LinkEvidence): Links {
  const { named } = evidence
  const own = permalinks(evidence)
  const urls = evidence.urls.filter(({ url }) => !own.has(url))
  const texts = evidence.texts.filter(({ text }) => !own.has(text))
  const { links, capped } = linksIn({ ...evidence, texts, urls })
  const hashtags = new Set(evidence.hashtags.map(personKey))
  const roleOf = (link: Link): Link['role'] => {
    const key = personKey(link.href)
    if (named.has(key) || named.has(handleOf(key))) return 'mention'
    return hashtags.has(key) ? 'hashtag' : undefined
  }
  const withRoles = links.map((link) => {
    const role = roleOf(link)
    return role ? { ...link, role } : link
  })
  return { links: withRoles, capped }
}

/** Every post has a URL on its author's own server: that is its name, not its content. */
function permalinks({ posts, author }: LinkEvidence): ReadonlySet<string> {
  const home = domainOf(author ?? '')
  const urls = posts.flatMap((post) => [post.id, post.url].flatMap(referencesOf))
  return new Set(urls.filter((url) => home !== undefined && domainOf(url) === home))
}
