// The cheapest honest HTTP client: writes a request as it was prepared, reads the answer's status and length.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Wire {
  /** One request at a time. */
  send(request: Buffer, onAnswer: (status: number) => void): void
  close(): void
}

const HEAD_END = '\r\n\r\n'
const LENGTH = /\r\ncontent-length: *(\d+)/i

export async function openWire(port: number, onFault: (cause: Error) => void): Promise<Wire> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let waiting: ((status: number) => void) | undefined
  let read: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    read = read.length === 0 ? chunk : Buffer.concat([read, chunk])
    const answer = answerIn(read)
    if (!answer) return
    read = Buffer.alloc(0)
    const done = waiting
    waiting = undefined
    if (done) done(answer.status)
    else onFault(new Error('an answer that nobody asked for'))
  })
  failWith(socket, onFault)
  return {
    send(request, onAnswer) {
      waiting = onAnswer
      socket.write(request)
    },
    close() {
      socket.removeAllListeners('close')
      socket.destroy()
    },
  }
}

function failWith(socket: Socket, onFault: (cause: Error) => void): void {
  socket.on('error', onFault)
  socket.on('close', () => onFault(new Error('the server closed a connection')))
}

/** Undefined while more is to come. */
function answerIn(read: Buffer): { readonly status: number } | undefined {
  const end = read.indexOf(HEAD_END)
  if (end < 0) return undefined
  const head = read.toString('latin1', 0, end)
  const length = LENGTH.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without a length: ${head}`)
  if (read.length < end + HEAD_END.length + Number(length)) return undefined
  return { status: Number(head.slice(9, 12)) }
}
