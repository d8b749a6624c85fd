// What each key of mastodonInboxFilter's configuration means here: settings, and what the operator must know of it.
import { branch } from '../config/tree.ts'
import { upstreamUrl } from '../config/values.ts'
import { canonicalDomain } from '../domains.ts'
import { type Filter, filterSchema, type Translation } from './inbox-filter.ts'
import { wordsOf } from './inbox-filter-words.ts'

/** `keys` are all that stand in the file. */
export function translate(filter: Filter, keys: readonly string[]): readonly Translation[] {
  return [
    upstreamOf(filter),
    listenerOf(filter),
    timeoutOf(filter),
    mentionsOf(filter),
    wordsOf(filter.badText ?? []),
    picturesOf(filter.badImageDigest ?? []),
    domainsOf(filter.skipDomain ?? []),
    accountsOf(filter.skipAcct ?? []),
    ...keys.map(unmapped),
  ]
}

function upstreamOf({ redirectUrl = '' }: Filter): Translation {
  const url = URL.parse(redirectUrl)
  if (!url || !upstreamUrl.safeParse(url.origin).success || url.hostname === '0.0.0.0') {
    const why = 'redirectUrl names no server: set instance.upstream to where your instance listens.'
    return { notes: [why] }
  }
  const settings = branch('instance.upstream', url.origin)
  if (upstreamUrl.safeParse(redirectUrl).success) return { settings }
  const rest =
    'redirectUrl: its server was taken over and nothing else; deliveries keep their path.'
  return { settings, notes: [rest] }
}

const ADMIN_PORT = 8421 // as shipped

function listenerOf({ listenHost: host, listenPort: port }: Filter): Translation {
  const isLocal = /^(127\.|localhost$|::1$)/.test(host)
  const isTaken = port === ADMIN_PORT
  return {
    settings: { listen: { host, ...(!isTaken && { port }) } },
    notes: [
      ...(isTaken ? [`listenPort ${port} is the admin listener’s here: choose listen.port.`] : []),
      ...(isLocal ? [] : [TRUSTED]),
    ],
  }
}

const TRUSTED =
  'listenHost: whoever reaches it may deliver. listen.trustedProxies names whose X-Forwarded-For is believed: add your proxy if it is another machine.'

const LEAST_TIMEOUT_MS = 100

function timeoutOf({ requestTimeoutMs }: Filter): Translation {
  if (requestTimeoutMs === undefined) return {}
  if (requestTimeoutMs < LEAST_TIMEOUT_MS || !Number.isSafeInteger(requestTimeoutMs)) {
    return { notes: ['requestTimeoutMs is no sensible limit and was left out.'] }
  }
  return {
    settings: branch('instance.timeout', asDuration(requestTimeoutMs)),
    notes: [
      'requestTimeoutMs is how long the instance may take to answer; what is fetched from others has limits of its own.',
    ],
  }
}

function asDuration(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`
}

const SHIPPED_MENTIONS = 5 // rules/weights.ts

/** There it spared posts with fewer mentions; here a lower number would make every reply to two strangers a flood. */
function mentionsOf({ mentionMin }: Filter): Translation {
  if (mentionMin === undefined) return {}
  const meaning =
    'mentionMin: posts with fewer mentions were not looked at there; here words and URLs are looked for in every post, and minMentions is how many strangers make a flood'
  if (mentionMin <= SHIPPED_MENTIONS || !Number.isSafeInteger(mentionMin)) {
    return { notes: [`${meaning}, ${SHIPPED_MENTIONS} as shipped.`] }
  }
  const settings = { rules: { 'mention-flood': { minMentions: mentionMin } } }
  return { settings, notes: [`${meaning}.`] }
}

function picturesOf(digests: readonly string[]): Translation {
  return {
    notes: digests.map((digest) => {
      const bytes = Buffer.from(digest, 'base64')
      return bytes.length === 32
        ? `badImageDigest: the picture with SHA-256 ${bytes.toString('hex')} is left out: register the picture itself with images add.`
        : `badImageDigest: "${digest}" is no SHA-256 in Base64 and was left out.`
    }),
  }
}

function domainsOf(skipDomain: readonly string[]): Translation {
  if (skipDomain.length === 0) return {}
  const domains = skipDomain.map((name) => canonicalDomain(name))
  const known = [...new Set(domains.filter((domain) => domain !== undefined))]
  const wrong = skipDomain.filter((_, index) => domains[index] === undefined)
  return {
    settings: branch('blocks.protected', known),
    notes: [
      'skipDomain: these domains and their subdomains are never blocked by themselves, but their posts are judged like all others; there they were not looked at. Take out those that you would block.',
      ...wrong.map((name) => `skipDomain: "${name}" is no domain and was left out.`),
    ],
  }
}

function accountsOf(skipAcct: readonly string[]): Translation {
  if (skipAcct.length === 0) return {}
  const names = skipAcct.join(', ')
  return {
    notes: [
      `skipAcct: no account is let through by its name here, for anybody may write it; whom your users follow is trusted. Left out: ${names}.`,
    ],
  }
}

const UNMAPPED: Readonly<Record<string, string>> = {
  userAgent: 'the relay names itself to other servers.',
  userNameLengthMin: 'how long an author’s name is does not matter here.',
  userNameLengthMax: 'how long an author’s name is does not matter here.',
  skipInReplyTo: 'answers are judged too; whoever is in a thread is no stranger there.',
  skipImageDigest: 'pictures that are known to be harmless need no list.',
  autoReport: 'nothing is reported to other servers; its access token was not taken over.',
  pidFile: 'the relay writes no such file.',
  recordDir: 'verdicts are kept in the store, contents are not.',
  cacheDir: 'fetched documents are kept in memory.',
}

function unmapped(key: string): Translation {
  if (Object.hasOwn(UNMAPPED, key)) return { notes: [`${key} has no equivalent: ${UNMAPPED[key]}`] }
  return Object.hasOwn(filterSchema.shape, key)
    ? {}
    : { notes: [`${key} is no key that is known, and was left out.`] }
}
