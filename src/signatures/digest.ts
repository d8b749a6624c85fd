// Does the body match the digest that was signed with it? Recomputed over the bytes as received.
import { hash } from 'node:crypto'
import { parseDictionary } from 'structured-headers'
import { readStructured } from './structured.ts'

/** Why the body is not the one that the header names, or undefined when it is. */
export function digestFault(
  header: 'digest' | 'content-digest',
  value: string,
  body: Buffer,
): string | undefined {
  const entries = header === 'digest' ? readDigest(value) : readContentDigest(value)
  if (!entries) return `the ${header} header is malformed`
  const known = entries.filter(({ name }) => HASHES.has(name))
  if (known.length === 0) return `the ${header} header has neither SHA-256 nor SHA-512`
  const matches = known.every(
    ({ name, digest }) => hash(HASHES.get(name)!, body, 'base64') === digest,
  )
  return matches ? undefined : `the body does not match the ${header} header`
}

const HASHES: ReadonlyMap<string, string> = new Map([
  ['sha-256', 'sha256'],
  ['sha-512', 'sha512'],
])

interface Entry {
  readonly name: string
  /** In base64. */
  readonly digest: string
}

// RFC 3230 §4.3.2: the names of digest algorithms know no case.
function readDigest(value: string): readonly Entry[] | undefined {
  const pairs = value.split(',').map((pair) => /^\s*([\w-]+)=(\S*)\s*$/.exec(pair))
  if (!pairs.every((pair) => pair !== null)) return undefined
  return pairs.map(([, name, digest]) => ({ name: name!.toLowerCase(), digest: digest! }))
}

// RFC 9530 §2. A dictionary parser keeps the last of two equal names, somebody else may keep the first.
function readContentDigest(value: string): readonly Entry[] | undefined {
  const dictionary = readStructured(value, parseDictionary)
  if (!dictionary || dictionary.size !== value.split(',').length) return undefined
  return [...dictionary].map(([name, [bare]]) => ({
    name,
    digest: bare instanceof ArrayBuffer ? Buffer.from(bare).toString('base64') : '',
  }))
}
