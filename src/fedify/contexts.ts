// The JSON-LD contexts that we know, all bundled: what a payload names is never fetched.
import { type DocumentLoader, preloadedContexts } from '@fedify/vocab-runtime'
import type { JsonObject } from '../json.ts'

const ACTIVITYSTREAMS = 'https://www.w3.org/ns/activitystreams'
const SECURITY = 'https://w3id.org/security/v1'
const LITEPUB_URL = 'https://litepub.social/litepub/context.jsonld'

// By the path, since every server serves its own copy: any host's litepub, Mbin's `/contexts`.
const LITEPUB_PATH = /\/litepub(-[\d.]+)?\.jsonld$|\/litepub\/context\.jsonld$/
const ACTIVITYSTREAMS_SPELLING =
  /^https?:\/\/(www\.)?w3\.org\/ns\/activitystreams(\.jsonld)?[#/]?$|^https?:\/\/[^/?#]+\/contexts$/
const MAX_URL_LENGTH = 2048

/** Akkoma, Pleroma and Mobilizon serve this under each server's own host. */
const LITEPUB = {
  '@context': [
    ACTIVITYSTREAMS,
    SECURITY,
    {
      litepub: 'http://litepub.social/ns#',
      ostatus: 'http://ostatus.org#',
      schema: 'http://schema.org#',
      toot: 'http://joinmastodon.org/ns#',
      misskey: 'https://misskey-hub.net/ns#',
      fedibird: 'http://fedibird.com/ns#',
      ChatMessage: 'litepub:ChatMessage',
      EmojiReact: 'litepub:EmojiReact',
      Emoji: 'toot:Emoji',
      Hashtag: 'as:Hashtag',
      PropertyValue: 'schema:PropertyValue',
      value: 'schema:value',
      atomUri: 'ostatus:atomUri',
      conversation: { '@id': 'ostatus:conversation', '@type': '@id' },
      directMessage: 'litepub:directMessage',
      listMessage: { '@id': 'litepub:listMessage', '@type': '@id' },
      invisible: 'litepub:invisible',
      capabilities: 'litepub:capabilities',
      formerRepresentations: 'litepub:formerRepresentations',
      manuallyApprovesFollowers: 'as:manuallyApprovesFollowers',
      sensitive: 'as:sensitive',
      quoteUrl: 'as:quoteUrl',
      quoteUri: 'fedibird:quoteUri',
      _misskey_quote: 'misskey:_misskey_quote',
      alsoKnownAs: { '@id': 'as:alsoKnownAs', '@type': '@id' },
      discoverable: 'toot:discoverable',
    },
  ],
}

// jsonld.js keeps what a document tagged `static` resolved to. Only for our fixed set: a tag on
// names that senders choose would let them push the good ones out of its cache of 100.
const BUNDLED = new Map(
  Object.entries({ ...preloadedContexts, [LITEPUB_URL]: LITEPUB }).map(
    ([documentUrl, document]) => [
      documentUrl,
      { contextUrl: null, documentUrl, document, tag: 'static' },
    ],
  ),
)

/** Fedify's loader for contexts. What is not bundled defines nothing; it is no error. */
export const contextLoader: DocumentLoader = async (url) =>
  BUNDLED.get(bundledUrl(url) ?? url) ?? {
    contextUrl: null,
    documentUrl: url,
    document: { '@context': {} },
  }

/** Under which name we have this context, if at all. */
export function bundledUrl(url: string): string | undefined {
  if (BUNDLED.has(url)) return url
  if (url.length > MAX_URL_LENGTH) return undefined
  if (ACTIVITYSTREAMS_SPELLING.test(url)) return ACTIVITYSTREAMS
  return LITEPUB_PATH.test(url) ? LITEPUB_URL : undefined
}

/**
 * The same document with our names for its contexts, and with the vocabulary itself where it was
 * forgotten: AS2 §2.1 lets it apply all the same, Misskey goes by that, and a reader that saw
 * nothing in such a post would be easy to blind.
 */
export function withBundledContexts(json: JsonObject): JsonObject {
  const context = json['@context']
  const given = context === undefined ? [] : [context].flat()
  const entries = given.map((entry) =>
    typeof entry === 'string' ? (bundledUrl(entry) ?? entry) : entry,
  )
  const isNamed = entries.includes(ACTIVITYSTREAMS) || entries.includes(LITEPUB_URL)
  return { ...json, '@context': isNamed ? entries : [ACTIVITYSTREAMS, ...entries] }
}
