// Starts somebody else's server and waits until it takes connections.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'

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
