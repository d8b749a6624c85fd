// The log: JSON lines, readable on a terminal, without secrets and without what strangers wrote in private.
import { type DestinationStream, type Level, type Logger, pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { plainError } from './plain-error.ts'
import { escapeUnseen, printable } from './printable.ts'

export type Log = Logger

const REDACTED = [
  'token',
  '*.token',
  'headers.signature',
  'headers.authorization',
  'headers.cookie',
]

export interface LogOptions {
  readonly terminal: boolean
  readonly level?: Level
  /** Stands in each line of a worker. */
  readonly worker?: number
  /** Standard output unless told. */
  readonly out?: DestinationStream
}

export function openLog({ terminal, level = 'info', worker, out }: LogOptions): Log {
  const base = worker === undefined ? null : { worker }
  const to = out ?? pino.destination(1)
  const options = {
    ...{ base, level, redact: REDACTED, serializers: { err: plainError } },
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  return pino(options, terminal ? onTerminal(to) : asLines(to))
}

/** JSON says exactly what was there, and holds nothing that a terminal obeys. */
function asLines(out: DestinationStream): DestinationStream {
  return { write: (line) => out.write(`${escapeUnseen(line.trimEnd())}\n`) }
}

/** The formatter prints texts as they are, so they are made harmless before; the colours are its own. */
function onTerminal(out: DestinationStream): DestinationStream {
  const format = prettyFactory({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss' })
  return { write: (line) => out.write(format(JSON.parse(line, inSight))) }
}

function inSight(key: string, value: unknown): unknown {
  if (typeof value === 'string') return key === 'stack' ? stackInSight(value) : printable(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [printable(name), each]))
}

/** Several lines, but only such as a stack has. */
function stackInSight(stack: string): string {
  const lines = stack.split(/\n(?=\s+at |caused by: )/)
  return lines.map((line) => printable(line)).join('\n')
}
