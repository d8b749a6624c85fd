// RFC 9421, HTTP Message Signatures: Signature-Input and Signature into a claim.
import { type InnerList, parseDictionary, parseList, serializeInnerList } from 'structured-headers'
import type { Algorithm } from './algorithms.ts'
import {
  authorityOf,
  type Claim,
  type Head,
  hasRepeats,
  type Reading,
  signedValue,
} from './claim.ts'
import { readStructured } from './structured.ts'

export function readRfc9421(head: Head): Reading {
  const input = readInput(head.headers.get('signature-input') ?? '')
  if (!input)
    return {
      status: 'invalid',
      why: 'Signature-Input is malformed or holds not just one signature',
    }
  const keyId = input.parameters.get('keyid')
  if (typeof keyId !== 'string') return { status: 'invalid', why: 'Signature-Input has no keyid' }

  const signed = readSigned(head, input)
  return typeof signed === 'string'
    ? { status: 'invalid', keyId, why: signed }
    : { status: 'read', claim: { keyId, digest: 'content-digest', ...signed } }
}

/** What Signature-Input lists as signed; none where it cannot be read. */
export function rfc9421Components(headers: Head['headers']): readonly string[] {
  const input = readInput(headers.get('signature-input') ?? '')
  return (input && readComponents(input.items)) ?? []
}

interface Input {
  readonly label: string
  readonly items: InnerList[0]
  readonly parameters: InnerList[1]
  /** From the opening bracket on, as received: the value of @signature-params. */
  readonly serialised: string
}

function readInput(header: string): Input | undefined {
  const [, label, serialised] = /^([a-z*][\w\-.*]*)=(\(.*)$/.exec(header) ?? []
  if (!label || !serialised) return undefined
  const [list] = readStructured(serialised, parseList) ?? []
  if (!isInnerList(list)) return undefined
  // A second member differs too; a parameter given twice is read by us as the last, by others as the first.
  const again = serializeInnerList(list)
  if (again.replaceAll(' ', '') !== serialised.replaceAll(' ', '')) return undefined
  return { label, items: list[0], parameters: list[1], serialised }
}

function isInnerList(member: unknown): member is InnerList {
  return Array.isArray(member) && Array.isArray(member[0])
}

function readSigned(head: Head, input: Input): Omit<Claim, 'keyId' | 'digest'> | string {
  const named = input.parameters.get('alg')
  const algorithms = ALGORITHMS.get(named)
  if (!algorithms) return 'the algorithm is none of ours'
  const signature = readSignature(head.headers.get('signature') ?? '', input.label)
  if (!signature) return 'the Signature header does not hold just the signature described'

  const components = readComponents(input.items)
  if (!components) return 'a signed component is no plain name'
  const gap = findGap(components)
  if (gap) return gap
  const times = readTimes(input.parameters)
  if (typeof times === 'string') return times
  const text = signatureBase(components, input.serialised, head)
  if (text === undefined) return 'a component listed as signed is unknown or not there'
  return { algorithms, signature, texts: [text], ...times }
}

const ALGORITHMS: ReadonlyMap<unknown, readonly Algorithm[]> = new Map([
  ['rsa-v1_5-sha256', ['rsa-sha256']],
  ['rsa-pss-sha512', ['rsa-pss-sha512']],
  ['ed25519', ['ed25519']],
  [undefined, ['rsa-sha256', 'rsa-pss-sha512', 'ed25519']],
])

// Base64 has no comma: a second one is a second signature, of the same label perhaps.
function readSignature(header: string, label: string): Buffer | undefined {
  if (header.includes(',')) return undefined
  const bytes = readStructured(header, parseDictionary)?.get(label)?.[0]
  return bytes instanceof ArrayBuffer && bytes.byteLength > 0 ? Buffer.from(bytes) : undefined
}

// Component parameters (;sf ;bs ;key ;req ;tr) reread a header in another way: nobody here signs so.
function readComponents(items: Input['items']): readonly string[] | undefined {
  const names = items.map(([name, parameters]) => (parameters.size === 0 ? name : undefined))
  return names.every((name) => typeof name === 'string') ? names : undefined
}

function findGap(components: readonly string[]): string | undefined {
  if (hasRepeats(components)) return 'a component is listed twice as signed'
  const covers = (...names: string[]) => names.some((name) => components.includes(name))
  if (!covers('@method')) return '@method is not signed'
  if (!covers('@target-uri')) {
    if (!covers('@path', '@request-target')) return 'the path is not signed'
    if (!covers('@authority', 'host')) return 'the host is not signed'
  }
  return covers('content-digest') ? undefined : 'content-digest is not signed'
}

function readTimes(
  parameters: Input['parameters'],
): Pick<Claim, 'signedAt' | 'expiresAt'> | string {
  const created = parameters.get('created')
  const expires = parameters.get('expires')
  if (!Number.isInteger(created)) return 'created is missing or no whole number'
  if (expires !== undefined && !Number.isInteger(expires)) return 'expires is no whole number'
  return {
    signedAt: [Number(created) * 1000],
    expiresAt: expires === undefined ? undefined : Number(expires) * 1000,
  }
}

/** The signature base of §2.5, or undefined where a component is unknown or absent. */
export function signatureBase(
  components: readonly string[],
  serialised: string,
  head: Head,
): string | undefined {
  const lines = components.map((name) => {
    const value = name.startsWith('@') ? DERIVED.get(name)?.(head) : signedValue(head, name)
    return value === undefined ? undefined : `"${name}": ${value}`
  })
  if (lines.includes(undefined)) return undefined
  return [...lines, `"@signature-params": ${serialised}`].join('\n')
}

// §2.2. The scheme is what senders see: TLS ends before us.
const DERIVED: ReadonlyMap<string, (head: Head) => string> = new Map([
  ['@method', (head) => head.method],
  ['@target-uri', (head) => `https://${authorityOf(head)}${head.target}`],
  ['@authority', authorityOf],
  ['@scheme', () => 'https'],
  ['@request-target', (head) => head.target],
  ['@path', (head) => head.target.replace(/\?.*$/s, '')],
  // §2.2.7: the question mark stands even where there is no query.
  ['@query', (head) => /\?.*$/s.exec(head.target)?.[0] ?? '?'],
])
