// Pictures of other servers: bytes up to a limit, given up at the first ones that are no picture's.
import { kindOf } from '../images/magic.ts'
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
    }

/** `askedBy`: actor id of the proved author or carrier; the unproved share one purse. */
export type FetchPicture = (url: string, askedBy: string | undefined) => Promise<PictureAnswer>

interface PictureOptions {
  /** With places of its own: a slow picture must not keep a key waiting. */
  readonly fetch: RemoteFetch
  readonly now: () => number
}

export const PICTURE_PLACES = { total: 16, perName: 4, waiting: 64 }

const MAX_BYTES = 10_000_000
/** Longer than any delivery waits: what comes late is there for the next try. */
const DEADLINE_MS = 10_000
// A minute. Whoever posts chooses whom we ask for up to 10 MB each.
const PER_SERVER = 60
const PER_AUTHOR_DOMAIN = 60
const OF_UNPROVED = 20
const IN_ALL = 300

export function openPictureFetch({ fetch, now }: PictureOptions): FetchPicture {
  const mayAsk = openBudget(now)
  return async (url, askedBy) => {
    if (!/^https?:\/\//i.test(url)) return unread('its address is no web address', false)
    if (!mayAsk(url, askedBy)) return unread('too many pictures asked for', true)
    // By their bytes, not by their name: a lying type is no way around.
    const wish = { url, accept: '*/*', maxBytes: MAX_BYTES, deadlineMs: DEADLINE_MS, refuse }
    return read(await fetch(wish))
  }
}

function refuse(head: Buffer): string | undefined {
  const kind = kindOf(head)
  return kind.status === 'other' ? kind.why : undefined
}

function openBudget(now: () => number) {
  const server = perMinute(PER_SERVER, now)
  const author = perMinute(PER_AUTHOR_DOMAIN, now)
  const unproved = perMinute(OF_UNPROVED, now)
  const all = perMinute(IN_ALL, now)
  return (url: string, askedBy: string | undefined) =>
    (askedBy === undefined ? unproved('') : author(registeredName(askedBy))) &&
    server(registeredName(url)) &&
    all('')
}

function read(answer: RemoteAnswer): PictureAnswer {
  switch (answer.status) {
    case 'ok':
      return { status: 'fetched', bytes: answer.body }
    case 'gone':
      return unread(`its server answers ${answer.httpStatus}`, false)
    case 'refused':
      return unread(`its server answers ${answer.httpStatus}`, answer.httpStatus >= 500)
    case 'unreachable':
      return unread(`its server cannot be reached: ${answer.why}`, true)
    case 'forbidden':
      return unread(answer.why, false)
  }
}

function unread(why: string, isPassing: boolean): PictureAnswer {
  return { status: 'unread', why, isPassing }
}
