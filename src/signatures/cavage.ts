// draft-cavage-http-signatures-12, as the fediverse speaks it: the Signature header into a claim.
import type { Algorithm } from './algorithms.ts'
import { type Claim, type Head, hasRepeats, type Reading, signedValue } from './claim.ts'

/**
 * The keyId where Signature is written in this draft's syntax. RFC 9421 writes `label=:base64:`, which
 * is neither a string nor a token, so that no header is both: whatever Signature-Input stands beside
 * it, this is the signature that its readers check.
 */
export function cavageKeyId(headers: Head['headers']): string | undefined {
  return readParameters(headers.get('signature') ?? '')?.get('keyid') || undefined
}

/** What the Signature header lists as signed, in lower case; none where it cannot be read. */
export function cavageComponents(headers: Head['headers']): readonly string[] {
  const parameters = readParameters(headers.get('signature') ?? '')
  return parameters ? coveredBy(parameters) : []
}

export function readCavage(head: Head): Reading {
  const parameters = readParameters(head.headers.get('signature') ?? '')
  if (!parameters) return { status: 'invalid', why: 'the Signature header is malformed' }
  const keyId = parameters.get('keyid')
  if (!keyId) return { status: 'invalid', why: 'the Signature header has no keyId' }

  const signed = readSigned(head, parameters)
  return typeof signed === 'string'
    ? { status: 'invalid', keyId, why: signed }
    : { status: 'read', claim: { keyId, digest: 'digest', ...signed } }
}

type Parameters = ReadonlyMap<string, string> | undefined

/** Names in lower case; undefined for what is no list of parameters or has one twice. */
export const readParameters = readLastOnce(parseParameters)

/** Three stages read one delivery's header, one after another. */
function readLastOnce(read: (header: string) => Parameters): (header: string) => Parameters {
  let last: { readonly header: string; readonly parameters: Parameters } | undefined
  return (header) => {
    if (last?.header !== header) last = { header, parameters: read(header) }
    return last.parameters
  }
}

function parseParameters(header: string): Parameters {
  const parameters = new Map<string, string>()
  // Old node-http-signature puts the scheme in front, Mastodon looks past it.
  PARAMETER.lastIndex = header.startsWith(SCHEME) ? SCHEME.length : 0
  for (let more = true; more; ) {
    const match = PARAMETER.exec(header)
    if (!match) return undefined
    const name = match[1]!.toLowerCase()
    if (parameters.has(name)) return undefined
    parameters.set(name, match[2] ?? match[3]!)
    more = match[4] === ','
  }
  return parameters
}

const SCHEME = 'Signature '
// Names and values may be tokens, RFC 9110 §5.6.2: Mastodon takes `algorithm=rsa-sha256`.
const PARAMETER = /\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"([^"\\]*)"|([\w!#$%&'*+.^`|~-]+))\s*(,|$)/y

function readSigned(
  head: Head,
  parameters: ReadonlyMap<string, string>,
): Omit<Claim, 'keyId' | 'digest'> | string {
  const named = parameters.get('algorithm')?.toLowerCase()
  const algorithms = ALGORITHMS.get(named)
  if (!algorithms) return 'the algorithm is none of ours'
  const signature = readBase64(parameters.get('signature') ?? '')
  if (!signature) return 'the signature is empty or no base64'

  const covered = coveredBy(parameters)
  const gap = findGap(covered, named)
  if (gap) return gap
  const times = readTimes(head, covered, parameters)
  if (!times) return 'a signed date is no date'
  const texts = targetsOf(head).map((target) => signingText(covered, { head, target, parameters }))
  if (!texts.every((text) => text !== undefined)) return 'a header listed as signed is not there'
  return { algorithms, signature, texts, ...times }
}

// §2.1.6: without a list only (created) is signed.
function coveredBy(parameters: ReadonlyMap<string, string>): readonly string[] {
  return (parameters.get('headers') ?? '(created)').toLowerCase().split(' ')
}

const BY_KEY: readonly Algorithm[] = ['rsa-sha256', 'rsa-sha512', 'ed25519']
const ALGORITHMS: ReadonlyMap<string | undefined, readonly Algorithm[]> = new Map([
  ['rsa-sha256', ['rsa-sha256']],
  ['rsa-sha512', ['rsa-sha512']],
  ['ed25519', ['ed25519']],
  // What hs2019 means here is not the draft's PSS, but what the key's type suggests.
  ['hs2019', BY_KEY],
  [undefined, BY_KEY],
])

function readBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
}

function findGap(covered: readonly string[], algorithm: string | undefined): string | undefined {
  if (hasRepeats(covered)) return 'a header is listed twice as signed'
  const missing = ['(request-target)', 'host', 'digest'].find((name) => !covered.includes(name))
  if (missing) return `${missing} is not signed`
  if (!covered.includes('date') && !covered.includes('(created)')) return 'no date is signed'
  // §2.3: (created) and (expires) belong to hs2019; the older algorithms must not use them.
  const pseudo = covered.includes('(created)') || covered.includes('(expires)')
  if (pseudo && algorithm !== undefined && algorithm !== 'hs2019')
    return `(created) and (expires) cannot be signed with ${algorithm}`
  return undefined
}

function readTimes(
  head: Head,
  covered: readonly string[],
  parameters: ReadonlyMap<string, string>,
): Pick<Claim, 'signedAt' | 'expiresAt'> | undefined {
  const signedAt: number[] = []
  if (covered.includes('date')) signedAt.push(parseDate(head.headers.get('date') ?? ''))
  if (covered.includes('(created)')) signedAt.push(parseSeconds(parameters.get('created') ?? ''))
  const expires = parameters.get('expires')
  const expiresAt = expires === undefined ? undefined : parseSeconds(expires)
  return [...signedAt, expiresAt ?? 0].every(Number.isFinite) ? { signedAt, expiresAt } : undefined
}

// RFC 9110 §5.6.7; Date.parse alone reads nearly anything as a date.
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/

function parseDate(text: string): number {
  return HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN
}

function parseSeconds(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Number.NaN
}

// Misskey signs the path alone, the draft asks for the query too.
function targetsOf({ target }: Head): readonly string[] {
  const query = target.indexOf('?')
  return query < 0 ? [target] : [target, target.slice(0, query)]
}

interface Source {
  readonly head: Head
  readonly target: string
  readonly parameters: ReadonlyMap<string, string>
}

/** The signing string of §2.3, or undefined where a listed header is absent. */
export function signingText(covered: readonly string[], source: Source): string | undefined {
  const lines = covered.map((name) => {
    const value = lineValue(name, source)
    return value === undefined ? undefined : `${name}: ${value}`
  })
  return lines.includes(undefined) ? undefined : lines.join('\n')
}

function lineValue(name: string, { head, target, parameters }: Source): string | undefined {
  switch (name) {
    case '(request-target)':
      return `${head.method.toLowerCase()} ${target}`
    case '(created)':
    case '(expires)':
      return parameters.get(name.slice(1, -1))
    default:
      return signedValue(head, name)
  }
}
