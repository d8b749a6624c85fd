// The steps of keeping and forgetting evidence, run inside Redis. KEYS are always EVIDENCE_KEYS.
import { KEYS } from './keys.ts'
import { script } from './link.ts'

export const EVIDENCE_KEYS = [
  ...[KEYS.deliveries, KEYS.deliveryTimes, KEYS.deliveryDomains],
  ...[KEYS.deliveryAuthors, KEYS.deliveryBytes],
] as const

/** At once: what has piled up must not stall Redis. */
export const FORGOTTEN_AT_ONCE = 100

const PRELUDE = `
local deliveries, times, domains, authors, bytes = unpack(KEYS)
local function forget(id)
  local entry = redis.call('HGET', deliveries, id)
  if not entry then return end
  local at, author, domain = string.match(entry, '^(%d+)|([^|]*)|([^|]*)|')
  redis.call('HDEL', deliveries, id)
  redis.call('ZREM', times, at .. '|' .. id)
  redis.call('ZREM', domains, domain .. '|' .. at .. '|' .. id)
  redis.call('ZREM', authors, author .. '|' .. id)
  redis.call('DECRBY', bytes, #entry)
end
local function forgetOlder(oldest)
  local old = redis.call('ZRANGEBYLEX', times, '-', '(' .. oldest, 'LIMIT', 0, ${FORGOTTEN_AT_ONCE})
  for _, member in ipairs(old) do
    local id = string.match(member, '^%d+|(.*)$')
    if redis.call('HEXISTS', deliveries, id) == 1 then forget(id) else redis.call('ZREM', times, member) end
  end
  return #old
end
`

/** ARGV: id, time (16 digits), author, domain, JSON, oldest time that is kept, most bytes, time to live. → 1, or 0 when it was there. */
export const KEEP = script(`${PRELUDE}
local id, at, author, domain, json, oldest, most, ttl = unpack(ARGV)
if redis.call('HEXISTS', deliveries, id) == 1 then return 0 end
local entry = table.concat({ at, author, domain, json }, '|')
redis.call('HSET', deliveries, id, entry)
redis.call('ZADD', times, 0, at .. '|' .. id)
redis.call('ZADD', domains, 0, domain .. '|' .. at .. '|' .. id)
redis.call('ZADD', authors, 0, author .. '|' .. id)
redis.call('INCRBY', bytes, #entry)
forgetOlder(oldest)
for _ = 1, ${FORGOTTEN_AT_ONCE} do
  if tonumber(redis.call('GET', bytes)) <= tonumber(most) then break end
  local first = redis.call('ZRANGEBYLEX', times, '-', '+', 'LIMIT', 0, 1)[1]
  if not first then break end
  redis.call('ZREM', times, first)
  forget(string.match(first, '^%d+|(.*)$'))
end
for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], ttl) end
return 1`)

/** ARGV: oldest time that is kept. → how many were older. */
export const FORGET_OLDER = script(`${PRELUDE}
return forgetOlder(ARGV[1])`)

/** ARGV: author. → how many of it were forgotten. */
export const PURGE = script(`${PRELUDE}
local author = ARGV[1]
local members = redis.call('ZRANGEBYLEX', authors, '[' .. author .. '|', '(' .. author .. '}', 'LIMIT', 0, ${FORGOTTEN_AT_ONCE})
for _, member in ipairs(members) do
  forget(string.sub(member, #author + 2))
  redis.call('ZREM', authors, member)
end
return #members`)
