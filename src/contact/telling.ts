// Which answers of the instance tell the world about it: pages, and the descriptions that programs read.
import type { IncomingMessage } from 'node:http'
import type { BodyKind } from '../contact.ts'
import { plainPath, withoutFormat } from './plain-path.ts'
import type { Sight } from './sight.ts'

/** Where something is described that is no page. Undefined for every other path. */
export function describedAt(target: string): BodyKind | undefined {
  const path = plainPath(target)
  if (NODEINFO.test(path)) return 'nodeinfo'
  if (TEXTS.test(path)) return 'text'
  if (XML.test(path)) return 'html'
  const isDescribed = DESCRIPTIONS.has(path) || DESCRIPTIONS.has(withoutFormat(path))
  return isDescribed || BELOW.test(path) ? 'json' : undefined
}

/** How the body is to be read; undefined: it passes as it is. `untold`: a browser would look at its bytes, so must we. */
export function kindOfAnswer(target: string, contentType: string): BodyKind | 'untold' | undefined {
  const types = contentType.split(',').map((each) => each.split(';', 1)[0]!.trim().toLowerCase())
  if (types.some((type) => PAGE.test(type))) return pageKind(target)
  if (types.some((type) => ACTIVITY.test(type))) return undefined
  const isUntold = types.every((type) => UNTOLD.test(type))
  const readable = isUntold ? '' : types.find((type) => READABLE.test(type))
  const kind = readable === undefined ? undefined : describedAs(target, readable)
  return isUntold && kind === undefined && !isStored(target) ? 'untold' : kind
}

/** For an answer that tells no type. */
export function kindBySight(target: string, sight: Sight): BodyKind | undefined {
  if (sight === 'page') return pageKind(target)
  return sight === 'text' ? 'text' : undefined
}

/** All that it says: where it says two, browsers take the last. */
export function contentTypeOf({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string {
  const isType = (_: string, at: number) =>
    at % 2 === 1 && /^content-type$/i.test(rawHeaders[at - 1]!)
  return rawHeaders.filter(isType).join(',')
}

/** Whether the answer may be a page, as far as a request tells: then no old copy may be confirmed to its client. */
export function mayBePage(target: string, { accept, 'sec-fetch-dest': goal }: Wishes): boolean {
  if (accept !== undefined && !/text\/(?:html|\*)|\*\/\*|xhtml/i.test(accept)) return false
  if (goal !== undefined && !/^(?:document|empty|i?frame|embed|object)$/i.test(String(goal))) {
    return false
  }
  return !isFile(target)
}

/** By its path: with a copy of it nothing can be told. */
export function isFile(target: string): boolean {
  return plainPath(target).startsWith('/api/') || isStored(target)
}

function isStored(target: string): boolean {
  return STORED.test(plainPath(target))
}

function pageKind(target: string): BodyKind {
  return FORMS.test(plainPath(target)) ? 'form' : 'html'
}

/** A path may be answered in several forms. */
function describedAs(target: string, type: string): BodyKind | undefined {
  const kind = describedAt(target)
  if (kind === undefined || kind === 'nodeinfo') return kind
  if (type.endsWith('json')) return 'json'
  return type.endsWith('xml') ? 'html' : kind
}

interface Wishes {
  readonly accept?: string | undefined
  readonly 'sec-fetch-dest'?: string | string[] | undefined
}

const PAGE = /^(?:text\/html|application\/xhtml\+xml)$/
/** Deliveries and posts: what was signed or is compared elsewhere must not differ by a byte. */
const ACTIVITY = /^application\/(?:activity|ld)\+json$/
/** mimesniff.spec.whatwg.org §7: of these a browser says that it knows nothing. */
const UNTOLD = /^(?:[^/]*|\*\/\*|(?:unknown|application)\/unknown)$/
const READABLE = /^text\/(?!event-stream)|^application\/(?:[\w.+-]+\+)?(?:json|xml)$/

const NODEINFO = /^\/(?:api\/)?nodeinfo(?:\/|$)|^\/\.well-known\/(?:x-)?nodeinfo/
const DESCRIPTIONS = new Set([
  ...['/api/v1/instance', '/api/v2/instance'], // Mastodon and all that speak like it
  ...['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'],
  ...['/api/meta', '/api/server-info', '/api/announcements', '/api/v1/announcements'],
  ...['/api/federation/instances', '/api/federation/show-instance'], // what others told of themselves
  ...['/api/pleroma/frontend_configurations', '/api/v1/pleroma/frontend_configurations'],
  ...['/api/statusnet/config', '/api/gnusocial/config'], // Pleroma, Friendica, GNU social: site.email
  ...['/friendica/json', '/siteinfo/json', '/siteinfo.json', '/statistics.json'],
  ...['/about.json', '/site.json', '/site/basic-info.json'], // Discourse: contact_email
  ...['/api/v3/site', '/api/v4/site', '/api/alpha/site'], // Lemmy, PieFed
  ...['/api/instance', '/api/info'], // Mbin
  ...['/api/v1/config', '/api/v1/config/about', '/api/config'], // PeerTube, Owncast
  ...['/manifest', '/manifest.json', '/manifest.webmanifest', '/site.webmanifest'],
])
/** All that is said of the instance, but not the thousands of its peers; and what Pleroma's operators write. */
const BELOW =
  /^\/api\/v[12]\/instance\/(?!peers|activity)|^\/(?:instance|static)\/.+\.(?:json|md|txt)$/
/** PeerTube's and Lemmy's feeds name who looks after the server; XML is escaped as HTML is. */
const XML =
  /^\/feeds\/|^\/(?:atom|feed|index|rss)(?:\.(?:atom|rss|xml))?$|^\/(?:opensearch|osd|open-search)(?:\.xml)?$/
/** robots.txt, humans.txt, security.txt and their like. */
const TEXTS = /^\/(?:\.well-known\/)?[\w.-]{1,40}\.txt$/
/** Mastodon's: what stands in their fields would be saved. */
const FORMS = /^\/(?:admin|auth|i\/admin|preferences|settings)(?:\/|$)/
const STORED =
  /^\/(?:assets|avatar|download|emoji|files|fileserver|identicon|lazy-static|media|media_proxy|packs|pictrs|proxy|static-assets|system|vite)\/|\.(?:avif|bmp|css|flac|gif|ico|jpe?g|js|m3u8|m4[av]|map|mjs|mkv|mov|mp[34]|og[agv]|opus|otf|pdf|png|svg|torrent|ts|ttf|vtt|wasm|wav|web[mp]|woff2?|zip)$/
