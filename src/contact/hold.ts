// The body of an answer, read as far as somebody must have seen it.
import type { IncomingMessage } from 'node:http'

/** What has been read, and what has not. */
export interface Body {
  readonly read: Buffer[]
  readonly rest: AsyncIterator<Buffer>
}

export type Held = { readonly bytes: Buffer } & (
  | { readonly status: 'whole' }
  | { readonly status: 'too-long' }
  | { readonly status: 'broken-off' }
)

export function openBody(answer: IncomingMessage): Body {
  return { read: [], rest: answer.iterator({ destroyOnReturn: false }) }
}

/** Reads on until there is enough, or all. */
export async function hold(
  { read, rest }: Body,
  isEnough: (bytes: number) => boolean,
): Promise<Held> {
  let length = read.reduce((sum, chunk) => sum + chunk.length, 0)
  try {
    while (!isEnough(length)) {
      const next = await rest.next()
      if (next.done) return { status: 'whole', bytes: Buffer.concat(read) }
      read.push(next.value)
      length += next.value.length
    }
  } catch {
    return { status: 'broken-off', bytes: Buffer.concat(read) } // by either end: nobody's fault here
  }
  return { status: 'too-long', bytes: Buffer.concat(read) }
}

export async function* allOf({ read, rest }: Body): AsyncGenerator<Buffer> {
  yield* read
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}
