// What Redis does for the history: one script a call. Time is the delivery's, never Redis' own; members are
// distinct, so that the same call again counts nothing twice.
import {
  CLEAN_DAYS,
  FOLLOW_MATURES_MS,
  FORGIVEN_MS,
  LONG_KNOWN_MS,
  NEWCOMER_MS,
} from '../../history.ts'
import { ESTABLISHED } from '../hashed.ts'
import { KEPT_MS, MOST } from '../limits.ts'
import { script } from './link.ts'

const MAX_FOLLOWED = 200_000 // authors; a stranger can have itself followed without being asked
const MAX_DROPPED = 100_000
const SWEPT = 200 // a call: what has piled up must not stall Redis

/** Needs the time in ARGV[1], and as its first keys since and person. */
const PERSON = `
local since, person = KEYS[1], KEYS[2]
local at = tonumber(ARGV[1])

local known = redis.call('HMGET', person, 'first', 'touched', 'days', 'day', 'dropped')
for i, text in ipairs(known) do known[i] = tonumber(text) or false end
if known[1] and at - known[2] >= ${KEPT_MS.person} then known = {} end
local first, touched, days, day, dropped = unpack(known, 1, 5)

local function touch()
  redis.call('SET', since, ARGV[1], 'NX')
  if not first then
    redis.call('DEL', person)
    redis.call('HSET', person, 'first', ARGV[1], 'touched', ARGV[1])
  elseif touched < at then
    redis.call('HSET', person, 'touched', ARGV[1])
  end
  redis.call('PEXPIRE', person, ${KEPT_MS.person})
end

local function add(key, members, keptMs, most)
  if #members == 0 then return end
  redis.call('ZREMRANGEBYSCORE', key, '-inf', at - keptMs)
  for _, member in ipairs(members) do
    local isNew = redis.call('ZADD', key, 'GT', ARGV[1], member) == 1
    if isNew and redis.call('ZCARD', key) > most then redis.call('ZREM', key, member) end
  end
  redis.call('PEXPIRE', key, keptMs)
end

local function noteRegular(key, author)
  if not first or at - first < ${NEWCOMER_MS} then return end
  add(key, { author }, ${KEPT_MS.regulars}, ${MOST.regulars})
end`

/**
 * KEYS: since, person, follows, calls, newcomers, regulars, dropped; threads; called of each caller; copies of each fingerprint.
 * ARGV: time, '1' if it counts, author, author as others call it, conversation, these people and the author as one copy,
 * two windows, number of threads, of callers, of people, people, references.
 */
export const RECALL = script(`${PERSON}
local follows, calls, newcomers, regulars, droppedPosts = unpack(KEYS, 3, 7)
local author, self, conversation, copy = unpack(ARGV, 3, 6)
local burstMs, campaignMs = tonumber(ARGV[7]), tonumber(ARGV[8])
local threads, callers, count = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local people, references = { unpack(ARGV, 12, 11 + count) }, { unpack(ARGV, 12 + count) }
local firstCalled = 8 + threads
local firstCopies = firstCalled + callers
local oldest = redis.call('ZRANGE', follows, 0, 0, 'WITHSCORES')
local followed = tonumber(oldest[2])

local function isTrusted()
  if dropped and at - dropped < ${FORGIVEN_MS} then return false end
  if followed and at - followed >= ${FOLLOW_MATURES_MS} then return true end
  return first and at - first >= ${LONG_KNOWN_MS} and (days or 0) >= ${CLEAN_DAYS}
end

if ARGV[2] == '1' then
  touch()
  add(calls, people, burstMs, ${MOST.calls})
  if not followed and (not first or at - first < ${NEWCOMER_MS}) then
    add(newcomers, { conversation }, burstMs, ${MOST.newcomers})
  end
  noteRegular(regulars, author)
  for i = firstCopies, isTrusted() and 0 or #KEYS do
    add(KEYS[i], { copy }, campaignMs, ${MOST.copies})
  end
end

local function countAfter(key, after)
  return redis.call('ZCOUNT', key, string.format('(%.0f', after), '+inf')
end
-- Places, from 0, of the members that are newer.
local function placesAfter(key, members, after)
  local places = {}
  if #members == 0 then return places end
  for i, score in ipairs(redis.call('ZMSCORE', key, unpack(members))) do
    if score and tonumber(score) > after then places[#places + 1] = i - 1 end
  end
  return places
end

-- Redis cuts numbers in replies down to 64 bits, and lists at what is nil.
local function told(number) return number and string.format('%.0f', number) or '' end

local acquainted, isInThread = {}, {}
for i = 8, firstCalled - 1 do
  local callable = { unpack(people, 1, callers) }
  for _, place in ipairs(placesAfter(KEYS[i], callable, at - ${KEPT_MS.threads})) do
    isInThread[place + 1] = true
  end
end
for i = 1, callers do
  local called = tonumber(redis.call('ZSCORE', KEYS[firstCalled - 1 + i], self))
  local followedAt = followed and tonumber(redis.call('ZSCORE', follows, people[i]))
  local isFollower = followedAt and at - followedAt >= ${FOLLOW_MATURES_MS}
  if isFollower or isInThread[i] or called and called > at - ${KEPT_MS.called} then
    acquainted[#acquainted + 1] = i - 1
  end
end
local copies, senders, established = {}, {}, {}
for i = firstCopies, #KEYS do
  local after, place = string.format('(%.0f', at - campaignMs), #copies + 1
  local seen = {}
  local function once(name)
    if seen[name] then return 0 end
    seen[name] = true
    return 1
  end
  copies[place], senders[place], established[place] = 0, 0, 0
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[i], after, '+inf')) do
    local pair = string.sub(name, 2)
    copies[place] = copies[place] + once(string.match(pair, '^[^:]*'))
    senders[place] = senders[place] + once(pair .. ':')
    if string.sub(name, 1, 1) == '${ESTABLISHED}' then established[place] = established[place] + 1 end
  end
end
local these = placesAfter(calls, people, at - burstMs)
return {
  redis.call('GET', since) or ARGV[1],
  { told(first), told(followed), told(days or 0), told(dropped) },
  acquainted,
  countAfter(calls, at - burstMs) - #these,
  countAfter(newcomers, at - burstMs),
  countAfter(regulars, at - ${KEPT_MS.regulars}),
  copies,
  senders,
  established,
  placesAfter(droppedPosts, references, at - ${KEPT_MS.dropped})
}`)

