// Every spelling that some instance or proxy would take for an inbox must be one, or be refused.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classifyTarget } from '../src/paths.ts'

const INBOXES = [
  '/inbox',
  '/users/alice/inbox',
  '/users/9abcDEF012/inbox',
  '/users/gts.example/inbox',
  '/ap/users/-99/inbox',
  '/ap/users/116123456789/inbox',
  '/actor/inbox',
  '/relay/inbox',
  '/internal/fetch/inbox',
  '/f/inbox',
  '/i/actor/inbox',
  '/site_inbox',
  '/c/main/inbox',
  '/u/alice/inbox',
  '/accounts/peertube/inbox',
  '/video-channels/films/inbox',
]

const INBOX_SPELLINGS = [
  ...INBOXES,
  // queries never change the place
  '/inbox?',
  '/inbox?a=b',
  '/inbox?/outbox',
  '/inbox?%',
  '/users/alice/inbox?x=/api',
  // slashes
  '/inbox/',
  '/inbox//',
  '/inbox///',
  '//inbox',
  '///inbox',
  '//inbox//',
  '/users//inbox',
  '/users///alice//inbox',
  '/users/alice/inbox/',
  '/users/alice//inbox//',
  '//users/alice/inbox',
  '//evil.example/inbox',
  '/users//alice/inbox?x',
  // formats
  '/inbox.json',
  '/inbox.anything',
  '/inbox.',
  '/inbox..',
  '/inbox.json/',
  '/inbox/.json',
  '/inbox.json.xml',
  '/inbox.JSON',
  '/actor/inbox.json',
  '/users/alice/inbox.activity+json',
  '/users/alice.json/inbox',
  '/site_inbox.json',
  '/inbox%2ejson',
  '/inbox%2Ejson',
  '/inbox%2e',
  // one letter encoded, some, all, twice, thrice
  '/%69nbox',
  '/%49nbox',
  '/i%6Ebox',
  '/inbo%78',
  '/%69%6e%62%6f%78',
  '/%2569nbox',
  '/%25%36%39nbox',
  '/%252569nbox',
  '/%2525252569nbox',
  '/users/%61/inbox/',
  '/users/%61lice/%69nbox',
  '/%75sers/alice/inbox',
  '/users/a%2fb/inbox',
  '/users/a%2Fb/inbox',
  '/users%2falice%2finbox',
  '/users/alice%2finbox',
  '/users/alice%252finbox',
  '/users/alice%5cinbox',
  '/%2finbox',
  '/%2Finbox',
  '/%2f%2finbox',
  '/inbox%2f',
  '/inbox%2F%2F',
  '/inbox%252f',
  '/%u0069nbox',
  '/%U0069nbox',
  '/site%5finbox',
  '/users/%E3%81%82/inbox',
  '/inbox%zz',
  '/inbox%',
  '/inbox%2',
  '/%zz/inbox',
  // dot segments
  '/./inbox',
  '/inbox/.',
  '/inbox/./',
  '/.//inbox',
  '/x/../inbox',
  '/../inbox',
  '/../../inbox',
  '/users/a/../../inbox',
  '/users/a/../a/inbox',
  '/inbox/x/..',
  '/inbox/x/../',
  '/%2e/inbox',
  '/%2E%2E/inbox',
  '/x/%2e%2e/inbox',
  '/x/%252e%252e/inbox',
  '/x/.%2e/inbox',
  '/x/..%2finbox',
  '/x/..%5cinbox',
  '/inbox/%2e',
  '/inbox/x/%2e%2e',
  '/sekisho/../inbox',
  '/sekisho/%2e%2e/inbox',
  '/sekisho/..%2finbox',
  '/api/v1/../../inbox',
  '/x/..;/inbox',
  // parameters
  '/inbox;',
  '/inbox;x',
  '/inbox;a=b',
  '/inbox;a=b/',
  '/inbox;/x',
  '/;/inbox',
  '/;x/inbox',
  '/users;v=1/alice/inbox',
  '/users/alice;x/inbox',
  '/users/alice/inbox;jsessionid=1',
  '/inbox%3bx',
  '/inbox%3Bx=1',
  '/inbox:x',
  '/inbox=1',
  '/inbox&x',
  '/inbox,json',
  "/inbox'",
  '/inbox!',
  '/inbox*',
  '/inbox~',
  '/inbox@x',
  '/inbox(.json)',
  '/inbox$',
  // an encoded question mark or fragment, decoded once too often
  '/inbox%3f',
  '/inbox%3Fx=1',
  '/inbox%3fa/b',
  '/inbox%23',
  '/inbox%23x',
  '/inbox%23a/b',
  '/x%3f/inbox',
  '/inbox%253fx',
  // case
  '/INBOX',
  '/Inbox',
  '/iNbOx',
  '/USERS/alice/INBOX',
  '/users/alice/Inbox',
  '/INBOX/',
  '/INBOX.JSON',
  '/Site_Inbox',
  '/%49%4e%42%4f%58',
  // backslashes
  '/\\inbox',
  '/users\\alice\\inbox',
  '/inbox\\',
  '/inbox\\x',
  '/x\\..\\inbox',
  '/%5cinbox',
  '/%5Cinbox%5C',
  // blanks and plusses
  '/inbox%20',
  '/inbox%20%20',
  '/%20inbox',
  '/inbox+',
  '/+inbox',
  '/inbox%2b',
  '/%20/inbox/%20',
  '/inbox%c2%a0',
  '/%e3%80%80inbox',
  '/inbox%e2%80%a8',
  // width, ligatures, accents, invisible characters
  '/%ef%bd%89%ef%bd%8e%ef%bd%82%ef%bd%8f%ef%bd%98',
  '/%ef%bc%a9nbox',
  '/%ef%bc%8finbox',
  '/x%ef%bc%8finbox',
  '/inbox%ef%bc%8ejson',
  '/%ef%bc%85%36%39nbox',
  '/%e2%93%98nbox',
  '/%f0%9d%90%a2nbox',
  '/%c3%afnbox',
  '/i%cc%88nbox',
  '/%c4%b0nbox',
  '/in%e2%80%8bbox',
  '/%ef%bb%bfinbox',
  '/in%c2%adbox',
  '/inbox%ef%b8%8f',
  '/in%e2%81%a0box',
  // unknown folders
  '/whatever/inbox',
  '/a/b/c/d/inbox',
  '/index.php/inbox',
  '/groups/g/inbox',
  '/@alice/inbox',
  '/.well-known/inbox',
  '/shared_inbox',
  '/sharedInbox',
  '/x/sharedinbox',
  // odd, but still the place: what stands before says nothing
  '/"<>|^`{}/inbox',
  '/[x]/inbox',
]

