// The list files as they were last read: what is skipped is told and counted, what cannot be read stays as it was.

import { WrongConfig } from '../config/layers.ts'
import type { Log } from '../log.ts'
import { type BanList, complaintsAbout, readList } from './ban-list.ts'

export type Lists = ReadonlyMap<string, BanList>

export interface ListFiles {
  /** A list that says the same is the same object. Throws WrongConfig for a file that could never be read. */
  read(files: readonly string[]): Lists
  /** What is wrong with these lists as they were last read, in sentences. */
  complaints(lists: Lists): readonly string[]
}

export interface ListFilesOptions {
  readonly log: Log
  /** Counts a fault by its name: list-line, list-file. */
  readonly onFault: (what: string) => void
}

export function openListFiles(options: ListFilesOptions): ListFiles {
  const known = new Map<string, BanList>()
  const unreadable = new Map<string, string>()
  const read = (file: string) => {
    unreadable.delete(file)
    const onUnreadable = (why: string) => unreadable.set(file, why)
    const list = readAgain(file, known.get(file), { ...options, onUnreadable })
    known.set(file, list)
    return list
  }
  return {
    read: (files) => new Map(files.map((file) => [file, read(file)])),
    complaints: (lists) =>
      [...lists].flatMap(([file, list]) => unreadable.get(file) ?? complaintsAbout(file, list)),
  }
}

interface Reading extends ListFilesOptions {
  readonly onUnreadable: (why: string) => void
}

function readAgain(
  file: string,
  before: BanList | undefined,
  { log, onFault, onUnreadable }: Reading,
): BanList {
  const reading = readList(file, before)
  if (reading.status === 'unreadable') {
    const { why, cause } = reading
    if (!before) throw new WrongConfig(why, { cause })
    onFault('list-file')
    onUnreadable(why)
    log.error(
      cause === undefined ? { file } : { err: cause },
      `${why}; what it held stays in force (entries: ${before.entries.length})`,
    )
    return before
  }
  const { list } = reading
  if (list === before) return list
  for (const complaint of complaintsAbout(file, list)) log.warn({ file }, complaint)
  for (const _ of list.wrong) onFault('list-line')
  if (before && before.entries.length > 0 && list.entries.length === 0) {
    log.warn({ file }, `${file} is empty now (entries: ${before.entries.length} → 0)`)
  }
  return list
}