/**
 * KEYS: since, person, follows, followed, regulars, called; threads.
 * ARGV: time, author, outcome, day, kind of follow or '', follower, since when, author as others call it, whom it called.
 * → an author whose follows are to be forgotten, or ''.
 */
export const LEARN = script(`${PERSON}
local follows, followed, regulars, calledPeople = unpack(KEYS, 3, 6)
local author, outcome, today, kind, follower, followedAt = unpack(ARGV, 2, 7)
local called, present = { unpack(ARGV, 9) }, { unpack(ARGV, 8) }

touch()
noteRegular(regulars, author)
if outcome == 'clean' and tonumber(today) > (day or -1) then
  redis.call('HSET', person, 'day', today, 'days', (days or 0) + 1)
end
if outcome == 'dropped' and at > (dropped or 0) then
  redis.call('HSET', person, 'dropped', ARGV[1])
end
add(calledPeople, called, ${KEPT_MS.called}, math.huge)
redis.call('ZREMRANGEBYRANK', calledPeople, 0, -${MOST.called + 1})
for i = 7, #KEYS do add(KEYS[i], present, ${KEPT_MS.threads}, ${MOST.thread}) end

if kind == 'begun' and (redis.call('ZSCORE', follows, follower) or redis.call('ZCARD', follows) < ${MOST.follows}) then
  redis.call('ZADD', follows, 'LT', followedAt, follower)
end
if kind == 'ended' then redis.call('ZREM', follows, follower) end
if kind == 'gone' then redis.call('DEL', follows) end
if redis.call('EXISTS', follows) == 0 then
  redis.call('ZREM', followed, author)
  return ''
end
redis.call('ZADD', followed, 'GT', ARGV[1], author)
if redis.call('ZCARD', followed) <= ${MAX_FOLLOWED} then return '' end
return redis.call('ZPOPMIN', followed)[1]`)

/** KEYS: dropped. ARGV: time, posts. */
export const NOTE_DROPPED = script(`
local dropped, at = KEYS[1], tonumber(ARGV[1])
for i = 2, #ARGV do redis.call('ZADD', dropped, 'GT', ARGV[1], ARGV[i]) end
local old = redis.call('ZCOUNT', dropped, '-inf', at - ${KEPT_MS.dropped})
local excess = redis.call('ZCARD', dropped) - ${MAX_DROPPED}
local leaving = math.min(math.max(old, excess), ${SWEPT})
if leaving > 0 then redis.call('ZREMRANGEBYRANK', dropped, 0, leaving - 1) end
redis.call('PEXPIRE', dropped, ${KEPT_MS.dropped})
return 1`)
