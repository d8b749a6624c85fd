// The steps of keeping and forgetting evidence, run inside Redis. KEYS are always EVIDENCE_KEYS.
import { AUTHOR_A_DAY, DOMAIN_PART, PUSHED_OUT_AT_ONCE } from '../evidence-rules.ts'
import { KEYS } from './keys.ts'
import { script } from './link.ts'

export const EVIDENCE_KEYS = [
  ...[KEYS.deliveries, KEYS.deliveryTimes, KEYS.deliveryDomains],
  ...[KEYS.deliveryAuthors, KEYS.deliveryBytes, KEYS.deliveryShares],
] as const

/** At once: what has piled up must not stall Redis. */
export const FORGOTTEN_AT_ONCE = 100

const PRELUDE = `
local deliveries, times, domains, authors, bytes, shares = unpack(KEYS)
local function forget(id)
  local entry = redis.call('HGET', deliveries, id)
  if not entry then return end
  local at, author, domain = string.match(entry, '^(%d+)|([^|]*)|([^|]*)|')
  redis.call('HDEL', deliveries, id)
  redis.call('ZREM', times, at .. '|' .. id)
  redis.call('ZREM', domains, domain .. '|' .. at .. '|' .. id)
  redis.call('ZREM', authors, author .. '|' .. at .. '|' .. id)
  redis.call('DECRBY', bytes, #entry)
  if tonumber(redis.call('ZINCRBY', shares, -#entry, domain)) <= 0 then redis.call('ZREM', shares, domain) end
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

/**
 * ARGV: id, time (16 digits), author, domain, JSON, oldest time that is kept, most bytes, time to live, first
 * millisecond of its UTC day and of the next. → 1, or 0 when it was there, or its author has as many of that day.
 */
export const KEEP = script(`${PRELUDE}
local id, at, author, domain, json, oldest, most, ttl, day, next = unpack(ARGV)
local function first(key, min, max)
  return redis.call('ZRANGEBYLEX', key, min, max, 'LIMIT', 0, 1)[1]
end
local function pushOut(one)
  local member = one and first(domains, '[' .. one .. '|', '(' .. one .. '}')
  if member then
    redis.call('ZREM', domains, member)
  else
    if one then redis.call('ZREM', shares, one) end
    member = first(times, '-', '+')
    if not member then return end
    redis.call('ZREM', times, member)
  end
  forget(string.match(member, '[^|]*$'))
end
local function tooMuch()
  if tonumber(redis.call('ZSCORE', shares, domain) or 0) > most * ${DOMAIN_PART} then return domain, true end
  if tonumber(redis.call('GET', bytes) or 0) <= tonumber(most) then return nil, false end
  return redis.call('ZREVRANGE', shares, 0, 0)[1], true
end
if redis.call('HEXISTS', deliveries, id) == 1 then return 0 end
forgetOlder(oldest)
local ofDay = redis.call('ZLEXCOUNT', authors, '[' .. author .. '|' .. day, '(' .. author .. '|' .. next)
if ofDay >= ${AUTHOR_A_DAY} then return 0 end
local entry = table.concat({ at, author, domain, json }, '|')
redis.call('HSET', deliveries, id, entry)
redis.call('ZADD', times, 0, at .. '|' .. id)
redis.call('ZADD', domains, 0, domain .. '|' .. at .. '|' .. id)
redis.call('ZADD', authors, 0, author .. '|' .. at .. '|' .. id)
redis.call('INCRBY', bytes, #entry)
redis.call('ZINCRBY', shares, #entry, domain)
for _ = 1, ${PUSHED_OUT_AT_ONCE} do
  local whose, isTooMuch = tooMuch()
  if not isTooMuch then break end
  pushOut(whose)
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
  forget(string.match(member, '[^|]*$'))
  redis.call('ZREM', authors, member)
end
return #members`)
