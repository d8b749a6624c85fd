// Lists of bare domains, one a line: with # comments as people keep them, and as Misskey holds its blocked hosts.
import { linesIn } from './lines.ts'
import type { AddRow } from './listed.ts'

/** What follows a # is the reason; a line of nothing else speaks of no domain. */
export function readPlain(text: string, add: AddRow): undefined {
  for (const { line, content } of linesIn(text)) {
    const hash = content.search(/(^|\s)#/)
    const name = (hash < 0 ? content : content.slice(0, hash)).trim()
    const reason = hash < 0 ? '' : content.slice(hash).replace(/^\s*#/, '').trim()
    if (name !== '') add({ line, name, reason, note: '', written: () => content })
  }
}

/** Misskey knows no comments. */
export function readMisskey(text: string, add: AddRow): undefined {
  for (const { line, content } of linesIn(text)) {
    add({ line, name: content.trim(), reason: '', note: '', written: () => content })
  }
}
