// The notices' atomic steps, run inside Redis. KEYS are always NOTICE_KEYS, ARGV[1] the epoch that is known.
import { NOTICE_LIMITS } from '../notice-rules.ts'
import { KEYS } from './keys.ts'
import { script } from './link.ts'

export const NOTICE_KEYS = [
  ...[KEYS.notices, KEYS.noticeAuthors, KEYS.noticesOpen, KEYS.noticesClosed, KEYS.noticeEnds],
  ...[KEYS.noticesDue, KEYS.noticeDomains, KEYS.noticesState],
] as const

const SWEPT = 50 // closed ones that are forgotten at once

const PRELUDE = `
local notices, authors, open, closed, ends, due, domains, state = unpack(KEYS)
local epoch = redis.call('HGET', state, 'epoch')
local function what_is_wrong()
  if not epoch then return 'it has no epoch' end
  local count, opened = redis.call('HLEN', notices), redis.call('ZCARD', open)
  local whole = opened + redis.call('ZCARD', closed) == count
    and redis.call('ZCARD', domains) == count
    and redis.call('ZCARD', ends) == count - opened
    and redis.call('HLEN', authors) == opened
    and redis.call('ZCARD', due) == opened
  return not whole and 'part of it is gone'
end
local function parts(entry)
  local place, revision, domain = string.match(entry, '^(%d+)|(%d+)|([^|]*)|')
  return tonumber(place), tonumber(revision), domain
end
local function ofDomain(domain, place, id)
  return domain .. '|' .. string.format('%016.0f', place) .. '|' .. id
end
local function write(id, place, revision, domain, json)
  local head = string.format('%.0f|%.0f|', place, revision)
  redis.call('HSET', notices, id, head .. domain .. '|' .. json)
end
local function fileOpen(id, author, place, dueAt)
  redis.call('HSET', authors, author, id)
  redis.call('ZADD', open, place, id)
  redis.call('ZADD', due, dueAt, id)
end
local function fileClosed(id, author, place, closedAt)
  if redis.call('HGET', authors, author) == id then redis.call('HDEL', authors, author) end
  redis.call('ZREM', open, id)
  redis.call('ZREM', due, id)
  redis.call('ZADD', closed, place, id)
  redis.call('ZADD', ends, closedAt, id)
end
local function entriesOf(ids)
  local found = {}
  for _, id in ipairs(ids) do
    local entry = redis.call('HGET', notices, id)
    if entry then found[#found + 1] = entry end
  end
  return found
end
`

/** Nothing is done with a list that is not the known one, or not whole. */
const KNOWN = `${PRELUDE}
local wrong = what_is_wrong() or epoch ~= ARGV[1] and 'it is another list'
if wrong then return redis.error_reply('SEKISHOLOST ' .. wrong) end
`

/** → what is wrong or '', epoch, changes. */
export const LOOK = script(`${PRELUDE}
return { what_is_wrong() or '', epoch or '', redis.call('HGET', state, 'changes') or '0' }`)

/** ARGV: epoch, id, author, domain, when it is due, JSON. → '', or what is there of this id or author. */
export const OPEN = script(`${KNOWN}
local _, id, author, domain, dueAt, json = unpack(ARGV)
local there = redis.call('HGET', authors, author) or id
local entry = redis.call('HGET', notices, there)
if entry then return entry end
local place = redis.call('HINCRBY', state, 'places', 1)
write(id, place, 1, domain, json)
fileOpen(id, author, place, dueAt)
redis.call('ZADD', domains, 0, ofDomain(domain, place, id))
redis.call('HINCRBY', state, 'changes', 1)
return ''`)

/**
 * ARGV: epoch, id, revision that is replaced, JSON, author, when it is due or '', when it was closed or ''.
 * → 1, or 0 where there is another revision by now.
 */
export const REPLACE = script(`${KNOWN}
local _, id, before, json, author, dueAt, closedAt = unpack(ARGV)
local entry = redis.call('HGET', notices, id)
if not entry then return 0 end
local place, revision, domain = parts(entry)
if revision ~= tonumber(before) or not redis.call('ZSCORE', open, id) then return 0 end
write(id, place, revision + 1, domain, json)
redis.call('HINCRBY', state, 'changes', 1)
if dueAt ~= '' then redis.call('ZADD', due, dueAt, id) end
if closedAt == '' then return 1 end
fileClosed(id, author, place, closedAt)

local function forget(old)
  for _, each in ipairs(old) do
    local at, _, name = parts(redis.call('HGET', notices, each))
    redis.call('ZREM', domains, ofDomain(name, at, each))
    redis.call('HDEL', notices, each)
    redis.call('ZREM', closed, each)
    redis.call('ZREM', ends, each)
  end
end
local oldest = string.format('%.0f', closedAt - ${NOTICE_LIMITS.closedMs})
forget(redis.call('ZRANGEBYSCORE', ends, '-inf', oldest, 'LIMIT', 0, ${SWEPT}))
local excess = math.min(redis.call('ZCARD', ends) - ${NOTICE_LIMITS.closed}, ${SWEPT})
if excess > 0 then forget(redis.call('ZRANGE', ends, 0, excess - 1)) end
return 1`)

