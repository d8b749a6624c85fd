// The known pictures' atomic steps, run inside Redis. KEYS are always PICTURE_KEYS.
import { KEYS } from './keys.ts'
import { script } from './link.ts'

export const PICTURE_KEYS = [KEYS.pictures, KEYS.picturesRemoved, KEYS.picturesState] as const

const PRELUDE = `
local pictures, removed, state = unpack(KEYS)
local function what_is_wrong()
  local epoch, count = unpack(redis.call('HMGET', state, 'epoch', 'count'))
  if not epoch then return 'it has no epoch' end
  local left = redis.call('HLEN', pictures)
  if tonumber(count) ~= left then return left .. ' of ' .. tostring(count) .. ' pictures are left' end
  return false
end
local function changed(by)
  redis.call('HINCRBY', state, 'count', by)
  redis.call('HINCRBY', state, 'changes', 1)
end
local function file(id, at, json)
  local place = redis.call('HINCRBY', state, 'places', 1)
  redis.call('HSET', pictures, id, place .. '|' .. at .. '|' .. json)
end
local function added_at(entry)
  return tonumber(string.match(entry, '^%d+|(%d+)|'))
end
`

/** → what is wrong or '', epoch, changes. */
export const LOOK = script(`${PRELUDE}
local epoch, changes = unpack(redis.call('HMGET', state, 'epoch', 'changes'))
return { what_is_wrong() or '', epoch or '', changes or '0' }`)

/** ARGV: id, time of adding, JSON. → 1, or 0 when it was there. */
export const ADD = script(`${PRELUDE}
local wrong = what_is_wrong()
if wrong then return redis.error_reply('SEKISHOLOST ' .. wrong) end
if redis.call('HEXISTS', pictures, ARGV[1]) == 1 then return 0 end
file(ARGV[1], ARGV[2], ARGV[3])
redis.call('HDEL', removed, ARGV[1])
changed(1)
return 1`)

/** ARGV: id, time. → the picture's entry, '' when there was none. */
export const REMOVE = script(`${PRELUDE}
local wrong = what_is_wrong()
if wrong then return redis.error_reply('SEKISHOLOST ' .. wrong) end
local entry = redis.call('HGET', pictures, ARGV[1])
if not entry then return '' end
redis.call('HDEL', pictures, ARGV[1])
if added_at(entry) > tonumber(ARGV[2]) then ARGV[2] = string.match(entry, '^%d+|(%d+)|') end -- clocks differ
redis.call('HSET', removed, ARGV[1], ARGV[2])
changed(-1)
return entry`)

/** ARGV: id and time of a removal in turn. Takes out what was added before. */
export const RESTORE_REMOVALS = script(`${PRELUDE}
local is_whole = not what_is_wrong()
for i = 1, #ARGV, 2 do
  local id, at = ARGV[i], tonumber(ARGV[i + 1])
  local entry = redis.call('HGET', pictures, id)
  if not entry or added_at(entry) <= at then
    local known = tonumber(redis.call('HGET', removed, id) or -1)
    if at > known then redis.call('HSET', removed, id, ARGV[i + 1]) end
    if entry then redis.call('HDEL', pictures, id) end
    if entry and is_whole then changed(-1) end
  end
end
return 1`)

/** ARGV: id, time of adding and JSON in turn. Adds what is missing and was not removed since; changes nothing else. */
export const RESTORE = script(`${PRELUDE}
local is_whole = not what_is_wrong()
for i = 1, #ARGV, 3 do
  local id, since = ARGV[i], tonumber(redis.call('HGET', removed, ARGV[i]) or -1)
  if redis.call('HEXISTS', pictures, id) == 0 and tonumber(ARGV[i + 1]) > since then
    file(id, ARGV[i + 1], ARGV[i + 2])
    if is_whole then changed(1) end
  end
end
return 1`)

/** ARGV: the epoch that was found wanting. A new one, unless another process has named it meanwhile. */
export const NAME = script(`${PRELUDE}
local epoch = redis.call('HGET', state, 'epoch') or ''
if epoch ~= ARGV[1] then return 0 end
local now = redis.call('TIME')
redis.call('HSET', state, 'epoch', now[1] .. '.' .. now[2], 'count', redis.call('HLEN', pictures))
redis.call('HINCRBY', state, 'changes', 1)
return 1`)
