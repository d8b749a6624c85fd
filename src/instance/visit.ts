// Visits our own site as others do, to see what it shows them. Follows no redirect and reads no more than it needs.
import { Client } from 'undici'

export interface Visit {
  /** Scheme, host and port. */
  readonly origin: string
  /** Sent as it stands: `//x/../y` is no other spelling to us. */
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type Visited =
  | {
      readonly status: 'answered'
      readonly httpStatus: number
      readonly headers: Readonly<Record<string, string | string[] | undefined>>
      /** The first megabyte. */
      readonly text: string
    }
  | { readonly status: 'unreachable'; readonly why: string }

const TIMEOUT_MS = 5_000
const MAX_BYTES = 1_048_576

export async function visit(visit: Visit): Promise<Visited> {
  const { origin, path, method = 'GET', headers = {}, body = null } = visit
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const client = new Client(origin)
  try {
    const answer = await client.request({ path, method, headers, body, signal })
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of answer.body) {
      chunks.push(chunk)
      size += chunk.length
      if (size > MAX_BYTES) break
    }
    const text = Buffer.concat(chunks).toString('utf8')
    return { status: 'answered', httpStatus: answer.statusCode, headers: answer.headers, text }
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string }
    return { status: 'unreachable', why: signal.aborted ? 'no answer in time' : (code ?? message) }
  } finally {
    await client.destroy()
  }
}