/** ARGV: epoch, ids. → what is there of them. */
export const FIND = script(`${KNOWN}
return entriesOf({ unpack(ARGV, 2) })`)

/** ARGV: epoch, domain, limit. → newest first. */
export const OF_DOMAIN = script(`${KNOWN}
local from, to = '(' .. ARGV[2] .. '}', '[' .. ARGV[2] .. '|'
local ids = redis.call('ZREVRANGEBYLEX', domains, from, to, 'LIMIT', 0, ARGV[3])
for i, member in ipairs(ids) do ids[i] = string.match(member, '|%d+|(.*)$') end
return entriesOf(ids)`)

/** ARGV: epoch, place before which they are opened or '+inf', limit, 'open', 'closed' or ''. → total, last opened first. */
export const PAGE = script(`${KNOWN}
local total, found = 0, {}
local function take(key, name)
  if ARGV[4] ~= '' and ARGV[4] ~= name then return end
  total = total + redis.call('ZCARD', key)
  local some = redis.call('ZREVRANGEBYSCORE', key, ARGV[2], '-inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
  for i = 1, #some, 2 do found[#found + 1] = { some[i], tonumber(some[i + 1]) } end
end
take(open, 'open')
take(closed, 'closed')
table.sort(found, function(a, b) return a[2] > b[2] end)
local ids = {}
for i = 1, math.min(#found, tonumber(ARGV[3])) do ids[i] = found[i][1] end
return { total, entriesOf(ids) }`)

/** ARGV: epoch, time, lease, limit. → what is due, leased. */
export const TAKE_DUE = script(`${KNOWN}
local ids = redis.call('ZRANGEBYSCORE', due, '-inf', ARGV[2], 'LIMIT', 0, ARGV[4])
for _, id in ipairs(ids) do redis.call('ZADD', due, ARGV[2] + ARGV[3], id) end
return entriesOf(ids)`)

/** ARGV: epoch. → actor ids. */
export const AUTHORS = script(`${KNOWN}
return redis.call('HKEYS', authors)`)

/** ARGV: the epoch that was found wanting. What points to the notices is made anew by RESTORE. */
export const UNFILE = script(`${PRELUDE}
if (epoch or '') ~= ARGV[1] or not what_is_wrong() then return 0 end
redis.call('DEL', authors, open, closed, ends, due, domains)
return 1`)

/**
 * ARGV: id, author, domain, when it is due, when it was closed or '', revision and JSON in turn. Writes what is
 * missing or older, and files it; an author with another open notice keeps that one.
 */
export const RESTORE = script(`${PRELUDE}
for i = 1, #ARGV, 7 do
  local id, author, domain, dueAt, closedAt, revision, json = unpack(ARGV, i, i + 6)
  local entry = redis.call('HGET', notices, id)
  local place, known = 0, -1
  if entry then place, known = parts(entry) end
  local other = closedAt == '' and redis.call('HGET', authors, author)
  local isKept = not (other and other ~= id)
  if isKept and tonumber(revision) >= known then
    local places = tonumber(redis.call('HGET', state, 'places') or 0)
    if not entry then place = places + 1 end
    redis.call('HSET', state, 'places', string.format('%.0f', math.max(place, places)))
    if tonumber(revision) > known then
      write(id, place, revision, domain, json)
      redis.call('HINCRBY', state, 'changes', 1)
    end
    redis.call('ZADD', domains, 0, ofDomain(domain, place, id))
    if closedAt ~= '' then
      fileClosed(id, author, place, closedAt)
    elseif not redis.call('ZSCORE', open, id) then
      fileOpen(id, author, place, dueAt)
    end
  elseif entry and not isKept and tonumber(revision) >= known and not redis.call('ZSCORE', open, id) then
    redis.call('HDEL', notices, id) -- nothing would lead to it
  end
end
return 1`)

/** ARGV: the epoch that was found wanting. A new one, unless another process has named it meanwhile. */
export const NAME = script(`${PRELUDE}
if (epoch or '') ~= ARGV[1] then return 0 end
local now = redis.call('TIME')
redis.call('HSET', state, 'epoch', now[1] .. '.' .. now[2])
redis.call('HINCRBY', state, 'changes', 1)
return 1`)
