// The block list as others subscribe to it: made from memory when it is asked for and has changed, and seldom enough
// that strangers cannot keep the relay busy with it.
import { setImmediate as othersFirst } from 'node:timers/promises'
import type { Blocks } from '../blocks.ts'
import { mastodonCsv } from '../lists/write-list.ts'
import type { BlockEntry } from '../store/store.ts'
import type { Publishing } from './blocked-section.ts'
import { en } from './en.ts'
import { digestOf, maskDomain } from './mask.ts'
import { type Frame, type Packed, packLines } from './packed.ts'
import { reasonOf } from './reasons.ts'

export type FileKind = 'csv' | 'json'

export interface BlockFile extends Packed {
  /** Epoch milliseconds: when this process saw it become what it is. */
  readonly changedAt: number
}

export type FileAnswer =
  | { readonly status: 'file'; readonly file: BlockFile }
  | { readonly status: 'unpublished' }
  /** No list was read yet: an empty one would tell subscribers that everybody was forgiven. */
  | { readonly status: 'not-ready' }

export interface BlockFilesOptions {
  readonly blocks: Pick<Blocks, 'entries' | 'revision' | 'isReady'>
  readonly publishing: Publishing
  /** Milliseconds that no setting of the clock changes. */
  readonly monotonic: () => number
  readonly now: () => number
}

const FRESH_MS = 10_000
/** A file that takes a second to make is not made more often than three times a minute. */
const REST_RATIO = 20

export function blockFiles(options: BlockFilesOptions) {
  const { blocks, publishing } = options
  const files = { csv: keepFile('csv', options), json: keepFile('json', options) }
  return async (kind: FileKind): Promise<FileAnswer> => {
    // A masked name cannot be imported; Mastodon's format has no digests.
    const isPublished = publishing === true || (publishing === 'masked' && kind === 'json')
    if (!isPublished) return { status: 'unpublished' }
    if (!blocks.isReady()) return { status: 'not-ready' }
    return { status: 'file', file: await files[kind]() }
  }
}

interface Kept {
  readonly file: BlockFile
  readonly revision: number
  readonly madeAt: number
  readonly tookMs: number
}

function keepFile(kind: FileKind, { blocks, publishing, now, monotonic }: BlockFilesOptions) {
  let kept: Kept | undefined
  let making: Promise<Kept> | undefined

  async function make(): Promise<Kept> {
    const started = monotonic()
    const revision = blocks.revision()
    const packed = await FORMATS[kind](unhurried(blocks.entries()), publishing)
    const isSame = kept?.file.etag === packed.etag
    const file = { ...packed, changedAt: isSame ? kept!.file.changedAt : now() }
    const madeAt = monotonic()
    return { file, revision, madeAt, tookMs: madeAt - started }
  }

  const isDue = (old: Kept) => {
    const rest = Math.max(FRESH_MS, REST_RATIO * old.tookMs)
    return old.revision !== blocks.revision() && monotonic() - old.madeAt >= rest
  }

  return async (): Promise<BlockFile> => {
    if (kept && !isDue(kept)) return kept.file
    making ??= make().finally(() => {
      making = undefined
    })
    kept = await making
    return kept.file
  }
}

const FORMATS = {
  csv: (entries) => packLines(mastodonCsv(withReasons(entries)), CSV),
  json: (entries, publishing) => packLines(jsonLines(entries, publishing), JSON_ARRAY),
} as const satisfies Record<
  FileKind,
  (entries: AsyncIterable<BlockEntry>, publishing: Publishing) => Promise<Packed>
>

const CSV: Frame = { open: '', between: '\n', close: '\n' }
const JSON_ARRAY: Frame = { open: '[', between: ',\n', close: ']\n' }
const AT_ONCE = 250

async function* unhurried(entries: Iterable<BlockEntry>): AsyncGenerator<BlockEntry> {
  let count = 0
  for (const entry of entries) {
    yield entry
    count += 1
    if (count % AT_ONCE === 0) await othersFirst()
  }
}

async function* withReasons(entries: AsyncIterable<BlockEntry>) {
  for await (const { domain, scope, by } of entries) yield { domain, scope, by: en[reasonOf(by)] }
}

/** Like Mastodon's `/api/v1/instance/domain_blocks`, whose blocks cover subdomains: others cannot be told in it. */
async function* jsonLines(entries: AsyncIterable<BlockEntry>, publishing: Publishing) {
  for await (const { domain, scope, by } of entries) {
    if (scope !== 'subtree') continue
    const name = publishing === 'masked' ? maskDomain(domain) : domain
    const comment = en[reasonOf(by)]
    yield JSON.stringify({ domain: name, digest: digestOf(domain), severity: 'suspend', comment })
  }
}
