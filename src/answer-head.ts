// How an answer to somebody who wants the site begins: the instance's head with nothing of ours, or a plain word of ours.
import type { ServerResponse } from 'node:http'

export interface AnswerHead {
  readonly statusCode?: number | undefined
  readonly statusMessage?: string | undefined
  /** Name, value, … as they came. */
  readonly rawHeaders: readonly string[]
}

const RETRY_AFTER_SECONDS = '30'

export function beginAnswer(
  { statusCode = 502, statusMessage }: AnswerHead,
  response: ServerResponse,
  headers: readonly string[],
): void {
  response.sendDate = false
  // A connection that stays open needs no word about it; one that closes says so.
  if (response.shouldKeepAlive && response.req.httpVersion === '1.1') {
    response.removeHeader('connection')
  }
  response.writeHead(statusCode, statusMessage, [...headers])
}

export function answerPlainly(
  response: ServerResponse,
  status: 400 | 502 | 503,
  text: string,
): void {
  const body = Buffer.from(`${text}\n`)
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    ...(status === 503 && { 'Retry-After': RETRY_AFTER_SECONDS }),
    ...(status === 400 && { Connection: 'close' }),
  })
  response.end(body)
}
