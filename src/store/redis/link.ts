// Commands with a time limit and a breaker: a hung Redis costs a few deliveries 150 ms, then none.
import { createHash } from 'node:crypto'
import type { Client } from './clients.ts'

const OPENS_AFTER = 5 // timeouts in a row

type Argument = string | number

export interface Script {
  readonly lua: string
  readonly sha: string
}

export interface Link {
  call(command: string, ...args: readonly Argument[]): Promise<unknown>
  /** A script touches the keys that it is given and no others. */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown>
  /** As `run`, also while the breaker is open: asks whether Redis is back. */
  probe(script: Script, keys: readonly string[]): Promise<unknown>
  isUp(): boolean
}

/** Shared by the connections to one Redis. */
export interface Breaker {
  timeouts: number
}

export function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

export function createLink(client: Client, limits: { timeoutMs: number; breaker: Breaker }): Link {
  const { timeoutMs, breaker } = limits

  async function send(command: string, args: readonly Argument[]): Promise<unknown> {
    try {
      const reply = await within(client.call(command, [...args]), timeoutMs)
      breaker.timeouts = 0
      return reply
    } catch (error) {
      if (isTimeout(error)) breaker.timeouts++
      else if (isReply(error)) breaker.timeouts = 0
      throw translated(command, error)
    }
  }

  async function evaluate(
    { lua, sha }: Script,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<unknown> {
    const rest = [keys.length, ...keys, ...args]
    try {
      return await send('EVALSHA', [sha, ...rest])
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('NOSCRIPT')) throw error
      return send('EVAL', [lua, ...rest])
    }
  }

  function checkBreaker(): void {
    if (breaker.timeouts >= OPENS_AFTER) throw new Error('Redis does not answer')
  }

  return {
    async call(command, ...args) {
      checkBreaker()
      return send(command, args)
    },
    async run(code, keys, args) {
      checkBreaker()
      return evaluate(code, keys, args)
    },
    probe: (code, keys) => evaluate(code, keys, []),
    isUp: () => client.status === 'ready' && breaker.timeouts < OPENS_AFTER,
  }
}

/** Also where the client has a limit of its own: a cluster client adds waits and redirections to it. */
async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Command timed out')), ms)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out'
}

function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}

/** ioredis hangs the whole command on its errors, private keys among the arguments: they go no further. */
function translated(command: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof Error && 'command' in error) delete error.command
  return new Error(`Redis ${command}: ${message}`, { cause: error })
}
