// Signs deliveries as a remote server does, independently of the code that verifies them.
import {
  constants,
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign as signBytes,
} from 'node:crypto'
import { type Delivery, receive } from '../../src/delivery.ts'
import type { Keys } from '../../src/signature.ts'

export interface Signing {
  readonly scheme?: 'cavage' | 'rfc9421'
  readonly method?: string
  readonly target?: string
  /** The target that goes into the signature, where it is not the one requested. */
  readonly signedTarget?: string
  readonly host?: string
  /** An object is sent as its JSON. */
  readonly body?: string | Buffer | object
  /** Epoch milliseconds of Date and created. */
  readonly at?: number
  /** Added to the usual headers, or in place of them; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Names in place of the usual covered ones. */
  readonly covered?: readonly string[]
  /** What the header calls the algorithm; undefined leaves it out. */
  readonly algorithm?: string | undefined
  /** What the signature is made with, where the name does not say it. */
  readonly made?: 'sha256' | 'sha512' | 'pss'
  /** Parameters of the signature added or replaced, as they are written (quotes included); undefined leaves one out. */
  readonly parameters?: Readonly<Record<string, string | undefined>>
}

export interface Signer {
  readonly keyId: string
  readonly owner: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly publicKeyPem: string
  /** The actor document that proves the key. */
  readonly actor: Readonly<Record<string, unknown>>
  /** Name, value, name, value, … */
  sign(signing?: Signing): string[]
  /** The signed request as the relay receives it. */
  deliver(signing?: Signing): Delivery
}

interface SignerOptions {
  readonly owner?: string
  readonly keyId?: string
  readonly algorithm?: 'rsa' | 'ed25519'
  /** Signers share one key pair an algorithm unless they ask for another one. */
  readonly pair?: number
}

export function aSigner(options: SignerOptions = {}): Signer {
  const { owner = 'https://remote.example/users/alice', algorithm = 'rsa', pair = 0 } = options
  const { keyId = `${owner}#main-key` } = options
  const { publicKey, privateKey } = keyPair(algorithm, pair)
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const sign = (signing: Signing = {}) => signedHeaders({ keyId, key: privateKey, ...signing })
  return {
    keyId,
    owner,
    publicKey,
    privateKey,
    publicKeyPem,
    actor: actorDocument({ owner, keyId, publicKeyPem }),
    sign,
    deliver: (signing = {}) => delivered(signing, sign(signing)),
  }
}

/** Knows the keys of these signers and nobody else's. */
export function keysOf(...signers: readonly Signer[]): Keys {
  const find: Keys['find'] = async (keyId) => {
    const signer = signers.find((one) => one.keyId === keyId)
    if (!signer) return { status: 'unavailable', why: 'nobody has this key' }
    const key = { keyId, owner: signer.owner, key: signer.publicKey }
    return { status: 'found', cached: false, key }
  }
  return { find, refresh: find }
}

const pairs = new Map<string, { publicKey: KeyObject; privateKey: KeyObject }>()

function keyPair(algorithm: 'rsa' | 'ed25519', pair: number) {
  const name = `${algorithm} ${pair}`
  const known = pairs.get(name)
  if (known) return known
  const made =
    algorithm === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ed25519')
  pairs.set(name, made)
  return made
}

function actorDocument(key: { owner: string; keyId: string; publicKeyPem: string }) {
  const { owner, keyId, publicKeyPem } = key
  return {
    '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
    id: owner,
    type: 'Person',
    preferredUsername: owner.slice(owner.lastIndexOf('/') + 1),
    inbox: `${owner}/inbox`,
    publicKey: { id: keyId, owner, publicKeyPem },
  }
}

function delivered(signing: Signing, rawHeaders: readonly string[]): Delivery {
  return receive({
    id: randomUUID(),
    receivedAt: signing.at ?? Date.now(),
    method: signing.method ?? 'POST',
    target: signing.target ?? '/inbox',
    rawHeaders,
    body: bodyOf(signing),
    peer: '192.0.2.1',
  })
}

type Signed = Signing & { readonly keyId: string; readonly key: KeyObject }

function signedHeaders(signing: Signed): string[] {
  const headers = unsignedHeaders(signing)
  const signature =
    signing.scheme === 'rfc9421' ? signRfc9421(signing, headers) : signCavage(signing, headers)
  return [...Object.entries(headers), ...signature].flat()
}

