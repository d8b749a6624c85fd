// The newest verdicts in Redis: ids in the order of time, their JSON beside them.
import type { RecordLimits, RecordStore } from '../store.ts'
import { KEYS } from './keys.ts'
import { type Link, script } from './link.ts'

const RECORD_KEYS = [KEYS.records, KEYS.recordTexts]

/** ARGV: id, time, JSON, most records, oldest time, age limit. Drops at most a hundred old ones a call. */
const APPEND = script(`
local ids, texts = KEYS[1], KEYS[2]
redis.call('ZADD', ids, ARGV[2], ARGV[1])
redis.call('HSET', texts, ARGV[1], ARGV[3])
local old = redis.call('ZRANGEBYSCORE', ids, '-inf', ARGV[5], 'LIMIT', 0, 50)
local excess = math.min(redis.call('ZCARD', ids) - ARGV[4], 50)
if excess > 0 then
  for _, id in ipairs(redis.call('ZRANGE', ids, 0, excess - 1)) do old[#old + 1] = id end
end
if #old > 0 then
  redis.call('ZREM', ids, unpack(old))
  redis.call('HDEL', texts, unpack(old))
end
redis.call('PEXPIRE', ids, ARGV[6])
redis.call('PEXPIRE', texts, ARGV[6])
return 1`)

/** ARGV: limit, oldest time, id before which the page ends or ''. → ids, JSONs, in two lists. */
const PAGE = script(`
local ids, texts = KEYS[1], KEYS[2]
local from = 0
if ARGV[3] ~= '' then
  local rank = redis.call('ZREVRANK', ids, ARGV[3])
  if not rank then return { {}, {} } end
  from = rank + 1
end
local young = redis.call('ZCOUNT', ids, '(' .. ARGV[2], '+inf')
local to = math.min(from + ARGV[1], young) - 1
if to < from then return { {}, {} } end
local page = redis.call('ZREVRANGE', ids, from, to)
return { page, redis.call('HMGET', texts, unpack(page)) }`)

const MOST_AT_ONCE = 5000 // what unpack and a reply should carry

export function redisRecords(
  { hot, slow }: { readonly hot: Link; readonly slow: Link },
  { limits, now }: { readonly limits: RecordLimits; readonly now: () => number },
): RecordStore {
  return {
    async append({ id, at, json }) {
      const oldest = now() - limits.ageMs
      await hot.run(APPEND, RECORD_KEYS, [id, at, json, limits.count, oldest, limits.ageMs])
    },
    async page({ limit, before = '' }) {
      const most = Math.min(limit, MOST_AT_ONCE)
      const args = [most + 1, now() - limits.ageMs, before]
      const reply = await slow.run(PAGE, RECORD_KEYS, args)
      const [ids, texts] = reply as [string[], (string | null)[]]
      const next = ids.length > most ? ids[most - 1] : undefined
      const records = texts.slice(0, most).filter((text) => text !== null)
      return { records, ...(next !== undefined && { next }) }
    },
  }
}
