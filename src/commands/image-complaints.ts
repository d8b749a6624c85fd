// What the images command says on standard error beside its errors.
import { printable } from '../printable.ts'

export function complain(text: string): void {
  process.stderr.write(`${printable(text, 500)}\n`)
}

/** Of a process that reads pictures. */
export function tellFault(_what: string, cause: unknown): void {
  complain(cause instanceof Error ? cause.message : String(cause))
}
