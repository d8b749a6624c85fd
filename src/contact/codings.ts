// Bodies out of their compression and into it again.
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'

export type Undone =
  | { readonly status: 'undone'; readonly bytes: Buffer }
  | { readonly status: 'too-long' }
  | { readonly status: 'broken' }

export interface Coding {
  undo(bytes: Buffer, maxBytes: number): Promise<Undone>
  redo(bytes: Buffer): Promise<Buffer>
  /** For what is too long to be held; `first` is how the bytes begin. */
  streams(first: Buffer): { readonly undo: Stream; readonly redo: Stream } | undefined
}

type Stream = NodeJS.ReadWriteStream
type Inflating = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

/** Pages are compressed while somebody waits: near the strength that servers use for that. */
const BROTLI = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }

const CODINGS: Readonly<Record<string, Coding>> = {
  identity: {
    undo: async (bytes, maxBytes) =>
      bytes.length > maxBytes ? { status: 'too-long' } : { status: 'undone', bytes },
    redo: async (bytes) => bytes,
    streams: () => undefined,
  },
  gzip: {
    undo: undoing(() => promisify(zlib.gunzip)),
    redo: promisify(zlib.gzip) as Coding['redo'],
    streams: () => ({ undo: zlib.createGunzip(), redo: zlib.createGzip() }),
  },
  deflate: {
    undo: undoing((bytes) => promisify(hasZlibHead(bytes) ? zlib.inflate : zlib.inflateRaw)),
    redo: promisify(zlib.deflate) as Coding['redo'],
    streams: (first) => ({
      undo: hasZlibHead(first) ? zlib.createInflate() : zlib.createInflateRaw(),
      redo: zlib.createDeflate(),
    }),
  },
  br: {
    undo: undoing(() => promisify(zlib.brotliDecompress)),
    redo: (bytes) => promisify(zlib.brotliCompress)(bytes, BROTLI),
    streams: () => ({
      undo: zlib.createBrotliDecompress(),
      redo: zlib.createBrotliCompress(BROTLI),
    }),
  },
  zstd: {
    undo: undoing(() => promisify(zlib.zstdDecompress)),
    redo: promisify(zlib.zstdCompress) as Coding['redo'],
    streams: () => ({ undo: zlib.createZstdDecompress(), redo: zlib.createZstdCompress() }),
  },
}

/** Undefined where nobody here can read it: another coding, or several of them. */
export function codingOf(contentEncoding: string | undefined): Coding | undefined {
  const name = (contentEncoding ?? '').trim().toLowerCase() || 'identity'
  return Object.hasOwn(CODINGS, name) ? CODINGS[name] : CODINGS[name.replace(/^x-(?=gzip$)/, '')]
}

/** Of what a client takes, what we can read; its preferences kept. */
export function readableOf(acceptEncoding: string): string {
  const known = acceptEncoding.split(',').filter((each) => {
    const name = each.split(';', 1)[0]!.trim().toLowerCase()
    return name !== '' && Object.hasOwn(CODINGS, name)
  })
  return known.map((each) => each.trim()).join(', ') || 'identity'
}

/** Some servers send `deflate` without the two bytes that belong before it. */
function hasZlibHead(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8
}

function undoing(choose: (bytes: Buffer) => Inflating): Coding['undo'] {
  return async (bytes, maxBytes) => {
    if (bytes.length === 0) return { status: 'undone', bytes }
    try {
      return { status: 'undone', bytes: await choose(bytes)(bytes, { maxOutputLength: maxBytes }) }
    } catch (cause) {
      const { code } = cause as { code?: string }
      return { status: code === 'ERR_BUFFER_TOO_LARGE' ? 'too-long' : 'broken' }
    }
  }
}
