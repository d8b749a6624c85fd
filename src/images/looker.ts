// A picture by its address: what was seen in it before, or fetched and read now. Asked for at once by many, it is
// fetched and read once.
import { LRUCache } from 'lru-cache'
import type { Pictures } from '../pictures.ts'
import type { FetchPicture } from '../remote/pictures.ts'
import { singleFlight } from '../remote/single-flight.ts'
import type { PictureStore } from '../store/store.ts'
import { within } from '../within.ts'
import type { Crew } from './crew.ts'
import type { Sight, Unread } from './sight.ts'

export interface LookerOptions {
  readonly fetchPicture: FetchPicture
  readonly crew: Pick<Crew, 'look'>
  /** What any process of this relay saw. */
  readonly sights: Pick<PictureStore, 'sight' | 'keepSight'>
  /** Version of what pictures are held against: with another one everything is looked at anew. */
  readonly version: () => string
  readonly onFault: (what: string) => void
}

const JOB_MS = 10_000 // the slowest picture inside the limits takes a third of it on a busy machine
const HOUR_MS = 3_600_000
// An address may show another picture tomorrow; the same bytes never do.
const TTL_MS = { address: HOUR_MS, banned: 24 * HOUR_MS, unread: 10 * 60_000, bytes: 24 * HOUR_MS }
const MAX_SIGHTS = 10_000
const MAX_URL = 2_048
const MAX_WORDS = 300

type Wish = Parameters<Pictures['look']>[1]
type Asker = Omit<Wish, 'deadlineMs'>

export function openLooker(options: LookerOptions): Pictures['look'] {
  const { fetchPicture, crew, version } = options
  const memory = openMemory(options)
  const once = singleFlight<Sight>()
  /** Bytes that cost a child its life: the next one is not sent after it. */
  const fatal = new LRUCache<string, true>({ max: 1_000, ttl: TTL_MS.unread })

  async function read(bytes: Buffer, isUrgent: boolean): Promise<Sight> {
    const digest = await digestOf(bytes)
    const key = `${version()} sha256:${digest}`
    const known = await memory.get(key)
    if (known) return known
    if (fatal.has(digest)) return unread('reading it ended the process that read it', false)
    const sight = await once(key, () =>
      crew.look(bytes, { deadlineMs: JOB_MS, isThorough: false, isUrgent }),
    )
    if (sight.status === 'unread' && sight.isFatal) fatal.set(digest, true)
    memory.put(key, sight, sight.status === 'seen' ? TTL_MS.bytes : TTL_MS.unread)
    return sight
  }

  async function find(url: string, { askedBy, isUrgent }: Asker): Promise<Sight> {
    const key = `${version()} ${url}`
    const known = await memory.get(key)
    if (known) return known
    return once(key, async () => {
      const started = performance.now()
      const answer = await fetchPicture(url, askedBy)
      const fetch = Math.round(performance.now() - started)
      const sight: Sight =
        answer.status === 'fetched'
          ? await read(answer.bytes, isUrgent)
          : { ...answer, stages: { fetch } }
      memory.put(key, sight, ttlOf(sight))
      return sight
    })
  }

  return async (url, { deadlineMs, ...asker }) => {
    if (url.length > MAX_URL) return unread('its address is too long', false)
    const late = unread('it took too long', true)
    return deadlineMs <= 0 ? late : ((await within(deadlineMs, find(url, asker))) ?? late)
  }
}

function ttlOf(sight: Sight): number {
  if (sight.status === 'unread') return TTL_MS.unread
  return sight.findings.length > 0 ? TTL_MS.banned : TTL_MS.address
}

/** Off the event loop: ten megabytes take their time. */
async function digestOf(bytes: Buffer): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Buffer.from(digest).toString('base64url')
}

/** This process's own memory before the one that all share. What may pass is not kept. */
function openMemory({ sights, onFault }: LookerOptions) {
  const own = new LRUCache<string, Sight>({ max: MAX_SIGHTS })
  const fault = () => {
    onFault('picture-sights')
    return undefined
  }
  return {
    async get(key: string): Promise<Sight | undefined> {
      const known = own.get(key)
      if (known) return known
      const json = await sights.sight(key).catch(fault)
      return json === undefined ? undefined : (JSON.parse(json) as Sight)
    },
    put(key: string, seen: Sight, ttlMs: number): void {
      if (seen.status === 'unread' && seen.isPassing) return
      const sight = shortened(seen)
      own.set(key, sight, { ttl: ttlMs })
      void sights.keepSight(key, JSON.stringify(sight), ttlMs).catch(fault)
    },
  }
}

/** A code holds as many words as a stranger likes; a reason needs few. */
function shortened(sight: Sight): Sight {
  if (sight.status === 'unread') return sight
  const findings = sight.findings.slice(0, 1).map(({ how, value, why }) => ({
    ...{ how, value: value.slice(0, MAX_WORDS), why: why.slice(0, MAX_WORDS) },
  }))
  return { ...sight, findings }
}

function unread(why: string, isPassing: boolean): Unread {
  return { status: 'unread', why, isPassing, stages: {} }
}
