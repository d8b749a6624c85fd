import { expect, test } from 'vitest'
import { parseRedisUrl } from '../../../src/store/redis/url.ts'

const plain = { tls: false }
const login = { username: 'u', password: 'p@ss:/?#' }
const encoded = `u:${encodeURIComponent(login.password)}`

test.each([
  ['redis://localhost', { kind: 'single', host: 'localhost', port: 6379, db: 0, ...plain }],
  ['redis://127.0.0.1:7000/5', { kind: 'single', host: '127.0.0.1', port: 7000, db: 5, ...plain }],
  ['redis://h/?db=3', { kind: 'single', host: 'h', port: 6379, db: 3, ...plain }],
  ['redis://[::1]:7000', { kind: 'single', host: '::1', port: 7000, db: 0, ...plain }],
  [`rediss://${encoded}@h`, { kind: 'single', host: 'h', port: 6379, db: 0, tls: true, ...login }],
  ['redis://:p@h', { kind: 'single', host: 'h', port: 6379, db: 0, tls: false, password: 'p' }],
  [
    `redis+sentinel://${encoded}@a:1,b/main?db=2&sentinelUsername=s&sentinelPassword=t%20t`,
    {
      kind: 'sentinel',
      sentinels: [
        { host: 'a', port: 1 },
        { host: 'b', port: 26_379 },
      ],
      name: 'main',
      db: 2,
      sentinelUsername: 's',
      sentinelPassword: 't t',
      ...plain,
      ...login,
    },
  ],
  [
    'rediss+cluster://a:1,[::2]:3',
    {
      kind: 'cluster',
      tls: true,
      nodes: [
        { host: 'a', port: 1 },
        { host: '::2', port: 3 },
      ],
    },
  ],
])('reads %s', (url, address) => {
  expect(parseRedisUrl(url)).toEqual(address)
})

test.each([
  ['http://h', 'not a redis'],
  ['redis://', 'not a redis'],
  ['redis+other://h', 'not a redis'],
  ['redis://h/x', 'database'],
  ['redis://h:0', 'host:port'],
  ['redis://h:70000', 'host:port'],
  ['redis://a,b', 'several hosts'],
  ['redis://secret%@h', 'percent-encoded'],
  ['redis://h?family=6', 'family'],
  ['redis://h?sentinelPassword=secret', 'sentinel'],
  ['redis+sentinel://a:1', 'name the master'],
  ['redis+sentinel://a:1/m?db=x', 'database'],
  ['redis+cluster://a:1/2', 'no database'],
])('refuses %s and says why without repeating it', (url, why) => {
  const address = parseRedisUrl(url)
  expect(address).toEqual({ kind: 'invalid', why: expect.stringContaining(why) })
  expect(JSON.stringify(address)).not.toContain('secret')
})
