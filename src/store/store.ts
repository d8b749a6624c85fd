// What the relay remembers, as small ports. redis/ and embedded/ implement all of them alike.
import type { HistoryStore } from '../history.ts'
import type { DomainStore } from './domain-store.ts'
import type { EvidenceStore } from './evidence-store.ts'
import type { FollowStore } from './follow-store.ts'
import type { NoticeStore } from './notice-store.ts'
import type { OffenceStore } from './offence-store.ts'
import type { RetryStore } from './retry-store.ts'

export interface Offence {
  readonly object: string
  readonly author: string
  readonly keyId: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly hits: readonly { readonly rule: string; readonly score: number; readonly why: string }[]
}

export interface Block {
  readonly id: string
  /** Canonical domain (domains.ts). */
  readonly domain: string
  readonly scope: 'host' | 'subtree'
  /** Epoch milliseconds. */
  readonly since: number
  /** `rule:<name>`, `operator`, `list:<name>` or `positive-list`. */
  readonly by: string
  readonly reason: string
  readonly offences: readonly Offence[]
  readonly note?: string
}

/** What every process keeps in memory of a block: enough to enforce it, nothing to explain it. */
export interface BlockEntry {
  readonly id: string
  readonly domain: string
  readonly scope: Block['scope']
  readonly by: string
}

/** Left by a removed block: evidence older than `at` never blocks the domain again. */
export interface Mark {
  readonly domain: string
  readonly at: number
  readonly by: string
  readonly why?: string
}

export type BlockChange =
  | { readonly kind: 'added'; readonly entry: BlockEntry }
  | { readonly kind: 'removed'; readonly domain: string }

export interface BlockAddition {
  readonly block: Block
  /** Newest evidence of the block, epoch milliseconds: compared with the domain's mark. */
  readonly evidenceAt: number
}

/** What a process that keeps a copy learns of the list. */
export type BlockList =
  /** Every entry was handed over. `version` is opaque: which list it was, and how far along in its history. */
  | { readonly kind: 'whole'; readonly version: string }
  /** Emptied, evicted, set back or half restored: what is there must not be taken for the list. */
  | { readonly kind: 'lost'; readonly why: string }

export interface BlockStore {
  /** Every entry; throws when the store cannot be read. Never resolves to a partial list. */
  all(): Promise<readonly BlockEntry[]>
  /**
   * As `all`, one entry after another, for a process that has a copy of the version `known`, if any.
   * What `each` was given counts only when the list turns out to be whole.
   */
  load(copy: {
    readonly known: string | undefined
    readonly each: (entry: BlockEntry) => void
  }): Promise<BlockList>
  /** Gives a store that lost its list the entries of a copy: adds what is missing and changes nothing else. Resolves to the version that came of it. */
  restore(copy: Iterable<BlockEntry>): Promise<string>
  /** Idempotent per domain: an existing block keeps its id and gains the offences. Atomic with the mark's check. */
  add(addition: BlockAddition): Promise<'added' | 'existed' | 'marked'>
  /** False when the domain was not blocked. Leaves the mark. */
  remove(mark: Mark): Promise<boolean>
  find(domain: string): Promise<Block | undefined>
  mark(domain: string): Promise<Mark | undefined>
  /** Every mark, in no order. */
  marks(): Promise<readonly Mark[]>
  /** Last added first. */
  page(page: { readonly limit: number; readonly after?: string }): Promise<{
    readonly blocks: readonly Block[]
    readonly total: number
    readonly next?: string
  }>
  /**
   * Changes made by any process, this one included; `version` is the list's after the change.
   * `resync` is called when some may have been missed.
   */
  watch(onChange: (change: BlockChange, version: string) => void, resync: () => void): Promise<void>
}

export interface KeyDocument {
  readonly keyId: string
  readonly owner: string
  /** SPKI PEM. */
  readonly pem: string
  readonly fetchedAt: number
}

/** Public keys of remote actors, by keyId. */
export interface KeyCache {
  get(keyId: string): Promise<KeyDocument | undefined>
  put(document: KeyDocument, ttlMs: number): Promise<void>
  forget(keyId: string): Promise<void>
}

/** How many records are kept, and for how long. */
export interface RecordLimits {
  readonly count: number
  readonly ageMs: number
}

export interface StoredRecord {
  readonly id: string
  /** Whole epoch milliseconds. */
  readonly at: number
  /** Without line breaks, as JSON.stringify writes it. */
  readonly json: string
}

/** What happened, as JSON, newest kept, bounded by count and age. */
export interface RecordStore {
  /**
   * Idempotent per id as long as the id is one of the last few dozen. After a rejection it is unknown whether the
   * record is kept: appending it again does no harm.
   */
  append(record: StoredRecord): Promise<void>
  /**
   * Newest first by `at`. Redis has them in the order of their arrival, and by `at` within a page. `next` is opaque and
   * stays valid; a page may be shorter than `limit` and have a `next`. A `before` that was no `next` ends empty.
   */
  page(page: { readonly limit: number; readonly before?: string }): Promise<{
    readonly records: readonly string[]
    readonly next?: string
  }>
}

/** Small values that all processes share: the relay's own key pair. */
export interface IdentityStore {
  /** The stored value, or `fresh` after storing it, if there was none: every process gets the same one. */
  getOrCreate(name: string, fresh: () => Promise<string>): Promise<string>
}

/** A picture that is banned wherever it turns up. */
export interface KnownPicture {
  /** SHA-256 of the bytes that it was registered with, in hex. */
  readonly id: string
  /** For people: the file's name or the URL. */
  readonly name: string
  readonly note?: string
  /** Epoch milliseconds. */
  readonly addedAt: number
  /** Perceptual hashes, 64 hex digits each: the picture itself first, then its crops, mirror and borders. */
  readonly hashes: readonly string[]
  /** As servers send them with an attachment. */
  readonly blurhashes: readonly string[]
}

export interface PictureStore {
  /** In the order of adding; throws when the store cannot be read. Never resolves to a part of them. */
  all(): Promise<readonly KnownPicture[]>
  /** Another one after every change by any process. Cheap: it is asked every few seconds. */
  version(): Promise<string>
  /** Idempotent per id. */
  add(picture: KnownPicture): Promise<'added' | 'existed'>
  remove(id: string): Promise<KnownPicture | undefined>
  /** What was seen in a picture before, as JSON, by any key; for as long as it was put there. */
  sight(key: string): Promise<string | undefined>
  keepSight(key: string, json: string, ttlMs: number): Promise<void>
}

export interface Store {
  readonly pictures: PictureStore
  readonly blocks: BlockStore
  readonly keys: KeyCache
  readonly retries: RetryStore
  readonly offences: OffenceStore
  /** Verdicts. */
  readonly records: RecordStore
  /** Who changed what. In the embedded store an entry is on the disk when `append` resolves. */
  readonly audit: RecordStore
  readonly identity: IdentityStore
  readonly history: HistoryStore
  readonly domains: DomainStore
  readonly follows: FollowStore
  readonly notices: NoticeStore
  readonly evidence: EvidenceStore
  /** True while commands are answered. */
  isUp(): boolean
  close(): Promise<void>
}
