// The log's two faces, and what strangers may not do to either.
import { describe, expect, test } from 'vitest'
import { openLog } from '../src/log.ts'

const ESC = '\u001b'
const EVIL = [
  ['an escape sequence', `a${ESC}[2Jb`],
  ['a C1 control sequence', 'a\u009b2Jb'],
  ['a change of direction', 'a\u202eb'],
  ['a return to the start of the line', 'a\rb'],
  ['a line of its own', 'a\n{"level":30,"msg":"forged"}'],
  ['a line of its own in the other face', 'a\n[12:00:00] INFO: forged'],
  ['a separator that some take for a line break', 'a\u2028b\u2029c\u0085d'],
] as const
/** All that is unseen but the line break; of escapes, all but the formatter's own colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /(?!\n|\u001b\[\d{1,3}m)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u

function aLog(terminal: boolean) {
  const written: string[] = []
  const log = openLog({ terminal, out: { write: (text) => void written.push(text) } })
  return { log, text: () => written.join('') }
}

describe.each([
  { face: 'as JSON', terminal: false },
  { face: 'on a terminal', terminal: true },
])('the log $face', ({ terminal }) => {
  test.each(EVIL)('shows %s in a message, a value, a key and an error in sight', (_, evil) => {
    const { log, text } = aLog(terminal)
    log.info({ verdict: { hits: [{ why: evil }], [evil]: 1 } }, evil)
    log.error({ err: new Error(evil, { cause: new Error(evil) }) }, 'a fault')
    expect(text()).not.toMatch(UNSEEN)
    expect(text()).not.toMatch(/^(\{"level":30,"msg"|\[12:00:00\])/m)
    expect(text()).toContain('a fault')
  })
})

test('a line of JSON says exactly what was there', () => {
  const { log, text } = aLog(false)
  const why = EVIL.map(([, evil]) => evil).join('')
  log.info({ why }, 'おはよう 👋')
  expect(JSON.parse(text())).toMatchObject({ why, msg: 'おはよう 👋' })
  expect(text()).toContain('おはよう 👋')
})

test('an error is its type, its words, its causes and where it happened, and nothing hung on it', () => {
  const { log, text } = aLog(false)
  const cause = Object.assign(new Error('refused'), { command: { args: ['secret'] } })
  const err = Object.assign(new TypeError('the store is away', { cause }), {
    code: 'E_AWAY',
    request: { headers: { cookie: 'secret' } },
  })
  log.error({ err }, 'a fault')
  const { err: shown } = JSON.parse(text())
  expect(shown).toMatchObject({
    type: 'TypeError',
    message: 'the store is away: refused',
    code: 'E_AWAY',
  })
  expect(shown.stack).toMatch(/log\.test\.ts[\s\S]*caused by: Error: refused/)
  expect(text()).not.toContain('secret')
})

test.each([
  ['rediss://user:secret@redis.example:6379 is away', 'user:***@redis.example:6379 is away'],
  ['redis+sentinel://:secret@a.example,b.example/m: no answer', '***@a.example,b.example/m: no'],
  ['redis://u:secret@sec/ret@redis.example is away', 'redis://u:***@redis.example is away'],
  ['redis+sentinel://a.example/m?sentinelPassword=secret', '//a.example/m?sentinelPassword=***'],
  ['GET /api?access_token=secret failed', 'GET /api?access_token=*** failed'],
])('the password in "%s" is not told', (message, shown) => {
  const { log, text } = aLog(false)
  log.error({ err: new Error('outer', { cause: new Error(message) }) }, 'a fault')
  expect(text()).toContain(shown)
  expect(text()).not.toMatch(/secret|sec\/ret/)
})

test('where an error happened stays in sight, and whose page it was about', () => {
  const { log, text } = aLog(false)
  const err = new Error('https://social.example/@alice?resource=acct:alice@social.example: 404')
  err.stack = `Error\n    at read (file:///srv/node_modules/@fedify/fedify/mod.js:1:2)`
  log.error({ err }, 'a fault')
  const { err: told } = JSON.parse(text())
  expect(told).toMatchObject({ message: err.message, stack: err.stack })
})

test.each(['secret words', '{"a": secret', '{"a":"b"} secret and a long text behind it'])(
  'what could not be parsed is not quoted: %s',
  (json) => {
    const { log, text } = aLog(false)
    try {
      JSON.parse(json)
    } catch (err) {
      log.error({ err }, 'a fault')
    }
    expect(text()).toContain('SyntaxError')
    expect(text()).not.toContain('secret')
  },
)

test('an error cannot fill the log, and may be its own cause', () => {
  const { log, text } = aLog(false)
  const err = new Error('x'.repeat(1_000_000))
  err.cause = err
  log.error({ err }, 'a fault')
  log.error({ err: 'a text that somebody threw' }, 'another')
  expect(text().length).toBeLessThan(50_000)
})
