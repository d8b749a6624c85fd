// Records in Redis: a stream in the order of their arrival, and beside it the ids that came last.
import { checkRecord, MOST_A_PAGE } from '../limits.ts'
import type { RecordLimits, RecordStore } from '../store.ts'
import type { RecordKeys } from './keys.ts'
import { type Link, script } from './link.ts'

const REMEMBERED_IDS = 64 // so that a record that is appended again, for want of an answer, stays one record

/**
 * KEYS: stream, list of ids. ARGV: id, time, JSON, most records, age limit. Redis's own clock names the entries and
 * ages them: those of the workers may differ. Trimmed by whole nodes; a page is exact (below).
 */
const APPEND = script(`
local records, ids = KEYS[1], KEYS[2]
if redis.call('LPOS', ids, ARGV[1]) then return 0 end
redis.call('LPUSH', ids, ARGV[1])
redis.call('LTRIM', ids, 0, ${REMEMBERED_IDS - 1})
redis.call('XADD', records, 'MAXLEN', '~', ARGV[4], '*', 'id', ARGV[1], 'at', ARGV[2], 'json', ARGV[3])
local oldest = math.max(0, redis.call('TIME')[1] * 1000 - ARGV[5])
redis.call('XTRIM', records, 'MINID', '~', string.format('%.0f', oldest))
redis.call('PEXPIRE', records, ARGV[5])
redis.call('PEXPIRE', ids, ARGV[5])
return 1`)

const CURSOR = /^[1-9]\d{0,15}-\d{1,16}$/ // the id of an entry

/** id, time and JSON by their names. */
type Entry = readonly [
  id: string,
  fields: readonly [string, string, string, string, string, string],
]

export function redisRecords(
  { hot, slow }: { readonly hot: Link; readonly slow: Link },
  options: {
    readonly keys: RecordKeys
    readonly limits: RecordLimits
    readonly now: () => number
    /** Of Redis, for all records: strangers choose how long theirs are, and blocks need the room. */
    readonly maxBytes: number
  },
): RecordStore {
  const { keys, limits, now, maxBytes } = options
  let appended = 0
  return {
    async append(record) {
      checkRecord(record)
      const { id, at, json } = record
      if (appended++ % LOOK_EVERY === 0) {
        boundBytes(slow, { stream: keys.stream, maxBytes }).catch(() => {
          appended = 0 // Redis is away: the next one looks again
        })
      }
      const args = [id, at, json, limits.count, limits.ageMs]
      await hot.run(APPEND, [keys.stream, keys.ids], args).catch((cause) => {
        appended = 0 // it may be full, and of what is trimmed here
        throw cause
      })
    },
    async page({ limit, before }) {
      if (before !== undefined && !CURSOR.test(before)) return { records: [] }
      const most = Math.min(limit, MOST_A_PAGE)
      await slow.call('XTRIM', keys.stream, 'MAXLEN', limits.count)
      const from = before === undefined ? '+' : `(${before}`
      const reply = await slow.call('XREVRANGE', keys.stream, from, '-', 'COUNT', most + 1)
      return pageOf(reply as readonly Entry[], most, now() - limits.ageMs)
    },
  }
}

const LOOK_EVERY = 500 // records, of some 20 KB at most

/** Commands that Redis takes when it is full, too: a script that writes it would refuse. */
async function boundBytes(
  slow: Link,
  { stream, maxBytes }: { readonly stream: string; readonly maxBytes: number },
): Promise<void> {
  const bytes = Number(await slow.call('MEMORY', 'USAGE', stream, 'SAMPLES', 100))
  if (bytes <= maxBytes) return
  const length = Number(await slow.call('XLEN', stream))
  await slow.call('XTRIM', stream, 'MAXLEN', Math.floor((length * maxBytes * 0.9) / bytes))
}

/** By time within the page. Where one is too old, so is all that came before it, but for a few that came too late. */
function pageOf(entries: readonly Entry[], most: number, after: number) {
  const records = entries.slice(0, most).map(([cursor, [, , , at, , json]]) => ({
    ...{ cursor, json },
    at: Number(at),
  }))
  const young = records.filter(({ at }) => at > after).sort((a, b) => b.at - a.at)
  const last = records.at(-1)
  const hasMore = last !== undefined && entries.length > most && young.length === records.length
  return { records: young.map(({ json }) => json), ...(hasMore && { next: last.cursor }) }
}
