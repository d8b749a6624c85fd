// A picture by its address: what was seen in it before, or fetched and read now. Asked for at once by many, it is
// fetched and read once.
import { LRUCache } from 'lru-cache'
import type { Pictures } from '../pictures.ts'
import type { FetchPicture } from '../remote/pictures.ts'
import type { PictureStore } from '../store/store.ts'
import { within } from '../within.ts'
import { type Account, accountOf } from './account.ts'
import type { Crew } from './crew.ts'
import { type Interest, openFlights, type Seat } from './interest.ts'
import { openRoom } from './room.ts'
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

/** A child is ended over what takes longer: on a busy machine that can be a picture inside the limits. */
const JOB_MS = 10_000
const HOUR_MS = 3_600_000
// An address may show another picture tomorrow; the same bytes never do.
const TTL_MS = { address: HOUR_MS, banned: 24 * HOUR_MS, unread: 10 * 60_000, bytes: 24 * HOUR_MS }
const MAX_SIGHTS = 10_000
const MAX_URL = 2_048
const MAX_WORDS = 300

interface Errand {
  readonly account: Account
  readonly isUrgent: boolean
}

export function openLooker(options: LookerOptions): Pictures['look'] {
  const find = openFinder(options)
  return async (url, { deadlineMs, askedBy, isKnown, isUrgent }) => {
    if (url.length > MAX_URL) return unread('its address is too long', false)
    const late = unread('it took too long', true)
    if (deadlineMs <= 0) return late
    const errand = { account: accountOf(askedBy, isKnown), isUrgent }
    const patience = openPatience()
    try {
      return (await within(deadlineMs, find(url, errand, patience.onSeat))) ?? late
    } finally {
      patience.end()
    }
  }
}

/** What is known of an address, or what is fetched from there and read. */
function openFinder(options: LookerOptions) {
  const { fetchPicture, version } = options
  const memory = openMemory(options)
  const room = openRoom()
  const flights = openFlights<Sight>()
  const read = openReader(options, memory)

  async function fetchAndRead(url: string, errand: Errand, interest: Interest): Promise<Sight> {
    const { account } = errand
    const stay = room.enter(account)
    if (!stay) return turnedAway('its author’s server has too many pictures in hand here')
    try {
      const started = performance.now()
      const answer = await fetchPicture(url, { account, mayHold: stay.mayHold })
      if (answer.status === 'fetched') return await read(answer.bytes, errand, interest)
      return { ...answer, stages: { fetch: Math.round(performance.now() - started) } }
    } finally {
      stay.leave()
    }
  }

  return async (url: string, errand: Errand, onSeat: OnSeat): Promise<Sight> => {
    const key = `${version()} ${url}`
    const known = await memory.get(key)
    if (known) return known
    const board = () =>
      flights(key, async (interest) => {
        const sight = await fetchAndRead(url, errand, interest)
        memory.put(key, sight, ttlOf(sight))
        return sight
      })
    return landed(board, onSeat)
  }
}

/** The same bytes are read once, from however many addresses they came. */
function openReader({ crew, version }: LookerOptions, memory: Memory) {
  const flights = openFlights<Sight>()
  /** Bytes that cost a child its life: the next one is not sent after it. */
  const fatal = new LRUCache<string, true>({ max: 1_000, ttl: TTL_MS.unread })
  return async (bytes: Buffer, errand: Errand, interest: Interest): Promise<Sight> => {
    const digest = await digestOf(bytes)
    const key = `${version()} sha256:${digest}`
    const known = await memory.get(key)
    if (known) return known
    if (fatal.has(digest)) return unread('reading it ended the process that read it', false)
    const board = () =>
      flights(key, async (own) => {
        const wish = { deadlineMs: JOB_MS, isThorough: false, ...errand, interest: own }
        const sight = await crew.look(bytes, wish)
        if (sight.status === 'unread' && sight.isFatal) fatal.set(digest, true)
        memory.put(key, sight, sight.status === 'seen' ? TTL_MS.bytes : TTL_MS.unread)
        return sight
      })
    return landed(board, (seat) => {
      interest.onEnd(seat.leave)
      if (!interest.isAlive()) seat.leave()
    })
  }
}

type OnSeat = (seat: Seat<Sight>) => void

/** At its end every seat is left, and whichever comes after. */
function openPatience() {
  const seats: Seat<Sight>[] = []
  let isOver = false
  return {
    onSeat(seat: Seat<Sight>) {
      if (isOver) seat.leave()
      else seats.push(seat)
    },
    end() {
      isOver = true
      for (const seat of seats) seat.leave()
    },
  }
}

/** Who only joined another, and was turned away for the other's sake, asks on its own account. */
async function landed(board: () => Seat<Sight>, onSeat: OnSeat): Promise<Sight> {
  const seat = board()
  onSeat(seat)
  const sight = await seat.landed
  if (seat.isFirst || sight.status === 'seen' || !sight.isTurnedAway) return sight
  const own = board()
  onSeat(own)
  return own.landed
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

type Memory = ReturnType<typeof openMemory>

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

function turnedAway(why: string): Unread {
  return { ...unread(why, true), isTurnedAway: true }
}
