// Answers that do not say what they are: a browser looks at their bytes, and so does the relay, without holding what
// is no page.
import * as zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { answerOf, ask, EMAIL, FORM, headerOf, relayTo } from '../support/hiding.ts'
import { startInstance, startStreamingInstance } from '../support/instance.ts'
import { openRaw, readAnswer } from '../support/raw-http.ts'

const PAGE = `<!DOCTYPE html><p>${EMAIL}</p>`
const PAGE_NOW = `<!DOCTYPE html><p>${FORM}</p>`

describe('a page without a type is rewritten', () => {
  test.each([
    ['as it is', '/', PAGE, PAGE_NOW, []],
    ['after blanks', '/', ` \r\n\n${PAGE}`, ` \r\n\n${PAGE_NOW}`, []],
    [
      'after more blanks than are looked at',
      '/',
      ' '.repeat(600) + PAGE,
      ' '.repeat(600) + PAGE_NOW,
      [],
    ],
    ['after a mark of its encoding', '/', `\ufeff${PAGE}`, `\ufeff${PAGE_NOW}`, []],
    ['as a text', '/about', `Ask ${EMAIL}.`, `Ask ${FORM}.`, []],
    ['where an API fails', '/api/v1/statuses/1', PAGE, PAGE_NOW, []],
    ['of an unknown type', '/', PAGE, PAGE_NOW, ['Content-Type', 'unknown/unknown']],
    ['of any type', '/', PAGE, PAGE_NOW, ['Content-Type', '*/*']],
    ['of a type that is none', '/', PAGE, PAGE_NOW, ['Content-Type', 'html']],
    ['of an empty type', '/', PAGE, PAGE_NOW, ['Content-Type', '']],
    [
      'of two types',
      '/',
      PAGE,
      PAGE_NOW,
      ['Content-Type', 'image/png', 'Content-Type', 'text/html'],
    ],
  ])('%s', async (_, target, told, expected, head) => {
    const instance = await startInstance(() => answerOf(told, ...head))
    const got = await ask(await relayTo(instance), `GET ${target}`)
    expect(got.body.toString()).toBe(expected)
    expect(headerOf(got, 'content-length')).toBe(String(got.body.length))
  })

  test('compressed', async () => {
    const said = answerOf(zlib.gzipSync(PAGE), 'Content-Encoding', 'gzip')
    const got = await ask(await relayTo(await startInstance(() => said)), 'GET /')
    expect(zlib.gunzipSync(got.body).toString()).toBe(PAGE_NOW)
  })

  test('in a coding that nobody knows, asked again', async () => {
    const instance = await startInstance(({ rawHeaders }) =>
      headerOf({ rawHeaders }, 'accept-encoding') === 'xz'
        ? answerOf('xz', 'Content-Encoding', 'xz')
        : answerOf(PAGE),
    )
    const got = await ask(await relayTo(instance), 'GET /', 'Accept-Encoding: xz')
    expect(got.body.toString()).toBe(PAGE_NOW)
  })

  test('but for what its reader would save', async () => {
    const page = `<input value="${EMAIL}">`
    const got = await ask(await relayTo(await startInstance(() => answerOf(page))), 'GET /settings')
    expect(got.body.toString()).toBe(page)
  })

  test('in chunks of a byte', async () => {
    const instance = await startStreamingInstance(async (_, response) => {
      for (const each of `\n${PAGE}`)
        await new Promise<void>((sent) => response.write(each, () => sent()))
      response.end()
    })
    expect((await ask(await relayTo(instance), 'GET /')).body.toString()).toBe(`\n${PAGE_NOW}`)
  })
})

describe('what is none passes byte for byte', () => {
  const png = Buffer.from(`\x89PNG\r\n\x1a\n\0\0${EMAIL}`, 'latin1')
  test.each([
    ['a picture', '/avatars/1', png],
    ['a picture that begins as a text', '/avatars/1', Buffer.from(`GIF89a ${EMAIL}`)],
    ['a film', '/films/1', Buffer.from(`\0\0\0\x18ftypmp42${EMAIL}`)],
    ['an activity', '/users/alice', Buffer.from(`{"@context":"a","content":"${EMAIL}"}`)],
    ['a timeline', '/api/v1/timelines/home', Buffer.from(` [{"content":"${EMAIL}"}]`)],
    ['a file', '/media/1', Buffer.from(PAGE)],
    ['nothing', '/api/v1/markers', Buffer.alloc(0)],
  ])('%s', async (_, target, told) => {
    const said = answerOf(told, 'ETag', '"1"', 'Digest', 'sha-256=x', 'Accept-Ranges', 'bytes')
    const instance = await startInstance(() => said)
    const got = await ask(await relayTo(instance), `GET ${target}`)
    expect(got.body).toEqual(told)
    expect(got.rawHeaders).toEqual([...said.rawHeaders!, 'Connection', 'close'])
  })

  test('compressed too', async () => {
    const packed = zlib.gzipSync(png)
    const said = answerOf(packed, 'Content-Encoding', 'gzip', 'ETag', '"1"')
    const got = await ask(await relayTo(await startInstance(() => said)), 'GET /avatars/1')
    expect(got.body).toEqual(packed)
    expect(headerOf(got, 'etag')).toBe('"1"')
  })

  test('and is not held', async () => {
    const { promise: arrived, resolve } = Promise.withResolvers<void>()
    const instance = await startStreamingInstance(async (_, response) => {
      response.write(Buffer.from('{"first":1}\n'))
      await arrived
      response.end('last')
    })
    const client = openRaw(await relayTo(instance))
    client.write('GET /events HTTP/1.1\r\nHost: home.example\r\nConnection: close\r\n\r\n')
    expect(await client.readUntil('first')).not.toContain('last')
    resolve()
    expect(readAnswer(await client.readToEnd()).body.toString()).toBe('{"first":1}\nlast')
  })
})

test('an answer without a body and type passes as it is', async () => {
  const instance = await startInstance(() => ({ status: 304, rawHeaders: ['ETag', '"1"'] }))
  const got = await ask(
    await relayTo(instance),
    'GET /emoji/1',
    ...['Accept: image/png', 'If-None-Match: "1"'],
  )
  expect(got).toMatchObject({ status: 304, rawHeaders: ['ETag', '"1"', 'Connection', 'close'] })
  expect(instance.received).toHaveLength(1)
})
