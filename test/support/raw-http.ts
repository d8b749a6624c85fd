// An HTTP client that sends exactly the bytes it is given, and shows exactly the bytes that came back.
import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly status: number
  readonly reason: string
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly wire: Buffer
}

export interface RawConnection {
  readonly socket: Socket
  write(bytes: string | Buffer): void
  /** All that has arrived so far, once it holds the text; rejects when the connection closes without it. */
  readUntil(text: string): Promise<string>
  /** All that arrived until the other side closed. */
  readToEnd(): Promise<Buffer>
}

/** Sends one request, which should ask for `Connection: close`, and reads until the server closes. */
export async function sendRaw(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  const connection = openRaw(port)
  connection.write(bytes)
  return readAnswer(await connection.readToEnd())
}

export function openRaw(port: number): RawConnection {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  const waiting = new Set<() => void>()
  let isClosed = false
  const wake = () => {
    for (const look of waiting) look()
  }
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    wake()
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    isClosed = true
    wake()
  })
  const until = <T>(look: (bytes: Buffer, closed: boolean) => T | undefined) => {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const tryAgain = () => {
      const found = look(Buffer.concat(chunks), isClosed)
      if (found !== undefined) resolve(found)
      else if (isClosed)
        reject(new Error(`closed after: ${Buffer.concat(chunks).toString('latin1')}`))
      else return
      waiting.delete(tryAgain)
    }
    waiting.add(tryAgain)
    tryAgain()
    return promise
  }
  return {
    socket,
    write: (bytes) => {
      socket.write(bytes, 'latin1')
    },
    readUntil: (text) =>
      until((bytes) => (bytes.includes(text, 0, 'latin1') ? bytes.toString('latin1') : undefined)),
    readToEnd: () => until((bytes, closed) => (closed ? bytes : undefined)),
  }
}

export function readAnswer(wire: Buffer): RawAnswer {
  const headEnd = wire.indexOf('\r\n\r\n')
  if (headEnd < 0) throw new Error(`no answer in: ${wire.toString('latin1')}`)
  const [first = '', ...lines] = wire.subarray(0, headEnd).toString('latin1').split('\r\n')
  const [, status = '', reason = ''] = /^HTTP\/1\.1 (\d{3}) ?(.*)$/.exec(first) ?? []
  const rawHeaders = lines.flatMap((line) => [
    line.slice(0, line.indexOf(':')),
    line.slice(line.indexOf(':') + 1).trim(),
  ])
  const rest = wire.subarray(headEnd + 4)
  const isChunked = lines.some((line) => /^transfer-encoding: *chunked$/i.test(line))
  return {
    status: Number(status),
    reason,
    rawHeaders,
    body: isChunked ? unchunk(rest) : rest,
    wire,
  }
}

function unchunk(coded: Buffer): Buffer {
  const chunks: Buffer[] = []
  let at = 0
  while (at < coded.length) {
    const lineEnd = coded.indexOf('\r\n', at)
    const size = Number.parseInt(coded.subarray(at, lineEnd).toString('latin1'), 16)
    if (!(size > 0)) break
    chunks.push(coded.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
  return Buffer.concat(chunks)
}
