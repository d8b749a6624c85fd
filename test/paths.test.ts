// Every spelling that some instance or proxy would take for an inbox must be one, or be refused.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classifyTarget } from '../src/paths.ts'
import { INBOX_SPELLINGS, OTHERS, REFUSED } from './support/spellings.ts'

describe('a POST', () => {
  test.each(INBOX_SPELLINGS)('to %j is a delivery', (target) => {
    expect(classifyTarget('POST', target)).toEqual({ kind: 'inbox' })
  })

  test.each(REFUSED)('to %j is refused', (target) => {
    expect(classifyTarget('POST', target)).toMatchObject({ kind: 'refused', status: 400 })
  })

  test.each(OTHERS)('to %j belongs to the rest of the site', (target) => {
    expect(classifyTarget('POST', target)).toEqual({ kind: 'other' })
  })

  test('is a delivery however its method is written', () => {
    expect(classifyTarget('post', '/inbox')).toEqual({ kind: 'inbox' })
  })
})

describe('other methods', () => {
  test.each(['GET', 'HEAD', 'OPTIONS'])('%s may read an inbox', (method) => {
    expect(classifyTarget(method, '/users/alice/inbox')).toEqual({ kind: 'other' })
  })

  test.each([
    ['PUT', '/inbox'],
    ['PATCH', '/users/alice/inbox'],
    ['DELETE', '/inbox'],
    ['DELETE', '/%69nbox'],
    ['PROPFIND', '/inbox/'],
    ['QUERY', '/inbox'],
    ['TRACE', '/inbox'],
    ['CONNECT', '/inbox'],
    ['TRACE', '/'],
    ['CONNECT', '/api'],
  ])('%s %s is not allowed', (method, target) => {
    expect(classifyTarget(method, target)).toMatchObject({ kind: 'refused', status: 405 })
  })

  test.each([
    ['PUT', '/api/v1/filters/1'],
    ['DELETE', '/api/v1/statuses/1'],
    ['GET', '/tags/a%0ab'],
    ['GET', '/caf%e9'],
  ])('%s %s belongs to the rest of the site', (method, target) => {
    expect(classifyTarget(method, target)).toEqual({ kind: 'other' })
  })

  test.each(['GET', 'PUT'])('%s with an absolute target is refused', (method) => {
    expect(classifyTarget(method, 'http://x.example/')).toMatchObject({ status: 400 })
  })
})

describe("the relay's own pages", () => {
  test.each([
    ['GET', '/sekisho/'],
    ['GET', '/sekisho'],
    ['GET', '/sekisho/actor'],
    ['GET', '/sekisho/blocks.csv?x=1'],
    ['POST', '/sekisho/actor'],
    ['POST', '/sekisho/inbox'],
  ])('%s %s is the own', (method, target) => {
    expect(classifyTarget(method, target)).toEqual({ kind: 'own' })
  })

  test.each(['/sekisho/../api', '/sekisho/%2e%2e/api', '/Sekisho/', '/sekishos', '/x/sekisho/'])(
    '%s is not',
    (target) => {
      expect(classifyTarget('GET', target)).toEqual({ kind: 'other' })
    },
  )

  test('are joined by WebFinger, which may be read', () => {
    const target = '/.well-known/webfinger?resource=acct:a@b.example'
    expect(classifyTarget('GET', target)).toEqual({ kind: 'webfinger' })
    expect(classifyTarget('HEAD', target)).toEqual({ kind: 'webfinger' })
    expect(classifyTarget('POST', target)).toEqual({ kind: 'other' })
    expect(classifyTarget('GET', '/.well-known/webfingers')).toEqual({ kind: 'other' })
  })
})

const hex = (letter: string) => `%${letter.charCodeAt(0).toString(16)}`
const disguiseOf = (letter: string): readonly string[] =>
  letter === '/'
    ? ['/', '//', '/./', '%2f', '%252F', '\\', '/x/../', '%5c', '/;a/', '%ef%bc%8f']
    : [
        letter,
        letter.toUpperCase(),
        hex(letter),
        hex(letter.toUpperCase()),
        hex(letter).replace('%', '%25'),
        `${letter}%e2%80%8b`,
        `%u00${hex(letter).slice(1)}`,
        letter === '_' ? letter : `%ef%bd%${(letter.charCodeAt(0) + 0x20).toString(16)}`,
      ]
const ENDINGS = [
  '',
  '/',
  '//',
  '.json',
  '.',
  ';x=1',
  '%20',
  '?a',
  '%3fa',
  '\\',
  '/.',
  '%2f',
  '/x/..',
]

test('no mixture of disguises makes a POST to an inbox anything else', () => {
  const disguised = fc
    .record({
      path: fc.constantFrom(
        '/inbox',
        '/site_inbox',
        '/users/bob/inbox',
        '/actor/inbox',
        '/f/inbox',
      ),
      choices: fc.array(fc.nat(50), { minLength: 24, maxLength: 24 }),
      ending: fc.constantFrom(...ENDINGS),
    })
    .map(({ path, choices, ending }) => {
      const letters = [...path].map((letter, at) => {
        const disguises = disguiseOf(letter)
        return disguises[choices[at]! % disguises.length]!
      })
      return `/${letters.join('').replace(/^\/*/, '')}${ending}`
    })
  fc.assert(
    fc.property(disguised, (target) => {
      expect(['inbox', 'refused']).toContain(classifyTarget('POST', target).kind)
    }),
    { numRuns: 5_000 },
  )
})

test('any target of any method gets an answer, and only paths are served', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (target) => {
      const { kind } = classifyTarget('POST', target)
      expect(target.startsWith('/') || kind === 'refused').toBe(true)
    }),
  )
})
