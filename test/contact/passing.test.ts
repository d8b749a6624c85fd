// The site behind the relay, asked over real sockets: no answer tells the address, and what tells nothing passes untouched.
import * as zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { answerOf, ask, EMAIL, FORM, faults, HTML, headerOf, relayTo } from '../support/hiding.ts'
import { startInstance, startRawInstance, startStreamingInstance } from '../support/instance.ts'
import { openRaw, type RawAnswer, readAnswer, sendRaw } from '../support/raw-http.ts'

const PAGE = `<!DOCTYPE html><p>問い合わせ: <a href="mailto:${EMAIL}">${EMAIL}</a></p>`
const PAGE_NOW = `<!DOCTYPE html><p>問い合わせ: <a href="${FORM}">${FORM}</a></p>`

type Coding = readonly [pack: (plain: Buffer) => Buffer, unpack: (packed: Buffer) => Buffer]
const CODINGS: Readonly<Record<'gzip' | 'x-gzip' | 'deflate' | 'br' | 'zstd', Coding>> = {
  gzip: [zlib.gzipSync, zlib.gunzipSync],
  'x-gzip': [zlib.gzipSync, zlib.gunzipSync],
  deflate: [zlib.deflateSync, zlib.inflateSync],
  br: [zlib.brotliCompressSync, zlib.brotliDecompressSync],
  zstd: [zlib.zstdCompressSync, zlib.zstdDecompressSync],
}
const PLAIN: Coding = [(bytes) => bytes, (bytes) => bytes]

describe('a page is rewritten', () => {
  test.each(Object.entries({ identity: PLAIN, ...CODINGS }))(
    'in %s',
    async (name, [pack, unpack]) => {
      const packed = pack(Buffer.from(PAGE))
      const said = answerOf(packed, 'Content-Type', HTML, 'Content-Encoding', name, 'X-Own', '1')
      const port = await relayTo(await startInstance(() => said))
      const got = await ask(port, 'GET /about')
      expect(unpack(got.body).toString()).toBe(PAGE_NOW)
      expect(got.rawHeaders).toEqual([
        ...['Content-Type', HTML, 'Content-Encoding', name, 'X-Own', '1', 'Accept-Ranges', 'none'],
        ...['Content-Length', String(got.body.length), 'Connection', 'close'],
      ])
    },
  )

  test('in deflate without its head', async () => {
    const packed = zlib.deflateRawSync(PAGE)
    const said = answerOf(packed, 'Content-Type', HTML, 'Content-Encoding', 'deflate')
    const port = await relayTo(await startInstance(() => said))
    expect(zlib.inflateSync((await ask(port, 'GET /')).body).toString()).toBe(PAGE_NOW)
  })

  test('when it comes in chunks that part the address', async () => {
    const instance = await startStreamingInstance((_, response) => {
      response.writeHead(404, { 'Content-Type': HTML })
      response.write(PAGE.slice(0, PAGE.indexOf('@')))
      setImmediate(() => response.end(PAGE.slice(PAGE.indexOf('@'))))
    })
    const got = await ask(await relayTo(instance), 'GET /nowhere')
    expect(got).toMatchObject({ status: 404, body: Buffer.from(PAGE_NOW) })
  })

  test('byte for byte as it came where it tells nothing', async () => {
    const packed = zlib.gzipSync('<p>hello</p>', { level: 1 })
    const said = answerOf(packed, 'Content-Type', HTML, 'Content-Encoding', 'gzip')
    const port = await relayTo(await startInstance(() => said))
    expect((await ask(port, 'GET /')).body).toEqual(packed)
  })

  test('with the policy over its scripts', async () => {
    const script = `contact("${EMAIL}")`
    const old = `'sha256-${await sha256(script)}'`
    const page = `<script>${script}</script>`
    const said = answerOf(
      page,
      'Content-Type',
      HTML,
      'Content-Security-Policy',
      `script-src ${old}`,
    )
    const got = await ask(await relayTo(await startInstance(() => said)), 'GET /')
    const now = `'sha256-${await sha256(`contact("${FORM}")`)}'`
    expect(headerOf(got, 'content-security-policy')).toBe(`script-src ${now}`)
  })
})

async function sha256(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('base64')
}

