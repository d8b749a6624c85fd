// One request whose answer may tell the administrators' addresses: how it is put, and which answers are rewritten.
// Nothing is held but what is: path and type decide before a byte of a body is read.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AnswerHead } from '../answer-head.ts'
import type { Contact } from '../contact.ts'
import { hasBody } from '../tunnel.ts'
import { codingOf } from './codings.ts'
import { askedHeaders, type Question } from './head.ts'
import { type Sending, sendRewritten } from './send.ts'
import { type Tags, tagsMarked } from './tags.ts'
import { contentTypeOf, describedAt, isFile, kindOfAnswer, mayBePage } from './telling.ts'

export interface RewriterOptions {
  readonly contact: Contact
  /** Counts what could not be rewritten, and was not sent therefore. */
  readonly onFault: (what: string) => void
  readonly reportFault: (what: string, cause: unknown) => void
}

export interface Rewriter {
  begin(request: IncomingMessage): Rewriting
}

export interface Rewriting {
  /** The client's headers as the instance may see them. */
  readonly rawHeaders: readonly string[]
  /** Asks so that the answer can be rewritten, where this one cannot. */
  plainer(answer: IncomingMessage): Rewriting | undefined
  /** What the client may see of any answer's head. */
  head(answer: IncomingMessage): AnswerHead
  /** The bodies of all other answers pass as they are. */
  concerns(answer: IncomingMessage): boolean
  send(answer: IncomingMessage, response: ServerResponse): void
}

export function openRewriter(options: RewriterOptions): Rewriter {
  const tags = tagsMarked(options.contact.mark)
  return {
    begin: (request) => rewriting({ request, as: howToAsk(request), tags, options }),
  }
}

interface Asking {
  readonly request: IncomingMessage
  readonly as: Question
  readonly tags: Tags
  readonly options: RewriterOptions
}

function rewriting(asking: Asking): Rewriting {
  const { request, as, tags, options } = asking
  const target = request.url ?? ''
  return {
    rawHeaders: askedHeaders(request.rawHeaders, tags, as),
    plainer: (answer) =>
      as !== 'plain' && mayAskAgain(request) && isUnreadable(answer, asking)
        ? rewriting({ ...asking, as: 'plain' })
        : undefined,
    head: options.contact.head,
    concerns: (answer) =>
      isConfirmed(answer, asking) ||
      kindOf(answer, target) !== undefined ||
      isParts(answer, target),
    send(answer, response) {
      const kind = kindOf(answer, target) ?? 'html'
      const parts = { answer, response, kind, target, tags, ...options }
      sendRewritten(parts).catch((cause) => {
        options.onFault('contact')
        options.reportFault('an answer could not be rewritten', cause)
        response.destroy()
      })
    },
  }
}

/** A 304 tells no type, and has no bytes that could. */
function kindOf(answer: IncomingMessage, target: string): Sending['kind'] | undefined {
  const kind = kindOfAnswer(target, contentTypeOf(answer))
  const hasNoBody = answer.statusCode === 304 || answer.statusCode === 204
  return kind === 'untold' && hasNoBody ? undefined : kind
}

function howToAsk({ url = '', headers }: IncomingMessage): Question {
  if (describedAt(url) !== undefined) return 'described'
  return mayBePage(url, headers) ? 'page' : 'file'
}

function mayAskAgain(request: IncomingMessage): boolean {
  return /^(?:GET|HEAD)$/.test(request.method ?? '') && !hasBody(request)
}

/** A part of a body, a body in a coding that nobody here knows, or a word that an old copy is still good. */
function isUnreadable(answer: IncomingMessage, asking: Asking): boolean {
  const { statusCode, headers } = answer
  const target = asking.request.url ?? ''
  if (isParts(answer, target)) return true
  if (kindOf(answer, target) === undefined) return false
  if (statusCode === 304) return !isConfirmed(answer, asking)
  // Of a file that no range fits, the body is a word about it, and asking for all of it would bring all of it.
  const isPart = statusCode === 206 || (statusCode === 416 && !isFile(target))
  return isPart || codingOf(headers['content-encoding']) === undefined
}

/** Several ranges hide the type; files may be sent so. */
function isParts(answer: IncomingMessage, target: string): boolean {
  return /multipart\/byteranges/i.test(contentTypeOf(answer)) && !isFile(target)
}

/** The instance was asked about a copy of ours alone. */
function isConfirmed({ statusCode }: IncomingMessage, { request, as, tags }: Asking): boolean {
  if (statusCode !== 304) return false
  const asked = request.headers['if-none-match']
  if (asked === undefined) return as === 'described'
  return as !== 'plain' && tags.theirs(asked, 'left out') !== undefined
}
