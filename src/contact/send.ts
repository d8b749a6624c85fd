// An answer of the instance, held, rewritten and sent; one that is too long is rewritten as it comes.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { answerPlainly, beginAnswer } from '../answer-head.ts'
import type { BodyKind, Contact } from '../contact.ts'
import { answerHeaders } from '../forwarded.ts'
import { type Coding, codingOf } from './codings.ts'
import { rewrittenHeaders } from './head.ts'
import type { Page } from './html.ts'
import { rewriteAsItComes } from './stream.ts'
import type { Tags } from './tags.ts'

export interface Sending {
  readonly answer: IncomingMessage
  readonly response: ServerResponse
  readonly kind: BodyKind
  readonly contact: Contact
  readonly tags: Tags
  readonly onFault: (what: string) => void
}

/** Compressed or not. Pages of instances have some 10 to 500 kB. */
const MAX_HELD_BYTES = 5_242_880
/** Bytes are no characters there: addresses could not be found. */
const WIDE = /charset\s*=\s*"?\s*utf-?(?:16|32)/i
const WIDE_MARK = /^(?:\xff\xfe|\xfe\xff)/

export async function sendRewritten(sending: Sending): Promise<void> {
  const { answer, response } = sending
  const { statusCode } = answer
  const hasNoBody = statusCode === 304 || statusCode === 204 || response.req.method === 'HEAD'
  if (hasNoBody) return sendHead(sending)
  const coding = readableCoding(answer)
  if (!coding) return refuse(sending)
  const held = await hold(answer)
  if (held.status === 'broken-off') return sayAway(response)
  if (held.status === 'too-long') return stream(sending, coding, held)
  const undone = await coding.undo(held.bytes, MAX_HELD_BYTES)
  if (undone.status === 'broken') return refuse(sending)
  if (undone.status === 'too-long') return stream(sending, coding, held)
  await sendWhole(sending, { coding, plain: undone.bytes, asItCame: held.bytes })
}

function sendHead(sending: Sending): void {
  begin(sending)
  sending.response.end()
  sending.answer.resume()
}

interface Own {
  readonly hashes?: Page['hashes']
  readonly length?: number
}

function begin({ answer, response, contact, tags }: Sending, { hashes, length }: Own = {}): void {
  const head = contact.head(answer)
  const headers = rewrittenHeaders(answerHeaders(head.rawHeaders), tags, hashes)
  if (length !== undefined) headers.push('Content-Length', String(length))
  beginAnswer(head, response, headers)
}

function readableCoding({ statusCode, headers }: IncomingMessage): Coding | undefined {
  const type = headers['content-type'] ?? ''
  if (statusCode === 206 || /^multipart/i.test(type) || WIDE.test(type)) return undefined
  return codingOf(headers['content-encoding'])
}

interface Body {
  readonly coding: Coding
  readonly plain: Buffer
  readonly asItCame: Buffer
}

async function sendWhole(sending: Sending, { coding, plain, asItCame }: Body): Promise<void> {
  const { response, kind, contact } = sending
  const before = plain.toString('latin1')
  if (WIDE_MARK.test(before)) return refuse(sending)
  const { text, hashes } = contact.rewrite(before, kind)
  const body = text === before ? asItCame : await coding.redo(Buffer.from(text, 'latin1'))
  if (response.destroyed) return
  begin(sending, { hashes, length: body.length })
  response.end(body)
}

type Held =
  | { readonly status: 'whole'; readonly bytes: Buffer }
  | { readonly status: 'too-long'; readonly bytes: Buffer; readonly rest: AsyncIterator<Buffer> }
  | { readonly status: 'broken-off' }

async function hold(answer: IncomingMessage): Promise<Held> {
  const chunks: Buffer[] = []
  let length = 0
  const rest: AsyncIterator<Buffer> = answer.iterator({ destroyOnReturn: false })
  try {
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      chunks.push(next.value)
      length += next.value.length
      if (length > MAX_HELD_BYTES) return { status: 'too-long', bytes: Buffer.concat(chunks), rest }
    }
  } catch {
    return { status: 'broken-off' } // by either end: its reason is nobody's fault here
  }
  return { status: 'whole', bytes: Buffer.concat(chunks) }
}

/** No length is told; a fault on the way closes the connection, so that it never looks complete. */
function stream(sending: Sending, coding: Coding, held: Exclude<Held, { status: 'broken-off' }>) {
  const { response, kind, contact, onFault } = sending
  if (response.destroyed) return
  const rewriter = rewriteAsItComes((part) => contact.edits(part, kind))
  const coded = coding.streams(held.bytes)
  begin(sending)
  coded?.undo.on('error', () => onFault('contact'))
  const stages = coded ? [coded.undo, rewriter, coded.redo] : [rewriter]
  pipeline([Readable.from(chunksOf(held)), ...stages, response], () => {})
}

async function* chunksOf(held: Exclude<Held, { status: 'broken-off' }>) {
  yield held.bytes
  if (held.status === 'whole') return
  for (let next = await held.rest.next(); !next.done; next = await held.rest.next())
    yield next.value
}

/** What cannot be read is not sent: nobody could say what it tells. */
function refuse({ answer, response, onFault }: Sending): void {
  onFault('contact')
  answer.destroy()
  if (!response.destroyed) {
    answerPlainly(response, 502, 'The answer of the instance cannot be read.')
  }
}

function sayAway(response: ServerResponse): void {
  if (response.destroyed) return
  answerPlainly(response, 503, 'The instance is not available. Try again soon.')
}
