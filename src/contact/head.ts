// What of a head changes with the body: validators, lengths, digests, ranges, and the policy over scripts.
import { readableOf } from './codings.ts'
import { type Page, underPolicy } from './html.ts'
import type { Tags } from './tags.ts'

/**
 * `described`: the answer will be rewritten. `page`: it may be. `file`: hardly. `plain`: asked again because the answer
 * was a part, was in an unknown coding, or confirmed a copy that is not ours.
 */
export type Question = 'described' | 'page' | 'file' | 'plain'

/** A header's new value, or undefined to leave it out. */
type Change = (value: string, tags: Tags) => string | undefined
type Changes = ReadonlyMap<string, Change>

const leftOut: Change = () => undefined
const noParts = [
  ['range', leftOut],
  ['if-range', leftOut],
] as const
const ownTagsOnly = [
  ['if-none-match', (value: string, tags: Tags) => tags.theirs(value, 'left out')],
  ['if-modified-since', leftOut],
] as const

const ASKED: Readonly<Record<Question, Changes>> = {
  described: new Map<string, Change>([...noParts, ...ownTagsOnly, ['accept-encoding', readableOf]]),
  page: new Map<string, Change>(ownTagsOnly),
  file: new Map<string, Change>([['if-none-match', (value, tags) => tags.theirs(value, 'kept')]]),
  plain: new Map<string, Change>([
    ...noParts,
    ['if-none-match', leftOut],
    ['if-modified-since', leftOut],
    ['accept-encoding', leftOut],
  ]),
}

/** The client's headers as the instance may see them. */
export function askedHeaders(
  rawHeaders: readonly string[],
  tags: Tags,
  question: Question,
): string[] {
  const headers = changed(rawHeaders, ASKED[question], tags)
  return question === 'plain' ? [...headers, 'Accept-Encoding', 'identity'] : headers
}

export interface Over {
  /** Of scripts that are others now. Undefined: nobody knows, since no body is sent. */
  readonly hashes?: Page['hashes'] | undefined
  readonly status?: number | undefined
}

/** The instance's headers over a body that is ours. */
export function rewrittenHeaders(
  rawHeaders: readonly string[],
  tags: Tags,
  { hashes, status }: Over,
): string[] {
  // A cache would take a policy that comes with 304 for the page's, and its hashes are the old ones (RFC 9111 §3.2).
  const policy: Change = (value) => (hashes ? underPolicy(value, hashes) : withoutHashes(value))
  const policies = POLICIES.map((name) => [name, policy] as const)
  // No range fits what the instance has; nothing else in that answer says so.
  if (status === 416) return changed(rawHeaders, new Map([...BY_BODY, ...policies]), tags)
  const changes = new Map([...BY_BODY, ...BY_RANGE, ...policies])
  return [...changed(rawHeaders, changes, tags), 'Accept-Ranges', 'none']
}

const POLICIES = ['content-security-policy', 'content-security-policy-report-only']
const BY_BODY: readonly (readonly [string, Change])[] = [
  ...['content-length', 'transfer-encoding', 'last-modified'].map(
    (name) => [name, leftOut] as const,
  ),
  ...['content-md5', 'digest', 'content-digest', 'repr-digest', 'unencoded-digest'].map(
    (name) => [name, leftOut] as const,
  ),
  ['etag', (value, tags) => tags.ours(value)],
]
const BY_RANGE = ['content-range', 'accept-ranges'].map((name) => [name, leftOut] as const)

function withoutHashes(policy: string): string | undefined {
  return /'sha(?:256|384|512)-/i.test(policy) ? undefined : policy
}

function changed(rawHeaders: readonly string[], changes: Changes, tags: Tags): string[] {
  const headers: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at]!, rawHeaders[at + 1]!]
    const change = changes.get(name.toLowerCase().replaceAll('_', '-')) // Rack sees no difference
    const now = change ? change(value, tags) : value
    if (now !== undefined) headers.push(name, now)
  }
  return headers
}
