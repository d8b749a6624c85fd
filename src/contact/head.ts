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

const BY_BODY = [
  ...['content-length', 'transfer-encoding', 'content-range', 'accept-ranges', 'last-modified'],
  ...['content-md5', 'digest', 'content-digest', 'repr-digest'],
]
const REWRITTEN: Changes = new Map<string, Change>([
  ...BY_BODY.map((name) => [name, leftOut] as const),
  ['etag', (value, tags) => tags.ours(value)],
])

/** The instance's headers over a body that is ours; `hashes` of scripts that are others now. */
export function rewrittenHeaders(
  rawHeaders: readonly string[],
  tags: Tags,
  hashes: Page['hashes'] = new Map(),
): string[] {
  const policy: Change = (value) => underPolicy(value, hashes)
  const changes = new Map([
    ...REWRITTEN,
    ['content-security-policy', policy],
    ['content-security-policy-report-only', policy],
  ])
  return [...changed(rawHeaders, changes, tags), 'Accept-Ranges', 'none']
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
