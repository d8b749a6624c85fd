// What the posts of one campaign have in common: nearly the same words, the same link, the same picture.
import { domainOf, isWithin } from '../domains.ts'
import type { Fingerprint, Link } from '../facts.ts'
import type { JsonObject } from '../json.ts'
import { fewLettersOf, nearTextKeys } from './near-text.ts'
import { picturesOf } from './pictures.ts'
import { postKey } from './post-key.ts'
import { isShown } from './silent-keys.ts'

interface Printed {
  readonly words: string
  readonly links: readonly Link[]
  readonly posts: readonly JsonObject[]
  readonly attachments: number
  readonly author: string | undefined
  readonly references: readonly { readonly id: string }[]
  /** Our own domains. */
  readonly domains: readonly string[]
}

const MAX_LINKS = 4
const MAX_SHOWN = 200

export function fingerprintsOf(post: Printed): readonly Fingerprint[] {
  const words = cut(post.words)
  const texts = nearTextKeys(post.words).map(
    (key) => ({ kind: 'text', key, shown: words }) as const,
  )
  const links = [...foreignLinks(post)].map(
    ([address, { href }]) => ({ kind: 'link', key: `link:${address}`, shown: cut(href) }) as const,
  )
  const pictures = picturesOf(post.posts).flatMap(({ keys, url }) =>
    keys.map((key) => ({ kind: 'picture', key, shown: cut(url) }) as const),
  )
  const few = post.attachments > 0 && pictures.length === 0 ? fewLettersOf(post.words) : ''
  const captions =
    few === '' ? [] : [{ kind: 'caption', key: `caption:${few}`, shown: words } as const]
  return [...texts, ...links, ...pictures, ...captions]
}

/** Each once, by what makes it the same. */
function foreignLinks(post: Printed): ReadonlyMap<string, Link> {
  const isForeign = foreignTo(post)
  const found = new Map<string, Link>()
  for (const link of post.links) {
    if (found.size >= MAX_LINKS) break
    const address = addressOf(link.href)
    if (!found.has(address) && isForeign(link)) found.set(address, link)
  }
  return found
}

/** What a post is made to lead to: no page of ours or of the author's server, none that it quotes or answers. */
function foreignTo({ author, domains, references }: Printed): (link: Link) => boolean {
  const home = domainOf(author ?? '')
  const near = home === undefined ? domains : [...domains, home]
  const known = new Set(references.map(({ id }) => id))
  return ({ role, at, host, href }) =>
    role === undefined &&
    isShown(at) &&
    !BESIDE_THE_TEXT.test(at) &&
    !near.some((domain) => isWithin(host, domain)) &&
    !known.has(postKey(href))
}

/** Pictures, emoji and names have addresses too, which everybody on a server has in common; Lemmy attaches its link. */
const BESIDE_THE_TEXT =
  /(?:^|\.)(?:tag|icon|image|url|preview|generator|_misskey_quote|quote\w*)\b|(?:^|\.)attachment\b.*\.(?!href$)\w+$/
const TRACKING =
  /^(?:utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid?|mc_[ce]id|si|s_cid|_hs\w+|ref_src)$/i

/** Without scheme, fragment, trailing slash and what tells advertisers who clicked. */
function addressOf(href: string): string {
  const [, rest = '', query = ''] = /^https?:\/\/([^?#]*)(?:\?([^#]*))?/i.exec(href) ?? []
  const kept = query.split('&').filter((pair) => pair !== '' && !TRACKING.test(pair.split('=')[0]!))
  return rest.replace(/\/$/, '') + (kept.length > 0 ? `?${kept.join('&')}` : '')
}

function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}
