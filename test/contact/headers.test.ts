// What an answer's head tells, asked over real sockets: an address in it does not pass, whatever the body is.
import { describe, expect, test } from 'vitest'
import { answerOf, ask, EMAIL, FORM, HTML, headerOf, relayTo } from '../support/hiding.ts'
import { startInstance, startRawInstance } from '../support/instance.ts'
import { openRaw, readAnswer } from '../support/raw-http.ts'

const PNG = ['Content-Type', 'image/png']

async function passed(header: string, value: string, inquiryUrl = FORM) {
  const instance = await startInstance(() => answerOf('x', ...PNG, header, value, 'X-Own', '1'))
  const got = await ask(await relayTo(instance, inquiryUrl), 'GET /media/1.png')
  expect(got.body.toString()).toBe('x')
  expect(headerOf(got, 'x-own')).toBe('1')
  return headerOf(got, header.toLowerCase())
}

describe('where a URL stands, the form’s stands in its place', () => {
  test.each([
    ['Link', `<mailto:${EMAIL}>; rel="author"`, `<${FORM}>; rel="author"`],
    [
      'Link',
      `</a>; rel=next, <mailto:${EMAIL}?subject=a>; rel=author`,
      `</a>; rel=next, <${FORM}>; rel=author`,
    ],
    ['Link', '<mailto:admin%40home%2eexample>', `<${FORM}>`],
    ['Location', `mailto:${EMAIL}`, FORM],
    ['Location', '/forms?to=admin%40home.example&a=1', `/forms?to=${encodeURIComponent(FORM)}&a=1`],
    ['Refresh', `5; url=mailto:${EMAIL}`, `5; url=${FORM}`],
    ['X-Contact', `mailto:${EMAIL}`, FORM],
    ['Report-To', `{"endpoints":[{"url":"mailto:${EMAIL}"}]}`, `{"endpoints":[{"url":"${FORM}"}]}`],
  ])('%s: %s', async (header, value, expected) => {
    expect(await passed(header, value)).toBe(expected)
  })

  test('with no mark in it that would part two values', async () => {
    const url = 'https://home.example/a,b;c'
    expect(await passed('Link', `<mailto:${EMAIL}>; rel=author`, url)).toBe(
      '<https://home.example/a%2cb%3bc>; rel=author',
    )
  })

  test.each([
    ['Link', `</a>; rel=next, <mailto:${EMAIL}>; rel="author"`, '</a>; rel=next'],
    ['Link', `<mailto:${EMAIL}>; rel="author"`, undefined],
    ['Location', `mailto:${EMAIL}`, undefined],
    ['Refresh', `0; url=mailto:${EMAIL}`, undefined],
    ['Location', '/forms?to=admin%40home.example', '/forms?to='],
  ])('and nothing where there is no form (%s: %s)', async (header, value, expected) => {
    expect(await passed(header, value, '')).toBe(expected)
  })
})

describe('elsewhere the address is cut out', () => {
  test.each([
    ['X-Contact', EMAIL, undefined],
    ['X-Contact', `<${EMAIL.toUpperCase()}>;`, undefined],
    ['X-Contact', 'admin\\u0040home.example', undefined],
    ['X-Powered-By', `Home 1.0 (${EMAIL})`, 'Home 1.0 ()'],
    ['Contact', `Root <${EMAIL}>`, 'Root'],
    ['Content-Disposition', `inline; filename="${EMAIL}"`, 'inline; filename=""'],
    [
      'Content-Security-Policy',
      'default-src a; report-uri /r?to=admin%40home.example',
      'default-src a; report-uri /r?to=',
    ],
  ])('%s: %s', async (header, value, expected) => {
    expect(await passed(header, value)).toBe(expected)
  })

  test.each([
    ['From', EMAIL],
    ['Reply-To', `Root <${EMAIL}>`],
    ['Set-Cookie', 'mail=admin%40home.example; Path=/'],
    ['ETag', `W/"1:${EMAIL}"`],
  ])('with all of %s, which means nothing without it', async (header, value) => {
    expect(await passed(header, value)).toBeUndefined()
  })
})

