// Starts somebody else's server and waits until it takes connections.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

interface Place {
  readonly folder: string
  readonly port: number
}

/** Resolves when the port takes connections; rejects with what the program said when it never does. */
export async function launchServer(
  program: string,
  settings: readonly string[],
  { folder, port }: Place,
): Promise<ChildProcess> {
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  const child = spawn(program, settings, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const killed = (): void => void child.kill('SIGKILL')
  process.once('exit', killed)
  child.once('exit', () => process.off('exit', killed))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-20_000)
    })
  }
  await listens(child, port).catch(async (cause: Error) => {
    await end(child)
    throw new Error(`${program} ${cause.message}: ${said}`)
  })
  return child
}

const LOOKS = 500
const BETWEEN_LOOKS_MS = 20

async function listens(child: ChildProcess, port: number): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    if (hasEnded(child)) throw new Error('ended at once')
    if (await accepts(port)) return
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS))
  }
  throw new Error('does not listen')
}

function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  }).finally(() => socket.destroy()) as Promise<boolean>
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** SIGKILL; resolves when the process is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

/** Below the ports that connections out get: one that is let go for a moment is not taken meanwhile. */
const QUIET_PORTS = [20_000, 32_000] as const
const ATTEMPTS = 50

/** A port on which something may listen, stop, and listen again. */
export async function quietPort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(...QUIET_PORTS)
    if (await isFree(port)) return port
  }
  throw new Error('no port is free')
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
  if (free) {
    server.close()
    await once(server, 'close')
  }
  return free
}
