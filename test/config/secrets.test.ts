// What is masked in a listing and in an error, and what stays useful there.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { masked, withoutPassword, withoutPasswords } from '../../src/config/secrets.ts'
import { plainError } from '../../src/plain-error.ts'

describe('a setting', () => {
  test.each([
    ['store', 'rediss://:pass@host:1', 'rediss://:***@host:1'],
    ['store', 'redis+sentinel://u:p%40ss@a,b/main', 'redis+sentinel://u:***@a,b/main'],
    ['store', 'redis://u:p@ss/w@host/0', 'redis://u:***@host/0'],
    ['store', 'redis://secret@host', 'redis://***@host'],
    ['store', 'redis://secret:@host', 'redis://***@host'],
    ['store', 'redis://u:my pass@host:1', 'redis://u:***@host:1'],
    ['store', 'redis://u:p?token=x@host', 'redis://***'],
    [
      'store',
      'redis+sentinel://u:p@a:1,b:2/m?db=0&sentinelPassword=x@y&z#w',
      'redis+sentinel://u:***@a:1,b:2/m?db=0&sentinelPassword=***',
    ],
    [
      'store',
      'redis+sentinel://a,b/m?sentinelPassword=x',
      'redis+sentinel://a,b/m?sentinelPassword=***',
    ],
    [
      'store',
      'redis+sentinel://a,b:1/m?sentinelPassword=x@y',
      'redis+sentinel://a,b:1/m?sentinelPassword=***',
    ],
    ['store', 'embedded:./data', 'embedded:./data'],
    ['admin.tokenFile', '/run/token', '/run/token'],
    ['instance.api.token', '', ''],
    ['instance.api.token', 12345, '***'],
    ['url', 'https://u:pw@lists.example/a', 'https://***@lists.example/a'],
    ['url', 'https://ghp_x:x-oauth@lists.example/a', 'https://***@lists.example/a'],
    ['url', 'https://lists.example/a?api_token=x', 'https://lists.example/a?api_token=***'],
    ['url', 'https://a.example/x,https://u:pw@b.example/', 'https://***@b.example/'],
    ['url', 'https://social.example/@alice', 'https://social.example/@alice'],
    ['url', 'http://127.0.0.1:3000/@alice', 'http://127.0.0.1:3000/@alice'],
    ['banned', 'spam.example/@alice', 'spam.example/@alice'],
    ['workers', 4, 4],
  ])('%s %s is shown as %s', (key, value, shown) => {
    expect(masked(key, value)).toBe(shown)
    expect(typeof shown === 'string' ? withoutPasswords(shown) : shown).toBe(shown)
  })

  test('is masked however deep its key stands, and the rest is as it was', () => {
    const lists = [
      { url: 'https://u:pw@a.example', auth: { apiToken: 'pw', passwords: ['pw'] }, n: 1 },
    ]
    expect(masked('lists', lists)).toEqual([
      { url: 'https://***@a.example', auth: { apiToken: '***', passwords: '***' }, n: 1 },
    ])
  })

  test('may refer to what is around it', () => {
    const list: unknown[] = [1]
    list.push(list)
    expect(masked('lists', list)).toEqual([1, '…'])
  })
})

/** Framed so that it cannot be found by chance in what stays; a login must not read as host and path. */
const unit = fc.oneof(
  fc.constantFrom(...'/?#@:&='),
  fc.string({ unit: 'grapheme-ascii', maxLength: 1 }),
)
const password = fc.array(unit, { maxLength: 20 }).map((parts) => `Qx${parts.join('')}Zj`)
const login = password.filter((text) => !text.includes('.'))

const inUrls: readonly (readonly [string, (secret: string) => string, fc.Arbitrary<string>])[] = [
  ['of Redis', (secret) => `redis://relay:${secret}@kept:6379/0`, password],
  ['of Redis without a user', (secret) => `rediss://:${secret}@kept`, password],
  ['of a cluster', (secret) => `redis+cluster://relay:${secret}@kept:1,b:2`, password],
  [
    'of sentinels',
    (secret) => `redis+sentinel://kept:1,b/m?db=1&sentinelPassword=${secret}`,
    password,
  ],
  [
    'of Redis and sentinels',
    (secret) => `redis+sentinel://u:pw@kept/m?sentinelPassword=${secret}`,
    password,
  ],
  ['of a list', (secret) => `https://u:${secret}@kept.example/list.csv`, login],
  ['that is the user', (secret) => `https://${secret}@kept.example/list.csv`, login],
  ['in a query', (secret) => `https://kept.example/list?Access_Token=${secret}`, password],
]

describe.each(inUrls)('a password %s', (_, urlWith, secrets) => {
  test('never appears in a setting, nor deep in one', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        for (const value of [urlWith(secret), [{ url: urlWith(secret) }]]) {
          const text = String(JSON.stringify(masked('lists', value)))
          expect(text).toContain('kept')
          expect(text).not.toMatch(/Qx|Zj/)
        }
      }),
    )
  })

  test('never appears in an error', () => {
    const word = secrets.map((text) => text.replace(/\s/g, ''))
    fc.assert(
      fc.property(word, (secret) => {
        const cause = new Error(`no way to ${urlWith(secret)} today`)
        const text = JSON.stringify(plainError(new Error('away', { cause })))
        expect(text).toContain('kept')
        expect(text).toContain(' today')
        expect(text).not.toMatch(/Qx|Zj/)
      }),
    )
  })
})

test('a secret under its own name never appears, whatever it is', () => {
  const names = fc.constantFrom('token', 'apiToken', 'PASSWORD', 'client_secret', 'api_key')
  fc.assert(
    fc.property(names, fc.oneof(password, fc.array(password)), (name, secret) => {
      expect(JSON.stringify(masked('lists', [[{ [name]: secret }]]))).not.toContain('Qx')
    }),
  )
})

test('a text of a million characters is read in one go', () => {
  for (const part of ['https://a.example/', 'a.', '?token', 'x@']) {
    const text = part.repeat(1_000_000 / part.length)
    expect(withoutPasswords(text).length).toBeLessThanOrEqual(text.length)
    expect(withoutPassword(text).length).toBeLessThanOrEqual(text.length)
  }
})