describe('the instances’ own words', () => {
  const JSON_TYPE = 'application/json; charset=utf-8'
  test.each([
    [
      'Mastodon',
      'GET /api/v1/instance',
      `{"uri":"home.example","email":"${EMAIL}"}`,
      '{"uri":"home.example","email":""}',
    ],
    [
      'Mastodon',
      'GET /api/v2/instance',
      `{"contact":{"email":"${EMAIL}","account":{"acct":"admin"}}}`,
      '{"contact":{"email":"","account":{"acct":"admin"}}}',
    ],
    [
      'Misskey',
      'POST /api/meta',
      `{"maintainerEmail":"${EMAIL}","inquiryUrl":null}`,
      `{"maintainerEmail":null,"inquiryUrl":"${FORM}"}`,
    ],
    [
      'Misskey',
      'GET /nodeinfo/2.1',
      `{"metadata":{"maintainer":{"email":"${EMAIL}"}}}`,
      '{"metadata":{"maintainer":{"email":null}}}',
    ],
    [
      'Lemmy',
      'GET /api/v3/site',
      `{"site_view":{"site":{"sidebar":"Write to ${EMAIL}"}}}`,
      `{"site_view":{"site":{"sidebar":"Write to ${FORM}"}}}`,
    ],
    [
      'PeerTube',
      'GET /api/v1/config/about',
      `{"instance":{"terms":"[us](mailto:${EMAIL})"}}`,
      `{"instance":{"terms":"[us](${FORM})"}}`,
    ],
  ])('%s: %s', async (_, start, told, expected) => {
    const packed = zlib.brotliCompressSync(told)
    const said = answerOf(packed, 'Content-Type', JSON_TYPE, 'Content-Encoding', 'br')
    const port = await relayTo(await startInstance(() => said))
    const got = await ask(port, start)
    expect(zlib.brotliDecompressSync(got.body).toString()).toBe(expected)
  })

  test.each([
    ['/robots.txt', 'text/plain', `# Ask ${EMAIL}`, `# Ask ${FORM}`],
    ['/humans.txt', 'text/plain; charset=utf-8', `Admin: mailto:${EMAIL}`, `Admin: ${FORM}`],
    ['/manifest.json', 'application/manifest+json', `{"name":"${EMAIL}"}`, `{"name":"${FORM}"}`],
    [
      '/opensearch.xml',
      'application/opensearchdescription+xml',
      `<OpenSearchDescription><Contact>${EMAIL}</Contact><Description>${EMAIL}</Description>`,
      `<OpenSearchDescription><Contact></Contact><Description>${FORM}</Description>`,
    ],
    ['/api/statusnet/config.json', 'application/json', `{"email":"${EMAIL}"}`, '{"email":""}'],
    ['/instance/panel.md', 'text/markdown', `<${EMAIL}>`, `<${FORM}>`],
  ])('are elsewhere too: %s', async (target, type, told, expected) => {
    const instance = await startInstance(() => answerOf(told, 'Content-Type', type))
    expect((await ask(await relayTo(instance), `GET ${target}`)).body.toString()).toBe(expected)
  })

  test('Misskey’s page tells its meta', async () => {
    const page = (meta: string) =>
      `<!DOCTYPE html><html><head><script type="application/json" id="misskey_meta" data-generated-at="1">${meta}</script></head></html>`
    const told = page(`{"maintainerName":"root","maintainerEmail":"${EMAIL}","inquiryUrl":null}`)
    const port = await relayTo(await startInstance(() => answerOf(told, 'Content-Type', HTML)))
    expect((await ask(port, 'GET /@alice')).body.toString()).toBe(
      page(`{"maintainerName":"root","maintainerEmail":null,"inquiryUrl":"${FORM}"}`),
    )
  })

  test('Mastodon’s page tells its description', async () => {
    const page = (word: string) =>
      `<html><head><meta content="Ask ${word}" name="description"></head><body><script id="initial-state" type="application/json">{"meta":{"title":"Ask ${word}","owner":"@${EMAIL}"}}</script></body></html>`
    const port = await relayTo(
      await startInstance(() => answerOf(page('admin\\u0040home.example'), 'Content-Type', HTML)),
    )
    expect((await ask(port, 'GET /about')).body.toString()).toBe(page(FORM))
  })
})

