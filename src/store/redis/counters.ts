// Keys, retries and offences in Redis: everything here expires, and every count is of distinct ids, never a sum.
import { MAX_ATTEMPTS, MAX_AUTHORS, PLACE_WINDOW_MS } from '../limits.ts'
import type { OffenceStore } from '../offence-store.ts'
import type { RetryState, RetryStore } from '../retry-store.ts'
import type { KeyCache, KeyDocument } from '../store.ts'
import { digest, KEYS, shortKey } from './keys.ts'
import { type Link, script } from './link.ts'

export function redisKeys(hot: Link): KeyCache {
  return {
    async get(keyId) {
      const text = await hot.call('GET', shortKey('key', keyId))
      if (typeof text !== 'string') return undefined
      const document = JSON.parse(text) as KeyDocument // our own words, only shortened
      return document.keyId === keyId ? document : undefined
    },
    async put(document, ttlMs) {
      const text = JSON.stringify(document)
      await hot.call('SET', shortKey('key', document.keyId), text, 'PX', whole(ttlMs))
    },
    async forget(keyId) {
      await hot.call('DEL', shortKey('key', keyId))
    },
  }
}

const RETRY_STATE = `
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return { redis.call('ZCARD', KEYS[1]), first[2] or '' }`

const PEEK_RETRY = script(RETRY_STATE)

/** ARGV: attempt, time, time to live, most attempts. */
const NOTE_RETRY = script(`
if redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[4]) then
  redis.call('ZADD', KEYS[1], 'NX', ARGV[2], ARGV[1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
${RETRY_STATE}`)

export function redisRetries(hot: Link): RetryStore {
  return {
    async note({ kind, key, attempt, at, ttlMs }) {
      const args = [digest(attempt), at, whole(ttlMs), MAX_ATTEMPTS]
      const reply = await hot.run(NOTE_RETRY, [retryKey(kind, key)], args)
      return retryState(reply) ?? { count: 1, firstAt: at }
    },
    async peek(kind, key) {
      return retryState(await hot.run(PEEK_RETRY, [retryKey(kind, key)], []))
    },
  }
}

/** ARGV: author, time, window, most authors. */
const NOTE_AUTHOR = script(`
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2] - ARGV[3])
if redis.call('ZSCORE', KEYS[1], ARGV[1]) or redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[4]) then
  redis.call('ZADD', KEYS[1], 'GT', ARGV[2], ARGV[1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return redis.call('ZCARD', KEYS[1])`)

/** ARGV: id, time, limit, window. */
const TAKE_PLACE = script(`
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2] - ARGV[4])
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 1 end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`)

export function redisOffences(hot: Link): OffenceStore {
  return {
    async isClaimed(objectId) {
      return (await hot.call('EXISTS', shortKey('claim', objectId))) === 1
    },
    async claim(objectId, ttlMs) {
      const key = shortKey('claim', objectId)
      return (await hot.call('SET', key, '1', 'NX', 'PX', whole(ttlMs))) === 'OK'
    },
    async noteAuthor({ domain, author, at, windowMs }) {
      const args = [digest(author), at, whole(windowMs), MAX_AUTHORS]
      return Number(await hot.run(NOTE_AUTHOR, [shortKey('authors', domain)], args))
    },
    async takeBlockPlace({ id, at, limit }) {
      return (await hot.run(TAKE_PLACE, [KEYS.places], [id, at, limit, PLACE_WINDOW_MS])) === 1
    },
  }
}

function retryKey(kind: string, key: string): string {
  return shortKey('retry', `${kind} ${key}`)
}

function retryState(reply: unknown): RetryState | undefined {
  const [count, firstAt] = reply as [number, string]
  return firstAt === '' ? undefined : { count, firstAt: Number(firstAt) }
}

/** Redis takes whole milliseconds above zero. */
function whole(ms: number): number {
  return Math.max(1, Math.ceil(ms))
}