function unsignedHeaders(signing: Signing): Record<string, string> {
  const digest = createHash('sha256').update(bodyOf(signing)).digest('base64')
  const usual: Record<string, string> =
    signing.scheme === 'rfc9421'
      ? { 'content-digest': `sha-256=:${digest}:` }
      : { digest: `SHA-256=${digest}` }
  const all = {
    host: signing.host ?? 'social.example',
    date: new Date(signing.at ?? Date.now()).toUTCString(),
    'content-type': 'application/activity+json',
    ...usual,
    ...signing.headers,
  }
  return defined(all)
}

function bodyOf({ body = { type: 'Like' } }: Signing): Buffer {
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function signCavage(signing: Signed, headers: Record<string, string>): string[][] {
  const { covered = ['(request-target)', 'host', 'date', 'digest'] } = signing
  const algorithm = 'algorithm' in signing ? signing.algorithm : cavageName(signing.key)
  const parameters: Record<string, string | undefined> = {
    keyId: `"${signing.keyId}"`,
    algorithm: algorithm && `"${algorithm}"`,
    created: covered.includes('(created)') ? seconds(signing) : undefined,
    headers: `"${covered.join(' ')}"`,
    ...signing.parameters,
  }
  const target = signing.signedTarget ?? signing.target ?? '/inbox'
  const special: Record<string, string | undefined> = {
    '(request-target)': `${(signing.method ?? 'POST').toLowerCase()} ${target}`,
    '(created)': parameters.created?.replaceAll('"', ''),
    '(expires)': parameters.expires?.replaceAll('"', ''),
  }
  const lines = covered.map((name) => `${name}: ${special[name] ?? headers[name] ?? ''}`)
  const made = signing.made ?? (algorithm === 'rsa-sha512' ? 'sha512' : 'sha256')
  const signature = makeSignature(signing.key, made, lines.join('\n'))
  const written = Object.entries({ signature: `"${signature}"`, ...defined(parameters) })
  return [['signature', written.map(([name, value]) => `${name}=${value}`).join(',')]]
}

function signRfc9421(signing: Signed, headers: Record<string, string>): string[][] {
  const { covered = ['@method', '@target-uri', 'content-digest'] } = signing
  const algorithm = 'algorithm' in signing ? signing.algorithm : rfc9421Name(signing)
  const parameters = defined({
    created: seconds(signing),
    keyid: `"${signing.keyId}"`,
    alg: algorithm && `"${algorithm}"`,
    ...signing.parameters,
  })
  const described = [
    `(${covered.map((name) => `"${name}"`).join(' ')})`,
    ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
  ].join(';')
  const target = signing.signedTarget ?? signing.target ?? '/inbox'
  const host = headers.host?.toLowerCase().replace(/:443$/, '')
  const [path, query = ''] = target.split('?')
  const derived: Record<string, string | undefined> = {
    '@method': signing.method ?? 'POST',
    '@target-uri': `https://${host}${target}`,
    '@authority': host,
    '@scheme': 'https',
    '@request-target': target,
    '@path': path,
    '@query': `?${query}`,
  }
  const lines = covered.map((name) => `"${name}": ${derived[name] ?? headers[name] ?? ''}`)
  const base = [...lines, `"@signature-params": ${described}`].join('\n')
  const made = signing.made ?? (algorithm === 'rsa-pss-sha512' ? 'pss' : 'sha256')
  return [
    ['signature-input', `sig1=${described}`],
    ['signature', `sig1=:${makeSignature(signing.key, made, base)}:`],
  ]
}

function makeSignature(key: KeyObject, made: 'sha256' | 'sha512' | 'pss', text: string): string {
  const bytes = Buffer.from(text, 'latin1')
  if (key.asymmetricKeyType === 'ed25519') return signBytes(null, bytes, key).toString('base64')
  if (made !== 'pss') return signBytes(made, bytes, key).toString('base64')
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }
  return signBytes('sha512', bytes, pss).toString('base64')
}

function cavageName(key: KeyObject): string {
  return key.asymmetricKeyType === 'ed25519' ? 'hs2019' : 'rsa-sha256'
}

function rfc9421Name({ key, made }: Signed): string {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519'
  return made === 'pss' ? 'rsa-pss-sha512' : 'rsa-v1_5-sha256'
}

function seconds({ at = Date.now() }: Signing): string {
  return String(Math.floor(at / 1000))
}

function defined(parameters: Record<string, string | undefined>): Record<string, string> {
  const present = Object.entries(parameters).filter((entry) => entry[1] !== undefined)
  return Object.fromEntries(present) as Record<string, string>
}
