// An answer of the instance, held, rewritten and sent; one that is too long is rewritten as it comes.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { answerPlainly, beginAnswer } from '../answer-head.ts'
import type { BodyKind, Contact } from '../contact.ts'
import { answerHeaders } from '../forwarded.ts'
import { type Coding, codingOf } from './codings.ts'
import { rewrittenHeaders } from './head.ts'
import { allOf, type Body, hold, openBody } from './hold.ts'
import type { Page } from './html.ts'
import { ENOUGH_BYTES, hasWideMark, isWide, lookAt, WIDE_NAME } from './sight.ts'
import { rewriteAsItComes } from './stream.ts'
import type { Tags } from './tags.ts'
import { contentTypeOf, kindBySight } from './telling.ts'

export interface Sending {
  readonly answer: IncomingMessage
  readonly response: ServerResponse
  /** `untold`: its bytes must tell. */
  readonly kind: BodyKind | 'untold'
  readonly target: string
  readonly contact: Contact
  readonly tags: Tags
  readonly onFault: (what: string) => void
}

type Told = Sending & { readonly kind: BodyKind }

/** Compressed or not. Pages of instances have some 10 to 500 kB. */
const MAX_HELD_BYTES = 5_242_880

export async function sendRewritten(sending: Sending): Promise<void> {
  const { answer, response, kind } = sending
  const { statusCode } = answer
  const hasNoBody = statusCode === 304 || statusCode === 204 || response.req.method === 'HEAD'
  if (hasNoBody) return sendHead(sending)
  const coding = readableCoding(answer)
  if (!coding) return refuse(sending)
  const body = openBody(answer)
  if (kind !== 'untold') return sendKind({ ...sending, kind }, coding, body)
  await sendUntold(sending, coding, body)
}

async function sendKind(told: Told, coding: Coding, body: Body): Promise<void> {
  const held = await hold(body, (bytes) => bytes > MAX_HELD_BYTES)
  if (held.status === 'broken-off') return sayAway(told.response)
  if (held.status === 'too-long') return stream(told, coding, body)
  const undone = await coding.undo(held.bytes, MAX_HELD_BYTES)
  if (undone.status === 'broken') return refuse(told)
  if (undone.status === 'too-long') return stream(told, coding, body)
  await sendWhole(told, { coding, plain: undone.bytes, asItCame: held.bytes })
}

/** What is neither a page nor a text passes as it is: with its first bytes seen, or whole where it is compressed. */
async function sendUntold(sending: Sending, coding: Coding, body: Body): Promise<void> {
  const isCoded = coding.streams(Buffer.alloc(0)) !== undefined
  const enough = (bytes: number) =>
    isCoded ? bytes > MAX_HELD_BYTES : hasSeen(body) || bytes >= ENOUGH_BYTES
  const held = await hold(body, enough)
  if (held.status === 'broken-off') return sayAway(sending.response)
  const undone = await coding.undo(held.bytes, MAX_HELD_BYTES)
  if (undone.status !== 'undone') return refuse(sending)
  if (isCoded && held.status === 'too-long') return refuse(sending)
  const kind = kindBySight(sending.target, lookAt(undone.bytes))
  if (kind === undefined) return passOn(sending, body)
  await sendKind({ ...sending, kind }, coding, body)
}

function hasSeen({ read }: Body): boolean {
  return read.length > 0 && lookAt(Buffer.concat(read)) !== 'blank'
}

function passOn({ answer, response, contact }: Sending, body: Body): void {
  if (response.destroyed) return
  const head = contact.head(answer)
  beginAnswer(head, response, answerHeaders(head.rawHeaders))
  pipeline(Readable.from(allOf(body)), response, () => {}) // closes either end with the other
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
  const headers = rewrittenHeaders(answerHeaders(head.rawHeaders), tags, {
    hashes,
    status: head.statusCode,
  })
  if (length !== undefined) headers.push('Content-Length', String(length))
  beginAnswer(head, response, headers)
}

function readableCoding(answer: IncomingMessage): Coding | undefined {
  const type = contentTypeOf(answer)
  if (answer.statusCode === 206 || /^multipart/i.test(type) || WIDE_NAME.test(type))
    return undefined
  return codingOf(answer.headers['content-encoding'])
}

interface Whole {
  readonly coding: Coding
  readonly plain: Buffer
  readonly asItCame: Buffer
}

async function sendWhole(told: Told, { coding, plain, asItCame }: Whole): Promise<void> {
  const { response, kind, contact } = told
  const before = plain.toString('latin1')
  if (hasWideMark(before) || isWide(before)) return refuse(told)
  const { text, hashes } = contact.rewrite(before, kind)
  const body = text === before ? asItCame : await coding.redo(Buffer.from(text, 'latin1'))
  if (response.destroyed) return
  begin(told, { hashes, length: body.length })
  response.end(body)
}

/** No length is told; a fault on the way closes the connection, so that it never looks complete. */
function stream(told: Told, coding: Coding, body: Body): void {
  const { response, kind, contact, onFault } = told
  if (response.destroyed) return
  const onUnreadable = () => onFault('contact')
  const rewriter = rewriteAsItComes((part) => contact.edits(part, kind), onUnreadable)
  const coded = coding.streams(body.read[0] ?? Buffer.alloc(0))
  begin(told, { hashes: new Map() })
  coded?.undo.on('error', onUnreadable)
  const stages = coded ? [coded.undo, rewriter, coded.redo] : [rewriter]
  pipeline([Readable.from(allOf(body)), ...stages, response], () => {})
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
