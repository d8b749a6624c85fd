// Activities as the servers of the simulated fediverse write them.
import type { JsonObject } from '../../../src/json.ts'
import type { Account, Person } from './people.ts'

export const HOME = 'home.example'
export const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public'
const AS = 'https://www.w3.org/ns/activitystreams'

export interface Picture {
  readonly url: string
  readonly width: number
  readonly height: number
  /** Misskey tells none. */
  readonly blurhash?: string
  readonly alt?: string
}

export interface Written {
  readonly by: Account
  /** Epoch milliseconds. */
  readonly at: number
  readonly id: string
  readonly text?: string
  readonly calls?: readonly Person[]
  readonly links?: readonly string[]
  readonly pictures?: readonly Picture[]
  readonly answers?: string
  readonly quotes?: string
  readonly audience?: 'public' | 'unlisted' | 'followers' | 'direct'
  readonly editedAt?: number
}

export function noteId({ id, server: { host, software } }: Account, serial: number): string {
  if (software === 'misskey') return `https://${host}/notes/${serial.toString(36)}`
  if (software === 'pleroma') return `https://${host}/objects/${serial.toString(16)}`
  return software === 'lemmy' ? `https://${host}/comment/${serial}` : `${id}/statuses/${serial}`
}

export function note(written: Written): JsonObject {
  const { by, at, id, answers, quotes, editedAt, calls = [], pictures = [] } = written
  const { software } = by.server
  return {
    ...{ id, type: 'Note', attributedTo: by.id, inReplyTo: answers ?? null },
    ...{ published: isoTime(at), url: id.replace('/users/', '/@').replace('/statuses/', '/') },
    ...audienceOf(written),
    ...{ sensitive: false, ...textOf(written) },
    attachment: pictures.map((picture) => attachmentOf(picture, software)),
    tag: calls.map((person) => mentionTag(person, software)),
    ...(editedAt !== undefined && { updated: isoTime(editedAt) }),
    ...(quotes !== undefined && { quote: quotes, quoteUri: quotes, _misskey_quote: quotes }),
  }
}

export function create(post: JsonObject): JsonObject {
  return wrapped(post, { id: `${post.id}/activity`, type: 'Create' })
}

export function update(post: JsonObject): JsonObject {
  return wrapped(post, { id: `${post.id}#updates/${post.updated}`, type: 'Update' })
}

/** `object`: an id, or the post itself. */
export function announce(by: Account, object: JsonObject | string, serial: number): JsonObject {
  const author = typeof object === 'string' ? [] : [String(object.attributedTo)]
  return {
    ...small(by, 'Announce', serial),
    ...{ to: [PUBLIC], cc: [`${by.id}/followers`, ...author], object },
  }
}

export function small(by: Account, type: string, serial: number): JsonObject {
  return { '@context': AS, id: `${by.id}#${type.toLowerCase()}s/${serial}`, type, actor: by.id }
}

export function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}

function wrapped(post: JsonObject, frame: JsonObject): JsonObject {
  const { attributedTo, to, cc, published } = post
  const context = [AS, 'https://w3id.org/security/v1', TERMS]
  return {
    '@context': context,
    ...frame,
    actor: attributedTo,
    published,
    to,
    cc,
    object: post,
  } as JsonObject
}

function audienceOf({ by, audience = 'public', calls = [] }: Written) {
  const called = calls.map(({ id }) => id)
  const followers = `${by.id}/followers`
  return {
    public: { to: [PUBLIC], cc: [followers, ...called] },
    unlisted: { to: [followers], cc: [PUBLIC, ...called] },
    followers: { to: [followers], cc: called },
    direct: { to: called, cc: [] },
  }[audience]
}

function textOf({ by, text = '', calls = [], links = [] }: Written): JsonObject {
  const { software } = by.server
  const names = calls.map((person) => mentionMarkup(person, software)).join(' ')
  const shown = links.map((link) => linkMarkup(link, software)).join(' ')
  const content = `<p>${[names, text, shown].filter((part) => part !== '').join(' ')}</p>`
  if (software !== 'misskey') return { content, contentMap: { [by.tongue.language]: content } }
  const handles = calls.map(({ username, server }) => `@${username}@${server.host}`)
  const source = [...handles, text, ...links].filter((part) => part !== '').join(' ')
  return { content, _misskey_content: source, source: { content: source, mediaType: MFM } }
}

const MFM = 'text/x.misskeymarkdown'

function mentionMarkup({ username, server: { host } }: Person, software: string): string {
  if (software === 'misskey') {
    return `<a href="https://${host}/@${username}" class="u-url mention">@${username}@${host}</a>`
  }
  return `<span class="h-card" translate="no"><a href="https://${host}/@${username}" class="u-url mention">@<span>${username}</span></a></span>`
}

function linkMarkup(url: string, software: string): string {
  if (software === 'misskey') return `<a href="${url}">${url}</a>`
  const place = url.replace(/^https:\/\//, '')
  return `<a href="${url}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">https://</span><span class="">${place}</span><span class="invisible"></span></a>`
}

function mentionTag({ id, username, server: { host } }: Person, software: string): JsonObject {
  const isOurs = host === HOME && software === 'misskey' // Misskey may leave the host out
  return { type: 'Mention', href: id, name: isOurs ? `@${username}` : `@${username}@${host}` }
}

function attachmentOf(
  { url, width, height, blurhash, alt }: Picture,
  software: string,
): JsonObject {
  const common = { type: 'Document', mediaType: 'image/webp', url, name: alt ?? null }
  if (software === 'misskey') return { ...common, sensitive: false }
  return { ...common, width, height, ...(blurhash !== undefined && { blurhash }) }
}

const TERMS: JsonObject = {
  ...{ ostatus: 'http://ostatus.org#', atomUri: 'ostatus:atomUri', sensitive: 'as:sensitive' },
  ...{ toot: 'http://joinmastodon.org/ns#', blurhash: 'toot:blurhash', Emoji: 'toot:Emoji' },
  ...{
    Hashtag: 'as:Hashtag',
    misskey: 'https://misskey-hub.net/ns#',
    schema: 'http://schema.org#',
  },
  ...{ _misskey_content: 'misskey:_misskey_content', _misskey_quote: 'misskey:_misskey_quote' },
  ...{ fedibird: 'http://fedibird.com/ns#', quoteUri: 'fedibird:quoteUri', width: 'schema:width' },
  ...{
    height: 'schema:height',
    quote: { '@id': 'https://w3id.org/fep/044f#quote', '@type': '@id' },
  },
}
