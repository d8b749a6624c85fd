// Which answers of the instance tell the world about it: pages, and the descriptions that programs read.
import type { BodyKind } from '../contact.ts'

/** Where something is described that is no page. Undefined for every other path. */
export function describedAt(target: string): BodyKind | undefined {
  const path = plainPath(target)
  if (NODEINFO.test(path)) return 'nodeinfo'
  if (DESCRIPTIONS.has(path) || DESCRIPTIONS.has(withoutFormat(path)) || BELOW.test(path)) {
    return 'json'
  }
  if (FEEDS.test(path)) return 'html'
  return TEXTS.has(path) ? 'text' : undefined
}

/** How the body is to be read; undefined: it passes as it is. */
export function kindOfAnswer(
  target: string,
  contentType: string | undefined,
): BodyKind | undefined {
  const type = (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase()
  if (PAGE.test(type)) return FORMS.test(plainPath(target)) ? 'form' : 'html'
  if (ACTIVITY.test(type) || !READABLE.test(type)) return undefined
  const kind = describedAt(target)
  return kind === 'html' && type.endsWith('json') ? 'json' : kind
}

/** Whether the answer may be a page, as far as a request tells: then no old copy may be confirmed to its client. */
export function mayBePage(target: string, { accept, 'sec-fetch-dest': goal }: Wishes): boolean {
  if (accept !== undefined && !/text\/(?:html|\*)|\*\/\*|xhtml/i.test(accept)) return false
  if (goal !== undefined && !/^(?:document|empty|i?frame|embed|object)$/i.test(String(goal))) {
    return false
  }
  return !isFile(target)
}

/** By its path. */
export function isFile(target: string): boolean {
  return FILES.test(plainPath(target))
}

interface Wishes {
  readonly accept?: string | undefined
  readonly 'sec-fetch-dest'?: string | string[] | undefined
}

const PAGE = /^(?:text\/html|application\/xhtml\+xml)$/
/** Deliveries and posts: what was signed or is compared elsewhere must not differ by a byte. */
const ACTIVITY = /^application\/(?:activity|ld)\+json$/
/** An answer without a type is read too: the path has said enough. */
const READABLE = /^$|^text\/(?!event-stream)|^application\/(?:[\w.+-]+\+)?(?:json|xml)$/

const NODEINFO = /^\/(?:api\/)?nodeinfo(?:\/|$)|^\/\.well-known\/(?:x-)?nodeinfo/
const DESCRIPTIONS = new Set([
  ...['/api/v1/instance', '/api/v2/instance'], // Mastodon and all that speak like it
  ...['/api/meta', '/api/announcements', '/api/v1/announcements'],
  ...['/api/v3/site', '/api/v4/site'], // Lemmy
  ...['/api/v1/config', '/api/v1/config/about'], // PeerTube
  ...['/manifest', '/manifest.json', '/manifest.webmanifest', '/site.webmanifest'],
])
const BELOW =
  /^\/api\/v[12]\/instance\/(?:extended_description|privacy_policy|rules|terms_of_service)(?:\/|$)/
/** PeerTube's name who looks after the server, or a channel's owner; XML is escaped as HTML is. */
const FEEDS = /^\/feeds\//
const TEXTS = new Set(['/.well-known/security.txt', '/security.txt', '/humans.txt'])
/** Mastodon's: what stands in their fields would be saved. */
const FORMS = /^\/(?:admin|auth|i\/admin|preferences|settings)(?:\/|$)/
/** APIs and files: with a copy of one of these nothing can be told. */
const FILES =
  /^\/(?:api|assets|avatar|download|emoji|files|fileserver|identicon|lazy-static|media|media_proxy|packs|pictrs|proxy|static-assets|system|vite)\/|\.(?:avif|bmp|css|flac|gif|ico|jpe?g|js|m3u8|m4[av]|map|mjs|mkv|mov|mp[34]|og[agv]|opus|otf|pdf|png|svg|torrent|ts|ttf|vtt|wasm|wav|web[mp]|woff2?|zip)$/

/** As an instance may read it: decoded, without doubled or trailing slashes, case and parameters. */
function plainPath(target: string): string {
  const [path = ''] = target.split(/[?#]/, 1)
  const folded = resolved(decoded(path)).toLowerCase()
  return folded
    .replace(/;[^/]*/g, '')
    .replace(/\/{2,}/g, '/')
    .replace(/(?<=.)\/$/, '')
}

/** Rails may take `.json`, or anything, for the format that is wanted. */
function withoutFormat(path: string): string {
  return path.replace(/\.[a-z]\w{0,7}$/, '')
}

const MAX_DECODINGS = 4

function decoded(path: string): string {
  let text = path
  for (let round = 0; round < MAX_DECODINGS && text.includes('%'); round += 1) {
    text = text.replace(/%([0-7][\da-f])/gi, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  }
  return text.replaceAll('\\', '/')
}

function resolved(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/').replace(/^(?!\/)/, '/')
}
