// The relay's own actor: whom servers that want signed fetches see, and the key they check.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { IdentityStore } from '../store/store.ts'

export interface RelayActor {
  readonly id: string
  /** The actor document, served at `id`. */
  readonly document: Readonly<Record<string, unknown>>
  /** The WebFinger answer for that one actor; undefined for any other resource. */
  webfinger(resource: string): Readonly<Record<string, unknown>> | undefined
  /** Headers of a signed GET (draft-cavage-12). `now` in epoch milliseconds. */
  signGet(url: URL, now: number): Readonly<Record<string, string>>
}

const NAME = 'sekisho'

export async function relayActor(setup: {
  readonly domain: string
  readonly identity: IdentityStore
}): Promise<RelayActor> {
  const { domain, identity } = setup
  const pem = await identity.getOrCreate('relay-actor-key', freshKey)
  const privateKey = createPrivateKey(pem)
  const id = `https://${domain}/sekisho/actor`
  const document = describe({ id, domain, privateKey })
  const description = finger(id, domain)
  const resources = new Set([id, description.subject])
  return {
    id,
    document,
    webfinger: (resource) => (resources.has(resource.toLowerCase()) ? description : undefined),
    signGet: (url, now) => signGet({ url, now, privateKey, keyId: keyIdOf(id) }),
  }
}

async function freshKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2_048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function describe(self: { id: string; domain: string; privateKey: KeyObject }) {
  const { id, domain, privateKey } = self
  const publicKeyPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })
  return {
    '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
    id,
    type: 'Application',
    preferredUsername: NAME,
    name: 'Sekisho',
    summary: `Checks what is delivered to ${domain}. It reads public keys and profiles, nothing else.`,
    url: `https://${domain}/sekisho/`,
    inbox: `https://${domain}/inbox`,
    outbox: `${id}/outbox`,
    manuallyApprovesFollowers: true,
    discoverable: false,
    endpoints: { sharedInbox: `https://${domain}/inbox` },
    publicKey: { id: keyIdOf(id), owner: id, publicKeyPem: publicKeyPem.toString() },
  }
}

function keyIdOf(actorId: string): string {
  return `${actorId}#main-key`
}

/** RFC 7033 §4.4. */
function finger(id: string, domain: string) {
  return {
    subject: `acct:${NAME}@${domain}`,
    aliases: [id],
    links: [{ rel: 'self', type: 'application/activity+json', href: id }],
  }
}

const COVERED = '(request-target) host date' // what secure modes ask of a GET

function signGet(request: { url: URL; now: number; privateKey: KeyObject; keyId: string }) {
  const { url, now, privateKey, keyId } = request
  const date = new Date(now).toUTCString()
  const target = `get ${url.pathname}${url.search}`
  const text = `(request-target): ${target}\nhost: ${url.host}\ndate: ${date}`
  const signature = sign('sha256', Buffer.from(text), privateKey).toString('base64')
  const described = `keyId="${keyId}",algorithm="rsa-sha256",headers="${COVERED}"`
  return { host: url.host, date, signature: `${described},signature="${signature}"` }
}
