// Pictures of other servers: bytes up to a limit, given up at the first ones that are no picture's.
import type { Account } from '../images/account.ts'
import { MAX_PICTURE_BYTES, whyNoPicture } from '../images/incoming.ts'
import { perMinute } from './budget.ts'
import type { RemoteAnswer, RemoteFetch } from './fetch.ts'
import { registeredName } from './registered-name.ts'

export type PictureAnswer =
  | { readonly status: 'fetched'; readonly bytes: Buffer }
  | {
      readonly status: 'unread'
      readonly why: string
      /** Another try may bring it. */
      readonly isPassing: boolean
      /** For the sake of who asked: it says nothing of the picture. */
      readonly isTurnedAway?: true
    }

export interface PictureRequest {
  readonly account: Account
  /** Asked of every piece as it comes: is there room for so many bytes more? */
  readonly mayHold: (bytes: number) => boolean
}

export type FetchPicture = (url: string, request: PictureRequest) => Promise<PictureAnswer>

interface PictureOptions {
  /** With places of its own: a slow picture must not keep a key waiting. */
  readonly fetch: RemoteFetch
  readonly now: () => number
}

export const PICTURE_PLACES = { total: 16, perName: 4, waiting: 64 }

/** Longer than any delivery waits: what comes late is there for the next try. */
const DEADLINE_MS = 10_000

export function openPictureFetch({ fetch, now }: PictureOptions): FetchPicture {
  const mayAsk = openPurses(now)
  return async (url, { account, mayHold }) => {
    if (!/^https?:\/\//i.test(url)) return unread('its address is no web address', false)
    if (!mayAsk(url, account)) return turnedAway('too many pictures asked for')
    let isCrowded = false
    const hold = (bytes: number) => {
      isCrowded = !mayHold(bytes)
      return !isCrowded
    }
    // By their bytes, not by their name: a lying type is no way around.
    const limits = { maxBytes: MAX_PICTURE_BYTES, deadlineMs: DEADLINE_MS, mayHold: hold }
    const answer = await fetch({ url, accept: '*/*', refuse: whyNoPicture, ...limits })
    return isCrowded ? turnedAway('too many pictures are in hand') : read(answer)
  }
}

// Fetches a minute. Whoever posts chooses whom we ask for up to 10 MB each.
const OF_ACCOUNT = { known: 120, stranger: 20, unproved: 20 } as const
/** What an account may ask of one server that is not its own: enough for some posts, too little to shut others out. */
const OF_ACCOUNT_ELSEWHERE = 10
const PER_SERVER = 120
const IN_ALL = 300
// Beyond these, a server's own people and those who are known here still get its pictures.
const PER_SERVER_OF_STRANGERS = 60
const OF_STRANGERS_IN_ALL = 200

/** In this order: what one purse refuses is not taken from those that many share. */
function openPurses(now: () => number) {
  const purse = (limit: number) => perMinute(limit, now)
  const own = {
    known: purse(OF_ACCOUNT.known),
    stranger: purse(OF_ACCOUNT.stranger),
    unproved: purse(OF_ACCOUNT.unproved),
  }
  const elsewhere = purse(OF_ACCOUNT_ELSEWHERE)
  const strangersAtServer = purse(PER_SERVER_OF_STRANGERS)
  const atServer = purse(PER_SERVER)
  const strangers = purse(OF_STRANGERS_IN_ALL)
  const all = purse(IN_ALL)
  return (url: string, { name, standing }: Account) => {
    const server = registeredName(url)
    const isKnown = standing === 'known'
    const isAtHome = standing !== 'unproved' && name === server
    return (
      own[standing](name) &&
      (isKnown || isAtHome || elsewhere(`${name} ${server}`)) &&
      (isKnown || isAtHome || strangersAtServer(server)) &&
      atServer(server) &&
      (isKnown || strangers('')) &&
      all('')
    )
  }
}

function read(answer: RemoteAnswer): PictureAnswer {
  switch (answer.status) {
    case 'ok':
      return { status: 'fetched', bytes: answer.body }
    case 'gone':
      return unread(`its server answers ${answer.httpStatus}`, false)
    case 'refused':
      return unread(`its server answers ${answer.httpStatus}`, isPassing(answer.httpStatus))
    case 'unreachable':
      return unread(`its server cannot be reached: ${answer.why}`, true)
    case 'forbidden':
      return unread(answer.why, false)
  }
}

/** Too slow, too many, or a fault: not for good. */
function isPassing(httpStatus: number): boolean {
  return httpStatus >= 500 || httpStatus === 408 || httpStatus === 429
}

function turnedAway(why: string): PictureAnswer {
  return { status: 'unread', why, isPassing: true, isTurnedAway: true }
}

function unread(why: string, isPassing: boolean): PictureAnswer {
  return { status: 'unread', why, isPassing }
}
