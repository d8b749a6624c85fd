// A picture with boxes around what was recognised, drawn by a child process: no stranger's bytes are decoded here.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Box, Detail, PictureFinding } from './sight.ts'

export interface Mark {
  readonly box: Box
  readonly label: string
  readonly isBanned: boolean
}

export type Annotated =
  | { readonly status: 'drawn'; readonly png: Uint8Array }
  | { readonly status: 'undrawn'; readonly why: string }

export interface ToAnnotate {
  readonly bytes: Uint8Array
  readonly marks: readonly Mark[]
}

const DEADLINE_MS = 30_000

/** The QR codes and lines of text; what is banned by its looks as a whole has no place. */
export function marksOf(
  findings: readonly PictureFinding[],
  { codes, lines }: Pick<Detail, 'codes' | 'lines'>,
): readonly Mark[] {
  const isBanned = (how: 'qr' | 'text', text: string) =>
    findings.some((finding) => finding.how.startsWith(how) && finding.value === text)
  return [
    ...codes.map(({ text, box }) => ({
      ...{ box, label: `QR: ${text}`, isBanned: isBanned('qr', text) },
    })),
    ...lines.map(({ text, box }) => ({ box, label: text, isBanned: isBanned('text', text) })),
  ]
}

export function annotatedPicture(
  bytes: Uint8Array,
  marks: readonly Mark[],
  script = CHILD,
): Promise<Annotated> {
  const { promise, resolve } = Promise.withResolvers<Annotated>()
  const child = fork(fileURLToPath(script), {
    serialization: 'advanced', // bytes as bytes
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {}, // it reads strangers' bytes: no secret is within its reach
  })
  const giveUp = (why: string) => resolve({ status: 'undrawn', why })
  const timer = setTimeout(giveUp, DEADLINE_MS, 'drawing took too long')
  child.once('message', (answer) => resolve(answer as Annotated))
  child.once('error', ({ message }) => giveUp(`the process that draws is lost (${message})`))
  child.once('exit', (code, signal) => giveUp(`the process that draws ended (${signal ?? code})`))
  child.send({ bytes, marks } satisfies ToAnnotate, () => undefined) // its end tells when it failed
  return promise.finally(() => {
    clearTimeout(timer)
    child.kill('SIGKILL')
  })
}

const CHILD = new URL('./annotate-child.ts', import.meta.url)
