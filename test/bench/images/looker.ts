// The process that looks, as the relay starts it, and what it costs.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { FromChild, ToChild } from '../../../src/images/child-messages.ts'

export interface Looker {
  tell(message: ToChild): void
  ask<Kind extends FromChild['kind']>(
    message: ToChild,
    kind: Kind,
  ): Promise<Extract<FromChild, { kind: Kind }>>
  /** Processor time so far, in milliseconds. */
  cpuMs(): number
  /** The most memory that was resident at once, in MiB. */
  peakMib(): number
  stop(): void
}

const CHILD = new URL('../../../src/images/child.ts', import.meta.url)

export async function startLooker(): Promise<Looker> {
  const child = fork(CHILD, { serialization: 'advanced' })
  process.once('exit', () => child.kill('SIGKILL'))
  await next(child, 'ready')
  return {
    tell: (message) => void child.send(message),
    async ask(message, kind) {
      const answer = next(child, kind)
      child.send(message)
      return answer
    },
    cpuMs: () => cpuMsOf(child.pid!),
    peakMib: () => peakMibOf(child.pid!),
    stop: () => child.disconnect(),
  }
}

async function next<Kind extends FromChild['kind']>(child: ChildProcess, kind: Kind) {
  const end = new AbortController()
  const exit = once(child, 'exit', { signal: end.signal }).then(([code, signal]) => {
    throw new Error(`the process that looks ended: ${code ?? signal}`)
  })
  exit.catch(() => undefined) // told by the race, where it matters
  try {
    const [message] = (await Promise.race([once(child, 'message'), exit])) as [FromChild]
    if (message.kind !== kind) throw new Error(`${message.kind} instead of ${kind}`)
    return message as Extract<FromChild, { kind: Kind }>
  } finally {
    end.abort()
  }
}

const TICK_MS = 10 // proc(5): sysconf(_SC_CLK_TCK) is 100 on every usual Linux

function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

function peakMibOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1_024
}
