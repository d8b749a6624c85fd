// The block list's atomic steps, run inside Redis. KEYS are always BLOCK_KEYS, with a domain's offences after them.
import { CHANNEL, KEYS } from './keys.ts'
import { script } from './link.ts'

export const BLOCK_KEYS = [
  KEYS.blocks,
  KEYS.order,
  KEYS.evidence,
  KEYS.marks,
  KEYS.epoch,
  KEYS.stream,
] as const

const STREAM_LENGTH = 100_000 // changes kept for processes that were away
const LEASE_S = 30 // a restorer that died is forgotten after that

/** How the block list is written down; a list without a word of it is of the first format. */
export const FORMAT = 1

/** In front of every script: a list of a newer version is neither read nor changed. */
const PRELUDE = `
local blocks, order, evidence, marks, epoch, stream, offences = unpack(KEYS)
local format = redis.call('HGET', epoch, 'format') or '${FORMAT}'
if (tonumber(format) or math.huge) > ${FORMAT} then return redis.error_reply('SEKISHONEWER ' .. format) end
local now = redis.call('TIME')
local function is_restoring()
  local lease = redis.call('HGET', epoch, 'until')
  return lease and tonumber(lease) > tonumber(now[1])
end
local function what_is_wrong()
  if is_restoring() then return 'it is being restored' end
  if redis.call('HEXISTS', epoch, 'id') == 0 then return 'it has no epoch' end
  local count, left = redis.call('HGET', epoch, 'count'), redis.call('HLEN', blocks)
  if tonumber(count) ~= left then return left .. ' of ' .. tostring(count) .. ' entries are left' end
  if redis.call('LLEN', order) < left then return 'its index is gone' end
  return false
end
local function announce(kind, domain, tail)
  return redis.call('XADD', stream, 'MAXLEN', '~', ${STREAM_LENGTH}, '*', 'k', kind, 'd', domain, 't', tail)
end
local function name_epoch()
  if redis.call('HEXISTS', epoch, 'id') == 0 then
    redis.call('HSET', epoch, 'id', now[1] .. '.' .. now[2])
  end
  redis.call('HSET', epoch, 'count', redis.call('HLEN', blocks), 'format', ${FORMAT})
  announce('named', '', '')
end
local function file(domain, tail)
  local place = redis.call('RPUSH', order, domain) - 1
  redis.call('HSET', blocks, domain, place .. '|' .. tail)
end
local function unfile(domain, entry)
  local place = tonumber(string.match(entry, '^%d+'))
  if redis.call('LINDEX', order, place) == domain then redis.call('LSET', order, place, '') end
  redis.call('HDEL', blocks, domain)
  redis.call('HDEL', evidence, domain)
  redis.call('DEL', offences)
  redis.call('HINCRBY', epoch, 'count', -1)
  redis.call('PUBLISH', '${CHANNEL}', '')
  return announce('removed', domain, '')
end
`

/** ARGV: changes that were made. → what health.ts reads; last, how many of those changes are not in this history. */
export const HEALTH = script(`${PRELUDE}
local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
local cut = redis.call('XLEN', stream) >= ${STREAM_LENGTH}
local absent = 0
for _, change in ipairs(ARGV) do
  local is_there = redis.call('XRANGE', stream, change, change)[1]
  local may_be_cut_off = cut and not redis.call('XRANGE', stream, '-', change, 'COUNT', 1)[1]
  if not is_there and not may_be_cut_off then absent = absent + 1 end
end
return {
  what_is_wrong() or '', redis.call('HGET', epoch, 'id') or '', redis.call('HLEN', blocks),
  last and last[1] or '0-0', first and first[1] or '0-0', cut and 1 or 0, is_restoring() and 1 or 0,
  absent,
}`)

/** Names a list that has no name: a new one, or one whose last copy it is. */
export const ADOPT = script(`${PRELUDE}
if not is_restoring() and redis.call('HEXISTS', epoch, 'id') == 0 then name_epoch() end
return 1`)

