// The log: JSON lines, readable on a terminal, without secrets and without what strangers wrote in private.
import { type Logger, pino } from 'pino'
import { build as pretty } from 'pino-pretty'

export type Log = Logger

const REDACTED = [
  'token',
  '*.token',
  'headers.signature',
  'headers.authorization',
  'headers.cookie',
]

export function openLog({ terminal }: { readonly terminal: boolean }): Log {
  const options = { base: null, redact: REDACTED, timestamp: pino.stdTimeFunctions.isoTime }
  if (!terminal) return pino(options)
  return pino(options, pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' }))
}
