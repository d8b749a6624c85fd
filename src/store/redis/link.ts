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
  probe: Link['run']
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
    probe: evaluate,
    isUp: () => client.status === 'ready' && breaker.timeouts < OPENS_AFTER,
  }
}

/**
 * The client's own limit is only the second: a cluster client adds waits and redirections to it, and where this
 * process was busy itself, a reply that has already arrived still counts.
 */
async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new Error('Command timed out'))
    timer = setTimeout(() => setImmediate(giveUp), ms) // sockets are read in between
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

/** What ioredis says when there is no connection, in its several ways. */
const AWAY = /isn't writeable|isn't ready|Connection is closed|max retries|ECONN|all nodes/i

/** ioredis hangs the whole command on its errors, private keys among the arguments: they go no further. */
function translated(command: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof Error && 'command' in error) delete error.command
  if (AWAY.test(message)) return new Error('Redis is away', { cause: error })
  return new Error(`Redis ${command}: ${message}`, { cause: error })
}
