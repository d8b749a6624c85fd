// The block list on this machine's disk, for a start while the store is away. Whole or refused: it ends with its checksum.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isMissing, readLines, replaceFile } from '../durable.ts'
import type { BlockEntry } from '../store.ts'

const head = z.object({
  format: z.literal('sekisho-blocks-1'),
  /** The store's version of the list (store.ts, BlockList). */
  version: z.string(),
  at: z.number(),
})
const foot = z.object({ count: z.number(), sha256: z.string() })
const row = z.tuple([z.string(), z.string(), z.enum(['s', 'h']), z.string()])

const FOOT = '{"count":'

type Head = Pick<z.infer<typeof head>, 'version' | 'at'>

export async function writeSnapshot(
  file: string,
  list: Head & { readonly entries: Iterable<BlockEntry> },
): Promise<void> {
  await replaceFile(file, rows(list))
}

/** The snapshot's first line; undefined when there is none. Throws when it cannot be read. */
export async function readSnapshotHead(file: string): Promise<Head | undefined> {
  try {
    for await (const lines of readLines(file)) return head.parse(JSON.parse(lines[0] ?? ''))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw new Error(`${file} is no snapshot of the block list`, { cause: error })
  }
  throw new Error(`${file} is empty: no snapshot of the block list`)
}

/** Hands over every entry. Throws when one is damaged or missing: then nothing of it may be used. */
export async function readSnapshot(file: string, each: (entry: BlockEntry) => void): Promise<void> {
  const hash = createHash('sha256')
  let ending = '{}'
  let count = 0
  const take = (line: string): void => {
    if (line.startsWith(FOOT)) {
      ending = line
      return
    }
    hash.update(`${line}\n`)
    if (!line.startsWith('[')) return
    each(entryOf(line))
    count++
  }
  for await (const lines of readLines(file)) lines.forEach(take)
  const { data } = foot.safeParse(JSON.parse(ending))
  if (data?.count === count && data.sha256 === hash.digest('hex')) return
  throw new Error(`${file} is damaged: its checksum does not match`)
}

function* rows({
  version,
  at,
  entries,
}: Head & { readonly entries: Iterable<BlockEntry> }): Generator<string> {
  const hash = createHash('sha256')
  let count = 0
  const hashed = (line: string): string => {
    hash.update(`${line}\n`)
    return line
  }
  yield hashed(JSON.stringify({ format: 'sekisho-blocks-1', version, at }))
  for (const { domain, id, scope, by } of entries) {
    count++
    yield hashed(JSON.stringify([domain, id, scope === 'host' ? 'h' : 's', by]))
  }
  yield JSON.stringify({ count, sha256: hash.digest('hex') })
}

function entryOf(line: string): BlockEntry {
  const [domain, id, scope, by] = row.parse(JSON.parse(line))
  return { domain, id, scope: scope === 'h' ? 'host' : 'subtree', by }
}
