// One request over one connection to an address that was checked before: the answer, read up to a limit.
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { isAccepted } from './media-type.ts'

export interface Call {
  /** What is asked for; its host goes into Host and is what the certificate must name. */
  readonly url: URL
  /** Scheme and port to connect to: the URL's own, or those of its stand-in. */
  readonly origin: URL
  readonly addresses: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly accept: string
  /** JSON to POST; a GET without it. */
  readonly post?: string
  readonly maxBytes: number
  readonly signal: AbortSignal
  /** Asked of the first bytes, unpacked where they are packed: why the rest is not wanted. */
  readonly refuse?: (head: Buffer) => string | undefined
  /** As of a request. */
  readonly mayHold?: (bytes: number) => boolean
  /** Told what time the other server says it is, in epoch milliseconds. */
  readonly onTime?: (at: number) => void
}

export type Exchange =
  | { readonly status: 'ok'; readonly contentType: string; readonly body: Buffer }
  | { readonly status: 'redirect'; readonly location: string }
  | { readonly status: 'gone'; readonly httpStatus: number }
  | { readonly status: 'refused'; readonly httpStatus: number }
  | { readonly status: 'unreachable'; readonly why: string }
  | { readonly status: 'forbidden'; readonly why: string }

export async function exchange(call: Call): Promise<Exchange> {
  let response: IncomingMessage | undefined
  try {
    response = await open(call)
    tellTime(response, call)
    return readHead(response, call) ?? (await readBody(response, call))
  } catch (fault) {
    return { status: 'unreachable', why: call.signal.aborted ? 'deadline passed' : codeOf(fault) }
  } finally {
    response?.destroy()
  }
}

function open(call: Call): Promise<IncomingMessage> {
  const { url, origin, signal, post } = call
  const options: RequestOptions & { rejectUnauthorized: true } = {
    method: post === undefined ? 'GET' : 'POST',
    protocol: origin.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: origin.port || (origin.protocol === 'https:' ? 443 : 80),
    path: `${url.pathname}${url.search}`,
    headers: {
      ...call.headers,
      host: url.host,
      accept: call.accept,
      'accept-encoding': 'identity',
      ...(post !== undefined && {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(post)),
      }),
    },
    agent: false, // one connection a request: nothing is reused that was checked for somebody else
    lookup: pinned(call.addresses),
    rejectUnauthorized: true, // whatever NODE_TLS_REJECT_UNAUTHORIZED says
    signal,
  }
  return new Promise((resolve, reject) => {
    const send = origin.protocol === 'https:' ? requestHttps : requestHttp
    send(options, resolve)
      .on('error', reject)
      // A switch of protocols ends in neither response nor error.
      .on('close', () => reject(new Error('closed without an answer')))
      .end(post)
  })
}

/** Answers with the checked addresses whatever is asked: a second look-up could tell another story. */
function pinned(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_host, options, done) => {
    if (options.all) done(null, all)
    else done(null, all[0]!.address, all[0]!.family)
  }
}

function tellTime({ headers }: IncomingMessage, { onTime }: Call): void {
  const ageMs = Number(headers.age ?? 0) * 1_000 // a cache keeps the Date of the server behind it
  const at = Date.parse(headers.date ?? '') + ageMs
  if (Number.isFinite(at)) onTime?.(at)
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const GONE = new Set([404, 410])

/** The answer where the head alone decides it. */
function readHead(response: IncomingMessage, call: Call): Exchange | undefined {
  const httpStatus = response.statusCode ?? 0
  const { location } = response.headers
  if (REDIRECTS.has(httpStatus) && location !== undefined) return { status: 'redirect', location }
  if (GONE.has(httpStatus)) return { status: 'gone', httpStatus }
  if (httpStatus < 200 || httpStatus > 299) return { status: 'refused', httpStatus }
  const contentType = response.headers['content-type'] ?? ''
  if (!isAccepted(contentType, call.accept)) return forbidden(`type ${contentType.slice(0, 100)}`)
  if (!ENCODINGS.has(encodingOf(response))) return forbidden(`encoding ${encodingOf(response)}`)
  if (Number(response.headers['content-length']) > call.maxBytes) return tooLarge(call)
  return undefined
}

const ENCODINGS = new Set(['identity', 'gzip']) // one layer at most: CVE-2026-22036

async function readBody(response: IncomingMessage, call: Call): Promise<Exchange> {
  const contentType = response.headers['content-type'] ?? ''
  const isPlain = encodingOf(response) === 'identity'
  const { refuse, ...packed } = call
  const body = await collect(response, isPlain ? call : packed)
  if (typeof body === 'string') return forbidden(body)
  if (isPlain) return { status: 'ok', contentType, body }
  const plain = await unzip(body, call.maxBytes)
  if (!plain) return tooLarge(call)
  if (call.mayHold?.(plain.length) === false) return forbidden(NO_ROOM)
  const why = refuse?.(plain.subarray(0, HEAD_BYTES))
  return why === undefined ? { status: 'ok', contentType, body: plain } : forbidden(why)
}

const HEAD_BYTES = 256 // every format of pictures gives itself away in less

/** A string says why it was not read to its end. */
async function collect(
  response: IncomingMessage,
  call: Pick<Call, 'maxBytes' | 'refuse' | 'mayHold'>,
): Promise<Buffer | string> {
  const { refuse } = call
  const chunks: Buffer[] = []
  let size = 0
  let isAsked = refuse === undefined
  for await (const chunk of response) {
    size += chunk.length
    const full = whyNoMore(call, { size, added: chunk.length })
    if (full !== undefined) return full
    chunks.push(chunk)
    if (isAsked || size < HEAD_BYTES) continue
    isAsked = true
    const why = refuse?.(Buffer.concat(chunks).subarray(0, HEAD_BYTES))
    if (why !== undefined) return why
  }
  const body = Buffer.concat(chunks)
  return (isAsked ? undefined : refuse?.(body)) ?? body
}

const NO_ROOM = 'no room for it'

function whyNoMore(
  { maxBytes, mayHold }: Pick<Call, 'maxBytes' | 'mayHold'>,
  { size, added }: { readonly size: number; readonly added: number },
): string | undefined {
  if (size > maxBytes) return largerThan(maxBytes)
  return mayHold?.(added) === false ? NO_ROOM : undefined
}

const gunzipBytes = promisify(gunzip)

async function unzip(body: Buffer, maxBytes: number): Promise<Buffer | undefined> {
  try {
    return await gunzipBytes(body, { maxOutputLength: maxBytes })
  } catch (fault) {
    if (codeOf(fault) === 'ERR_BUFFER_TOO_LARGE') return undefined
    throw fault
  }
}

function encodingOf(response: IncomingMessage): string {
  return (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase().slice(0, 50)
}

function tooLarge({ maxBytes }: Call): Exchange {
  return forbidden(largerThan(maxBytes))
}

function largerThan(maxBytes: number): string {
  return `larger than ${maxBytes} bytes`
}

function forbidden(why: string): Exchange {
  return { status: 'forbidden', why }
}

function codeOf(fault: unknown): string {
  return String((fault as { code?: unknown }).code ?? fault)
}
