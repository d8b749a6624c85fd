// A long text made piece by piece and kept packed: a million lines take megabytes instead of a hundred of them, and no
// request waits for another one's.
import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'

export interface Packed {
  /** Of the text, in bytes. */
  readonly length: number
  /** The same for the same lines, in whatever order: two processes need not agree about that. */
  readonly etag: string
  /** The text again, piece by piece. */
  read(): AsyncGenerator<Buffer>
}

export interface Frame {
  readonly open: string
  readonly between: string
  readonly close: string
}

const PIECE_CHARACTERS = 65_536
const pack = promisify(gzip)
const unpack = promisify(gunzip)

/** While a piece is packed whatever else waits has its turn. */
export async function packLines(lines: AsyncIterable<string>, frame: Frame): Promise<Packed> {
  const pieces: Uint8Array[] = []
  const sum = new Uint32Array(2)
  let length = 0
  let count = 0
  let text = frame.open
  const flush = async () => {
    const bytes = Buffer.from(text)
    length += bytes.length
    text = ''
    // A copy: the library's own lies in a buffer that is several times as large.
    pieces.push(new Uint8Array(await pack(bytes, { level: 1 })))
  }
  for await (const line of lines) {
    if (count > 0) text += frame.between
    text += line
    count += 1
    addTo(sum, line)
    if (text.length >= PIECE_CHARACTERS) await flush()
  }
  text += frame.close
  await flush()
  return {
    length,
    etag: `W/"${[count, ...sum].map((part) => part.toString(36)).join('-')}"`,
    async *read() {
      for (const piece of pieces) yield await unpack(piece)
    },
  }
}

/** Sums do not mind the order. */
function addTo(sum: Uint32Array, line: string): void {
  const digest = hash('sha1', line, 'buffer')
  sum[0]! += digest.readUInt32LE(0)
  sum[1]! += digest.readUInt32LE(4)
}
