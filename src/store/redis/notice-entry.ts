// A notice as Redis keeps it: '<place>|<revision>|<domain>|<JSON>'.
import { parseNotice } from '../journal-line.ts'
import type { Notice } from '../notice-store.ts'

export interface NoticeEntry {
  readonly place: number
  readonly revision: number
  readonly notice: Notice
}

export function parseEntry(entry: string): NoticeEntry {
  const [head = '', place, revision] = /^(\d+)\|(\d+)\|[^|]*\|/.exec(entry) ?? []
  const notice = parseNotice(entry.slice(head.length))
  return { place: Number(place), revision: Number(revision), notice }
}