/** ARGV: domain, newest evidence, entry tail, evidence, most offences, then object and offence in turn. → outcome, its change or ''. */
export const ADD = script(`${PRELUDE}
local wrong = what_is_wrong()
if wrong then return redis.error_reply('SEKISHOLOST ' .. wrong) end
local domain, tail = ARGV[1], ARGV[3]
local mark = redis.call('HGET', marks, domain)
if mark and tonumber(ARGV[2]) < tonumber(string.match(mark, '^%d+')) then return { 'marked', '' } end
local outcome, change = 'existed', ''
if redis.call('HEXISTS', blocks, domain) == 0 then
  outcome = 'added'
  file(domain, tail)
  redis.call('HSET', evidence, domain, ARGV[4])
  redis.call('HINCRBY', epoch, 'count', 1)
  change = announce('added', domain, tail)
  redis.call('PUBLISH', '${CHANNEL}', '')
end
for i = 6, #ARGV, 2 do
  if redis.call('HLEN', offences) >= tonumber(ARGV[5]) then break end
  redis.call('HSETNX', offences, ARGV[i], ARGV[i + 1])
end
return { outcome, change }`)

/** ARGV: domain, time of the mark, mark. → its change, '' when the domain was not blocked. */
export const REMOVE = script(`${PRELUDE}
local wrong = what_is_wrong()
if wrong then return redis.error_reply('SEKISHOLOST ' .. wrong) end
local domain = ARGV[1]
local mark = redis.call('HGET', marks, domain)
if not mark or tonumber(string.match(mark, '^%d+')) <= tonumber(ARGV[2]) then
  redis.call('HSET', marks, domain, ARGV[2] .. '|' .. ARGV[3])
end
local entry = redis.call('HGET', blocks, domain)
if not entry then return '' end
return unfile(domain, entry)`)

/** Takes the name off a list that is not whole, until the last of its restorers is done. → 1 when it did. */
export const BEGIN_RESTORE = script(`${PRELUDE}
if not what_is_wrong() then return 0 end
if not is_restoring() then redis.call('HDEL', epoch, 'restorers') end
redis.call('HDEL', epoch, 'id')
redis.call('HINCRBY', epoch, 'restorers', 1)
redis.call('HSET', epoch, 'until', now[1] + ${LEASE_S})
return 1`)

/** ARGV: domain, entry tail and evidence or '' in turn. Adds what is missing, mends the index, changes no entry. */
export const RESTORE = script(`${PRELUDE}
local named = redis.call('HEXISTS', epoch, 'id') == 1
for i = 1, #ARGV, 3 do
  local domain, tail = ARGV[i], ARGV[i + 1]
  local entry = redis.call('HGET', blocks, domain)
  if not entry then
    file(domain, tail)
    if ARGV[i + 2] ~= '' then redis.call('HSETNX', evidence, domain, ARGV[i + 2]) end
    if named then -- else everybody reads the whole list once it has its name
      redis.call('HINCRBY', epoch, 'count', 1)
      announce('added', domain, tail)
    end
  else
    local place, rest = string.match(entry, '^(%d+)|(.*)$')
    if redis.call('LINDEX', order, place) ~= domain then file(domain, rest) end
  end
end
if is_restoring() then redis.call('HSET', epoch, 'until', now[1] + ${LEASE_S}) end
return 1`)

/** → 0 while others restore it still, -1 when it was lost again meanwhile. */
export const END_RESTORE = script(`${PRELUDE}
if redis.call('HEXISTS', epoch, 'restorers') == 0 then return -1 end
if redis.call('HINCRBY', epoch, 'restorers', -1) > 0 then return 0 end
redis.call('HDEL', epoch, 'restorers', 'until')
name_epoch()
redis.call('PUBLISH', '${CHANNEL}', '')
return 1`)

/** ARGV: domain, time of the mark, mark. With a mark that was lost the removal was lost too. */
export const RESTORE_MARK = script(`${PRELUDE}
local domain, at = ARGV[1], tonumber(ARGV[2])
local mark = redis.call('HGET', marks, domain)
if mark and tonumber(string.match(mark, '^%d+')) >= at then return 0 end
redis.call('HSET', marks, domain, ARGV[2] .. '|' .. ARGV[3])
local entry = redis.call('HGET', blocks, domain)
local since = entry and string.match(entry, '^%d+|%a|(%w+)|')
if since and tonumber(since, 36) <= at then unfile(domain, entry) end
return 1`)

/** ARGV: domain, id of the block, then object and offence in turn. */
export const RESTORE_OFFENCES = script(`${PRELUDE}
local entry = redis.call('HGET', blocks, ARGV[1])
if not entry or not string.find(entry, '|' .. ARGV[2] .. '|', 1, true) then return 0 end
for i = 3, #ARGV, 2 do redis.call('HSETNX', offences, ARGV[i], ARGV[i + 1]) end
return 1`)
