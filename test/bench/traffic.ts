// An ordinary day's deliveries in the shape that Mastodon gives them, really signed, as the bytes of their requests.
import { aSigner, type Signer } from '../support/sign.ts'

export const HOME = 'home.example'
const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public'
const AS = 'https://www.w3.org/ns/activitystreams'
const ALICE = `https://${HOME}/users/alice`
const FIRST_ID = 115_000_000_000_000 // a snowflake's look, within what a number holds
const PAIRS = 4 // key pairs are dear to make; several people share one

export function people(hosts: readonly string[]): Signer[] {
  return hosts.flatMap((host, at) =>
    ['ann', 'bob'].map((name) =>
      aSigner({ owner: `https://${host}/users/${name}`, pair: at % PAIRS }),
    ),
  )
}

/** Ten deliveries in a row: 40 % posts, 60 % small activities. */
export function ordinaryTraffic(signers: readonly Signer[], count: number): Buffer[] {
  const ten = [create, like, create, follow, create, announce, like, create, undo, remove]
  return signedTraffic(ten, signers, count)
}

/** The same without what a blocked domain may still send. */
export function refusableTraffic(signers: readonly Signer[], count: number): Buffer[] {
  return signedTraffic(
    [create, like, create, follow, create, announce, like, create],
    signers,
    count,
  )
}

type Write = (actor: string, n: number) => object

/** Signed now: good for the hour that a Date is. Every id is another one. */
function signedTraffic(kinds: readonly Write[], signers: readonly Signer[], count: number) {
  return Array.from({ length: count }, (_, at) => {
    const signer = signers[at % signers.length]!
    return wireBytes(signer, kinds[at % kinds.length]!(signer.owner, FIRST_ID + at))
  })
}

/** As a reverse proxy on the same machine hands it on. */
function wireBytes(signer: Signer, activity: object): Buffer {
  const { rawHeaders, target, body } = signer.deliver({
    ...{ host: HOME, target: '/inbox', body: activity, at: Date.now() },
    headers: {
      'user-agent': 'Mastodon/4.5.2 (http.rb/5.3.1; +https://remote.example/)',
      'accept-encoding': 'gzip',
      'x-real-ip': '192.0.2.7',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-proto': 'https',
    },
  })
  const lines = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : [],
  )
  const head = [`POST ${target} HTTP/1.1`, ...lines, `content-length: ${body.length}`]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}

function like(actor: string, n: number) {
  return { ...simple(actor, n, 'Like'), object: `${ALICE}/statuses/${n}` }
}

function follow(actor: string, n: number) {
  return { ...simple(actor, n, 'Follow'), object: ALICE }
}

function announce(actor: string, n: number) {
  return {
    ...simple(actor, n, 'Announce'),
    published: published(n),
    to: [PUBLIC],
    cc: [ALICE, `${actor}/followers`],
    object: `${ALICE}/statuses/${n}`,
  }
}

function undo(actor: string, n: number) {
  const { '@context': context, ...object } = like(actor, n)
  return { '@context': context, id: `${object.id}/undo`, type: 'Undo', actor, object }
}

function remove(actor: string, n: number) {
  return {
    '@context': [AS, { ostatus: 'http://ostatus.org#', atomUri: 'ostatus:atomUri' }],
    ...{ id: `${actor}/statuses/${n}#delete`, type: 'Delete', actor, to: [PUBLIC] },
    object: { id: `${actor}/statuses/${n}`, type: 'Tombstone', atomUri: `${actor}/statuses/${n}` },
    signature: ldSignature(actor, n),
  }
}

function simple(actor: string, n: number, type: string) {
  return { '@context': AS, id: `${actor}#${type.toLowerCase()}s/${n}`, type, actor }
}

function create(actor: string, n: number) {
  const id = `${actor}/statuses/${n}`
  const audience = { to: [PUBLIC], cc: [`${actor}/followers`, ALICE] }
  const frame = { published: published(n), ...audience }
  return {
    '@context': [AS, 'https://w3id.org/security/v1', TERMS],
    ...{ id: `${id}/activity`, type: 'Create', actor, ...frame },
    object: { id, type: 'Note', attributedTo: actor, ...frame, ...note(id, n) },
    signature: ldSignature(actor, n),
  }
}

function note(id: string, n: number) {
  const { host } = new URL(id)
  const mention = `<span class="h-card" translate="no"><a href="https://${HOME}/@alice" class="u-url mention">@<span>alice</span></a></span>`
  const content = `<p>${mention} ${sentence(n)}</p>${(n / 10) % 2 < 1 ? '' : linkTo(`blog.${host}/${n}`)}`
  const collection = { id: `${id}/replies`, type: 'Collection' }
  const page = { type: 'CollectionPage', next: `${id}/replies?page=true` }
  return {
    ...{ summary: null, inReplyTo: null, sensitive: false, inReplyToAtomUri: null, atomUri: id },
    url: id.replace('/users/', '/@').replace('/statuses/', '/'),
    conversation: `tag:${host},2026:objectId=${n}:objectType=Conversation`,
    ...{ content, contentMap: { en: content }, attachment: [] },
    interactionPolicy: { canQuote: { automaticApproval: [PUBLIC] } },
    tag: [{ type: 'Mention', href: ALICE, name: `@alice@${HOME}` }],
    replies: { ...collection, first: { ...page, partOf: `${id}/replies`, items: [] } },
    likes: { id: `${id}/likes`, type: 'Collection', totalItems: 0 },
    shares: { id: `${id}/shares`, type: 'Collection', totalItems: 0 },
  }
}

/** Of the author's own delivery nobody looks at it; Mastodon sends it with every public post. */
function ldSignature(actor: string, n: number) {
  return {
    ...{ type: 'RsaSignature2017', creator: `${actor}#main-key`, created: published(n) },
    signatureValue: String(n).padEnd(344, 'Qm9i'),
  }
}

const WORDS =
  'the river was high this morning and two herons stood where the path used to be nobody had told them'
const SPOKEN = WORDS.split(' ')

function linkTo(place: string): string {
  return `<p><a href="https://${place}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">https://</span><span class="">${place}</span><span class="invisible"></span></a></p>`
}

function sentence(n: number): string {
  return Array.from({ length: 16 }, (_, at) => SPOKEN[(n * 7 + at * at) % SPOKEN.length]).join(' ')
}

function published(n: number): string {
  return new Date(Date.now() - (n % 60) * 1_000).toISOString().replace(/\.\d+Z$/, 'Z')
}

const TERMS = {
  ...{ ostatus: 'http://ostatus.org#', atomUri: 'ostatus:atomUri' },
  ...{ inReplyToAtomUri: 'ostatus:inReplyToAtomUri', conversation: 'ostatus:conversation' },
  ...{ sensitive: 'as:sensitive', toot: 'http://joinmastodon.org/ns#' },
  ...{ votersCount: 'toot:votersCount', gts: 'https://gotosocial.org/ns#' },
  interactionPolicy: { '@id': 'gts:interactionPolicy', '@type': '@id' },
  canQuote: { '@id': 'gts:canQuote', '@type': '@id' },
  automaticApproval: { '@id': 'gts:automaticApproval', '@type': '@id' },
}
