// One record a line of NDJSON, its time first: a file is gone through without parsing what strangers wrote.
import type { StoredRecord } from '../store.ts'

const TIME = /^\{"at":(-?\d{1,16}),"id":/
const TIME_LENGTH = 30 // bytes of a line in which its time is found
const HEAD = /^\{"at":-?\d{1,16},"id":"(?:[^"\\]|\\.)*","record":/
const CLOSING = 0x7d // }

/** With its line break. */
export function lineOf({ at, id, json }: StoredRecord): string {
  return `{"at":${at},"id":${JSON.stringify(id)},"record":${json}}\n`
}

/** Undefined for what is no whole line: torn by a crash, or damaged. `line` is without its line break. */
export function timeOf(line: Buffer): number | undefined {
  if (line.at(-1) !== CLOSING) return undefined
  const found = TIME.exec(line.toString('latin1', 0, TIME_LENGTH))
  return found === null ? undefined : Number(found[1])
}

/** The record's own text, of a line with its line break. */
export function recordIn(line: string): string | undefined {
  const head = HEAD.exec(line)?.[0]
  return head === undefined ? undefined : line.slice(head.length, -2)
}