test.each([
  ['Link', '<https://home.example/.well-known/webfinger?resource=acct%3Aadmin%40home.example>'],
  ['X-Contact', 'the.admin@home.example'],
  ['X-Contact', '@admin@home.example'],
])('an account or another address stays (%s: %s)', async (header, value) => {
  expect(await passed(header, value)).toBe(value)
})

describe('no head tells it', () => {
  const link = ['Link', `<mailto:${EMAIL}>; rel=author`]
  test.each([
    ['304', { status: 304, rawHeaders: ['ETag', '"1"', ...link] }, 'GET /media/1.png'],
    ['204', { status: 204, rawHeaders: link }, 'DELETE /api/v1/statuses/1'],
    ['302', { status: 302, rawHeaders: ['Location', `mailto:${EMAIL}`] }, 'GET /contact'],
    ['500', { ...answerOf('x', ...link), status: 500 }, 'GET /api/v1/statuses/1'],
    ['HEAD', answerOf('', ...PNG, ...link), 'HEAD /media/1.png'],
    ['HEAD of a page', answerOf('', 'Content-Type', HTML, ...link), 'HEAD /'],
    ['a page', answerOf('<p>', 'Content-Type', HTML, ...link), 'GET /'],
    ['304 of a page', { status: 304, rawHeaders: ['Content-Type', HTML, ...link] }, 'HEAD /'],
  ])('%s', async (_, said, start) => {
    const got = await ask(await relayTo(await startInstance(() => said)), start)
    expect(got.wire.toString()).not.toContain(EMAIL)
    expect(headerOf(got, said.status === 302 ? 'location' : 'link')).toContain(FORM)
  })

  const lines = (...parts: readonly string[]) => `${parts.join('\r\n')}\r\n\r\n`
  async function relayBefore(answer: string) {
    const instance = await startRawInstance((socket) =>
      socket.once('data', () => socket.end(answer, 'latin1')),
    )
    return openRaw(await relayTo(instance))
  }

  test.each([
    ['101 Switching Protocols', ['Upgrade: websocket', 'Connection: Upgrade']],
    [`101 ask ${EMAIL}`, ['Upgrade: websocket', 'Connection: Upgrade']],
    ['403 Forbidden', ['Content-Type: application/json', 'Content-Length: 0']],
  ])('a WebSocket’s %s', async (status, head) => {
    const client = await relayBefore(
      lines(`HTTP/1.1 ${status}`, ...head, `X-Contact: mailto:${EMAIL}`),
    )
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket']
    client.write(lines('GET /api/v1/streaming HTTP/1.1', 'Host: home.example', ...upgrade))
    const got = readAnswer(await client.readToEnd())
    expect(got.status).toBe(Number(status.slice(0, 3)))
    expect(got.wire.toString()).not.toContain(EMAIL)
    expect(headerOf(got, 'x-contact')).toBe(FORM)
  })

  test('a reason, a name or a trailer', async () => {
    const client = await relayBefore(
      `${lines(`HTTP/1.1 404 ask ${EMAIL}`, 'Content-Type: image/png', 'admin%40home.example: 1', 'Trailer: X-Contact', 'Transfer-Encoding: chunked')}1\r\nx\r\n0\r\nX-Contact: ${EMAIL}\r\n\r\n`,
    )
    client.write(lines('GET /media/1.png HTTP/1.1', 'Host: home.example', 'Connection: close'))
    const got = readAnswer(await client.readToEnd())
    expect(got).toMatchObject({ status: 404, reason: '', body: Buffer.from('x') })
    expect(got.wire.toString()).not.toMatch(/admin(?:@|%40)home/)
  })
})

test('a head that tells nothing passes as it is', async () => {
  const head = ['content-TYPE', 'image/png', 'Via', '1.1 a@b', 'via', '1.1 c', 'X-Odd', '%&\\u']
  const instance = await startInstance(() => answerOf('x', ...head))
  const got = await ask(await relayTo(instance), 'GET /media/1.png')
  expect(got.rawHeaders).toEqual([...head, 'Content-Length', '1', 'Connection', 'close'])
})