describe('what tells nothing of the instance', () => {
  test.each([
    ['GET /users/alice', 'application/activity+json'],
    ['GET /notes/1', 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'],
    ['GET /api/v1/timelines/public', 'application/json'],
    ['GET /media/1.txt', 'text/plain'],
    ['GET /packs/a.js', 'text/javascript'],
    ['GET /media/1.png', 'image/png'],
  ])('%s of type %s passes byte for byte', async (start, type) => {
    const told = answerOf(
      `{"content":"${EMAIL}"}`,
      ...['Content-Type', type, 'ETag', '"1"', 'Last-Modified', 'Sun, 22 Nov 2026 10:30:00 GMT'],
      ...['Accept-Ranges', 'bytes', 'Digest', 'sha-256=x'],
    )
    const instance = await startInstance(() => told)
    const head = ['Range: bytes=0-', 'If-None-Match: "0"', 'Accept-Encoding: xz', `Accept: ${type}`]
    const got = await ask(await relayTo(instance), start, ...head)
    expect(got.rawHeaders).toEqual([...told.rawHeaders!, 'Connection', 'close'])
    expect(got.body.toString()).toBe(told.body)
    expect(instance.received[0]!.rawHeaders).toEqual(
      expect.arrayContaining(['bytes=0-', '"0"', 'xz']),
    )
  })

  test.each([
    ['/api/v1/streaming', 'text/event-stream'],
    ['/files/film', 'video/mp4'],
    ['/users/alice/outbox', 'application/activity+json'],
    ['/api/notes/timeline', 'application/json'],
  ])('%s is never held: it arrives while it is still being made', async (target, type) => {
    const { promise: arrived, resolve } = Promise.withResolvers<void>()
    const instance = await startStreamingInstance(async (_, response) => {
      response.writeHead(200, { 'Content-Type': type }).write('first')
      await arrived
      response.end('last')
    })
    const client = openRaw(await relayTo(instance))
    client.write(`GET ${target} HTTP/1.1\r\nHost: home.example\r\nConnection: close\r\n\r\n`)
    expect(await client.readUntil('first')).not.toContain('last')
    resolve()
    expect(readAnswer(await client.readToEnd()).body.toString()).toBe('firstlast')
  })
})

/** A server that knows conditions and ranges. */
function aLibrary(tag: string, type = HTML) {
  return startInstance(({ rawHeaders, method }) => {
    const validators = ['ETag', tag, 'Last-Modified', 'Sun, 22 Nov 2026 10:30:00 GMT']
    const asked = headerOf({ rawHeaders }, 'if-none-match') ?? ''
    const isSince = headerOf({ rawHeaders }, 'if-modified-since') !== undefined
    if (asked.includes(tag) || isSince) return { status: 304, rawHeaders: validators }
    if (headerOf({ rawHeaders }, 'range')) {
      const part = ['Content-Range', 'bytes 0-9/99', 'Content-Type', type]
      return { ...answerOf(PAGE.slice(-40), ...part, ...validators), status: 206 }
    }
    const digests = ['Content-MD5', 'x', 'Digest', 'x', 'Repr-Digest', 'x', 'Content-Digest', 'x']
    const head = ['Content-Type', type, 'Accept-Ranges', 'bytes', ...digests, ...validators]
    const whole = answerOf(PAGE, ...head)
    return method === 'HEAD' ? { ...whole, body: '' } : whole
  })
}

describe('a copy at the client', () => {
  test.each(['"v1"', 'W/"v1"'])('of a rewritten page with tag %s is confirmed', async (tag) => {
    const instance = await aLibrary(tag)
    const port = await relayTo(instance)
    const first = await ask(port, 'GET /')
    const ours = headerOf(first, 'etag')!
    expect(ours).toMatch(/^W\/"sekisho\./)
    const again = await ask(port, 'GET /', `If-None-Match: "x", ${ours}`)
    expect(again).toMatchObject({ status: 304, body: Buffer.alloc(0) })
    expect(headerOf(again, 'etag')).toBe(ours)
    expect(headerOf(again, 'last-modified')).toBeUndefined()
    expect(headerOf(instance.received[1]!, 'if-none-match')).toBe(tag)
  })

  test.each([
    ['If-None-Match: "v1"'],
    ['If-None-Match: *'],
    ['If-None-Match: W/"sekisho.0123456789.s.v1"'],
    ['If-Modified-Since: Sun, 22 Nov 2026 10:30:00 GMT'],
  ])('that may hold the address is not (%s)', async (condition) => {
    const port = await relayTo(await aLibrary('"v1"'))
    for (const target of ['/', '/api/v2/instance']) {
      const got = await ask(port, `GET ${target}`, condition)
      expect(got).toMatchObject({ status: 200 })
      expect(got.body.toString()).toBe(PAGE_NOW)
    }
  })

  test('is not confirmed either where only the answer’s type tells of a page', async () => {
    const instance = await startInstance(({ rawHeaders }) =>
      headerOf({ rawHeaders }, 'if-none-match')
        ? { status: 304, rawHeaders: ['Content-Type', HTML] }
        : answerOf(PAGE, 'Content-Type', HTML),
    )
    const port = await relayTo(instance)
    const got = await ask(port, 'GET /', 'Accept: image/png', 'If-None-Match: "v1"')
    expect(got.body.toString()).toBe(PAGE_NOW)
    expect(instance.received).toHaveLength(2)
  })

  test('of a file is the instance’s to confirm', async () => {
    const port = await relayTo(await aLibrary('"v1"', 'image/png'))
    const got = await ask(port, 'GET /media/1.png', 'If-None-Match: "v1"')
    expect(got.status).toBe(304)
    expect(headerOf(got, 'etag')).toBe('"v1"')
  })
})

test.each([
  ["script-src 'sha256-6tZ6+QVhcMxHD/2gCc0yyd0S1nRgYdHBbSW2wYuH1rE='", undefined],
  ["script-src 'nonce-a'", "script-src 'nonce-a'"],
])('a copy that is confirmed keeps the hashes of its own policy (%s)', async (policy, expected) => {
  const head = ['ETag', '"v1"', 'Content-Security-Policy', policy]
  const instance = await startInstance(({ rawHeaders }) =>
    headerOf({ rawHeaders }, 'if-none-match')
      ? { status: 304, rawHeaders: head }
      : answerOf(PAGE, 'Content-Type', HTML, ...head),
  )
  const port = await relayTo(instance)
  const ours = headerOf(await ask(port, 'GET /'), 'etag')!
  const again = await ask(port, 'GET /', `If-None-Match: ${ours}`)
  expect(again.status).toBe(304)
  expect(headerOf(again, 'content-security-policy')).toBe(expected)
})

describe('a part', () => {
  test.each(['/', '/api/v1/instance'])('of %s is the whole, rewritten', async (target) => {
    const port = await relayTo(await aLibrary('"v1"'))
    const got = await ask(port, `GET ${target}`, 'Range: bytes=0-9', 'If-Range: "v1"')
    expect(got.status).toBe(200)
    expect(got.body.toString()).toBe(PAGE_NOW)
    expect(headerOf(got, 'accept-ranges')).toBe('none')
    expect(headerOf(got, 'content-range')).toBeUndefined()
  })

  test('among several of a page is the whole too', async () => {
    const instance = await startInstance(({ rawHeaders }) =>
      headerOf({ rawHeaders }, 'range')
        ? { ...answerOf(EMAIL, 'Content-Type', 'multipart/byteranges; boundary=x'), status: 206 }
        : answerOf(PAGE, 'Content-Type', HTML),
    )
    const got = await ask(
      await relayTo(instance),
      'GET /',
      'Accept: image/png',
      'Range: bytes=0-1,5-9',
    )
    expect(got.body.toString()).toBe(PAGE_NOW)
  })

  test('of a film stays a part', async () => {
    const port = await relayTo(await aLibrary('"v1"', 'video/mp4'))
    const got = await ask(port, 'GET /files/film', 'Range: bytes=0-9')
    expect(got.status).toBe(206)
    expect(headerOf(got, 'content-range')).toBe('bytes 0-9/99')
  })

  test('that an instance insists on is not sent', async () => {
    const said = { ...answerOf(EMAIL, 'Content-Type', HTML), status: 206 }
    const got = await ask(await relayTo(await startInstance(() => said)), 'GET /')
    expect(got.status).toBe(502)
    expect(faults).toEqual(['contact'])
  })
})

describe('a range that does not fit', () => {
  const said = (type: string) => ({
    ...answerOf(`<p>${EMAIL}</p>`, 'Content-Type', type, 'Content-Range', 'bytes */9'),
    status: 416,
  })

  test('of a film is said to be so, without the address', async () => {
    const instance = await startInstance(() => said(HTML))
    const got = await ask(await relayTo(instance), 'GET /media/1.mp4', 'Range: bytes=10-')
    expect(got).toMatchObject({ status: 416, body: Buffer.from(`<p>${FORM}</p>`) })
    expect(headerOf(got, 'content-range')).toBe('bytes */9')
    expect(headerOf(got, 'accept-ranges')).toBeUndefined()
    expect(instance.received).toHaveLength(1)
  })

  test('of a page brings the whole', async () => {
    const instance = await startInstance(({ rawHeaders }) =>
      headerOf({ rawHeaders }, 'range') ? said(HTML) : answerOf(PAGE, 'Content-Type', HTML),
    )
    const got = await ask(await relayTo(instance), 'GET /', 'Range: bytes=999-')
    expect(got).toMatchObject({ status: 200, body: Buffer.from(PAGE_NOW) })
  })
})

test('HEAD says what GET would, but for the length', async () => {
  const port = await relayTo(await aLibrary('"v1"'))
  const [head, get] = [await ask(port, 'HEAD /'), await ask(port, 'GET /')]
  const without = ({ rawHeaders }: RawAnswer) =>
    rawHeaders.join('\n').replace(/\nContent-Length\n\d+/, '')
  expect(without(head)).toBe(without(get))
  expect(without(get)).not.toMatch(/digest|md5|last-modified/i)
  expect(head.body).toHaveLength(0)
  expect(headerOf(head, 'content-length')).toBeUndefined()
})

describe('a body of more than 5 MB is rewritten as it comes', () => {
  const FILLER = `<p>${'x'.repeat(4093)}</p>\n`
  const long = (word: string) => `${FILLER.repeat(700)}${word}${FILLER.repeat(900)}${word}`
  test.each(Object.entries({ identity: PLAIN, gzip: CODINGS.gzip, zstd: CODINGS.zstd }))(
    'in %s',
    async (name, [pack, unpack]) => {
      const told = pack(
        Buffer.from(long(`<a href="mailto:${EMAIL}?subject=x">admin&#64;home.example</a>`)),
      )
      const said = answerOf(told, 'Content-Type', HTML, 'Content-Encoding', name, 'ETag', '"1"')
      const got = await ask(await relayTo(await startInstance(() => said)), 'GET /')
      expect(unpack(got.body).toString() === long(`<a href="${FORM}">${FORM}</a>`)).toBe(true)
      expect(headerOf(got, 'content-length')).toBeUndefined()
      expect(headerOf(got, 'etag')).toMatch(/^W\/"sekisho\./)
    },
  )

  test('and never looks complete when it breaks', async () => {
    const packed = zlib.gzipSync(long(EMAIL))
    const said = answerOf(packed.subarray(0, -9), 'Content-Type', HTML, 'Content-Encoding', 'gzip')
    const got = await ask(await relayTo(await startInstance(() => said)), 'GET /')
    expect(got.wire.toString('latin1').endsWith('0\r\n\r\n')).toBe(false)
  })
})

describe('what cannot be read is not sent, and is counted', () => {
  test.each([
    ['an unknown coding', ['Content-Type', HTML, 'Content-Encoding', 'xz']],
    ['two codings', ['Content-Type', HTML, 'Content-Encoding', 'gzip, br']],
    ['no coding at all, though it says so', ['Content-Type', HTML, 'Content-Encoding', 'br']],
    ['characters of two bytes', ['Content-Type', 'text/html; charset=UTF-16LE']],
    ['the same by another name', ['Content-Type', "text/html; charset='ucs-2'"]],
    [
      'the same in a second header',
      ['Content-Type', 'text/html', 'Content-Type', 'text/html;charset=utf-16'],
    ],
  ])('%s', async (_, head) => {
    const got = await ask(
      await relayTo(await startInstance(() => answerOf(PAGE, ...head))),
      'GET /',
    )
    expect(got.status).toBe(502)
    expect(got.wire.toString()).not.toContain(EMAIL)
    expect(faults).toEqual(['contact'])
  })

  const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16()
  const four = (text: string) =>
    Buffer.concat([...text].map((each) => Buffer.from(`${each}\0\0\0`)))
  test.each([
    ['with their mark', Buffer.from(`\ufeff${PAGE}`, 'utf16le'), ['Content-Type', 'text/html']],
    ['without a mark', Buffer.from(PAGE, 'utf16le'), ['Content-Type', HTML]],
    ['in the other order', swapped(PAGE), ['Content-Type', 'text/html']],
    ['of four bytes', four(`<p>${EMAIL}`), ['Content-Type', 'text/html']],
    [
      'after a page of one',
      Buffer.concat([Buffer.from('<p>'), swapped(EMAIL)]),
      ['Content-Type', HTML],
    ],
    ['without a type', Buffer.from(PAGE, 'utf16le'), []],
  ])('nor characters of two bytes that only show so, %s', async (_, wide, head) => {
    const instance = await startInstance(() => answerOf(wide, ...head))
    expect((await ask(await relayTo(instance), 'GET /')).status).toBe(502)
    expect(faults).toEqual(['contact'])
  })

  test('nor in JSON', async () => {
    const wide = Buffer.from(`{"email":"${EMAIL}"}`, 'utf16le')
    const instance = await startInstance(() => answerOf(wide, 'Content-Type', 'application/json'))
    expect((await ask(await relayTo(instance), 'GET /api/v2/instance')).status).toBe(502)
  })

  test('nor in a body that is rewritten as it comes', async () => {
    const wide = Buffer.concat([Buffer.alloc(6_000_000, ' '), Buffer.from(EMAIL, 'utf16le')])
    const instance = await startInstance(() => answerOf(wide, 'Content-Type', HTML))
    const got = await ask(await relayTo(instance), 'GET /')
    expect(got.wire.includes(Buffer.from('home', 'utf16le'))).toBe(false)
    expect(got.wire.toString('latin1').endsWith('0\r\n\r\n')).toBe(false)
    expect(faults).toEqual(['contact'])
  })

  test('but first it is asked for without a coding', async () => {
    const instance = await startInstance(({ rawHeaders }) =>
      headerOf({ rawHeaders }, 'accept-encoding') === 'xz'
        ? answerOf('xz', 'Content-Type', HTML, 'Content-Encoding', 'xz')
        : answerOf(PAGE, 'Content-Type', HTML),
    )
    const port = await relayTo(instance)
    expect((await ask(port, 'GET /', 'Accept-Encoding: xz')).body.toString()).toBe(PAGE_NOW)
    await ask(port, 'POST /api/meta', 'Accept-Encoding: xz, br;q=0.5, gzip', 'Content-Length: 0')
    expect(headerOf(instance.received.at(-1)!, 'accept-encoding')).toBe('br;q=0.5, gzip')
    expect(faults).toEqual([])
  })
})

test('an instance that breaks off a page is answered for', async () => {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: ${HTML}\r\nContent-Length: 999\r\n\r\n`
  const instance = await startRawInstance((socket) =>
    socket.once('data', () => socket.end(`${head}${PAGE}`)),
  )
  const got = await ask(await relayTo(instance), 'GET /')
  expect(got.status).toBe(503)
  expect(got.wire.toString()).not.toContain(EMAIL)
})

test('a page that answers a WebSocket’s request is not shown', async () => {
  const instance = await startInstance(() => answerOf(PAGE, 'Content-Type', HTML))
  const lines = [
    'GET / HTTP/1.1',
    'Host: home.example',
    'Connection: Upgrade',
    'Upgrade: websocket',
  ]
  const got = await sendRaw(await relayTo(instance), [...lines, '', ''].join('\r\n'))
  expect(got.status).toBe(503)
  expect(got.wire.toString()).not.toContain(EMAIL)
})

test.each([
  ['of a page', ['Content-Type', HTML]],
  ['that tells no type', []],
])('a refusal %s to a WebSocket stays one, without its words', async (_, head) => {
  const instance = await startInstance(() => ({ ...answerOf(PAGE, ...head), status: 401 }))
  const lines = ['GET /streaming HTTP/1.1', 'Host: home.example', 'Connection: Upgrade']
  const got = await sendRaw(
    await relayTo(instance),
    [...lines, 'Upgrade: websocket', '', ''].join('\r\n'),
  )
  expect(got).toMatchObject({ status: 401, reason: 'Unauthorized', body: Buffer.alloc(0) })
  expect(headerOf(got, 'content-length')).toBe('0')
})

test('a connection goes on after a rewritten page', async () => {
  const port = await relayTo(await startInstance(() => answerOf(PAGE, 'Content-Type', HTML)))
  const client = openRaw(port)
  client.write('GET / HTTP/1.1\r\nHost: home.example\r\n\r\n')
  await client.readUntil('</p>')
  client.write('GET /about HTTP/1.1\r\nHost: home.example\r\nConnection: close\r\n\r\n')
  expect((await client.readToEnd()).toString().match(/HTTP\/1\.1 200/g)).toHaveLength(2)
})
