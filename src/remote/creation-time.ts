// When an account was made, read from its id: Misskey and its family publish no date, but number by time.
// A wrong guess is worse than none.
import type { JsonObject } from '../json.ts'
import { stringsOf } from '../plain-keys.ts'

/** Epoch milliseconds of the actor's `published` or time-sortable id, if one of them makes sense. */
export function createdAt(actor: JsonObject, now: number): number | undefined {
  const latest = now + MAX_AHEAD_MS
  const published = Date.parse(stringsOf(actor.published)[0] ?? '')
  const time = published > 0 && published <= latest ? published : idTime(actor, latest)
  return time === undefined ? undefined : Math.min(time, now)
}

const MAX_AHEAD_MS = 3_600_000 // clocks go wrong, and it is the newest accounts that matter

const USER_PATH = /^\/users\/([0-9a-z]+)$/i
const MISSKEY_BEGAN = Date.UTC(2016)

function idTime(actor: JsonObject, latest: number): number | undefined {
  const name = USER_PATH.exec(URL.parse(stringsOf(actor.id)[0] ?? '')?.pathname ?? '')?.[1]
  if (name === undefined) return undefined
  // Elsewhere the path ends in the user's name, and `alexandra1` is a time as well as any.
  const [username] = stringsOf(actor.preferredUsername)
  if (username === undefined || username.toLowerCase() === name.toLowerCase()) return undefined
  const time = SCHEMES.find(({ form }) => form.test(name))?.time(name) ?? Number.NaN
  return time >= MISSKEY_BEGAN && time <= latest ? time : undefined
}

const AID_EPOCH = Date.UTC(2000)
const MEID_OFFSET = 0x800000000000 // sets the first bit: no ObjectId before 2038 looks like one

// The forms exclude one another: by length, and where that is equal by their first digit.
const SCHEMES = [
  {
    form: /^(?=.*[a-z])(?:[0-9a-z]{10}|[0-9a-z]{16})$/, // aid, aidx: base 36 since 2000
    time: (id: string) => AID_EPOCH + Number.parseInt(id.slice(0, 8), 36),
  },
  {
    form: /^[89a-f][0-9a-f]{23}$/, // meid
    time: (id: string) => Number.parseInt(id.slice(0, 12), 16) - MEID_OFFSET,
  },
  {
    form: /^[0-7][0-9a-f]{23}$/, // ObjectId: seconds
    time: (id: string) => Number.parseInt(id.slice(0, 8), 16) * 1_000,
  },
  {
    form: /^g[0-9a-f]{23}$/, // meidg
    time: (id: string) => Number.parseInt(id.slice(1, 12), 16),
  },
  {
    form: /^[0-7][0-9a-hjkmnp-tv-z]{25}$/i, // ULID: Crockford's base 32
    time: (id: string) => crockford(id.slice(0, 10)),
  },
]

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz'

function crockford(digits: string): number {
  return [...digits.toLowerCase()].reduce((sum, digit) => sum * 32 + CROCKFORD.indexOf(digit), 0)
}