const REFUSED = [
  // other forms of a target
  '',
  '*',
  'inbox',
  'inbox/',
  'http://relay.example/inbox',
  'http://x//inbox',
  'HTTP://relay.example/inbox',
  'https://other.example/api',
  'relay.example:443',
  'relay.example/inbox',
  '\\inbox',
  '?/inbox',
  // fragments
  '/inbox#',
  '/inbox#x',
  '/x#/inbox',
  '#/inbox',
  // raw blanks, controls, and what is beyond ASCII
  '/inbox ',
  ' /inbox',
  '/in\tbox',
  '/inbox\u0000',
  '/inbox\r\n',
  '/inbox\u007f',
  '/ｉｎｂｏｘ',
  '/\u00e9',
  '/\u0131nbox',
  // encoded controls: some end the path there, some skip them
  '/inbox%00',
  '/inbox%00.json',
  '/in%00box',
  '/in%09box',
  '/inbox%0a',
  '/inbox%0d%0a',
  '/inbox%7f',
  '/inbox%c2%85',
  '/inbox%2500',
  '/x%00/inbox',
  // no UTF-8: overlong, cut short, Latin-1
  '/%c1%a9nbox',
  '/%c0%ae%c0%ae/inbox',
  '/inbox%c0%af',
  '/inbox%ff',
  '/inbox%e3%81',
  '/%ed%a0%80/inbox',
  // encoded without end
  `/%${'25'.repeat(9)}69nbox`,
  `/%${'25'.repeat(4_000)}69nbox`,
]

const OTHERS = [
  '/',
  '//',
  '/?',
  '/?inbox',
  '/?/inbox',
  '/api/v1/statuses',
  '/api/v1/statuses/1/favourite',
  '/api/notes/create',
  '/api/admin/queue/inbox-delayed',
  '/api/admin/queue/inbox_delayed',
  '/inboxes',
  '/inbox2',
  '/myinbox',
  '/my-inbox',
  '/in/box',
  '/inbo',
  '/nbox',
  '/outbox',
  '/users/alice/outbox',
  '/users/inbox/outbox',
  '/@alice',
  '/@inbox',
  '/inbox/alice',
  '/oauth/token',
  '/search?q=/inbox',
  '/tags/%E3%81%82',
  '/files/a%20b.png',
  '/%6foutbox',
  '/sekishox/inboxes',
  '/.well-known/nodeinfo',
]

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
