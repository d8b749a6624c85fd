// Reads the configuration of mastodonInboxFilter, which stood in front of many inboxes in February 2024. Pure.
import json5 from 'json5'
import { complaintOf, plainWords } from '../config/complaints.ts'
import { isTree, layOver, type Tree } from '../config/tree.ts'
import { printable } from '../printable.ts'
import { filterSchema } from './inbox-filter.ts'
import { translate } from './inbox-filter-keys.ts'

export type FilterReading =
  | {
      readonly status: 'read'
      /** In the shape of the configuration's file. */
      readonly settings: Tree
      /** What has no equivalent or another meaning here, one sentence or two each. */
      readonly notes: readonly string[]
    }
  | { readonly status: 'unreadable'; readonly why: string }

const MAX_LENGTH = 1024 * 1024 // its own sample has five thousand characters
const MAX_NOTE = 2_000
const DOMAIN = 'instance.domain is needed: the domain in your users’ handles.'

export function readInboxFilterConfig(text: string): FilterReading {
  const parsed = parse(text)
  if (parsed.status === 'unreadable') return parsed
  if (!isTree(parsed.value)) return unreadable('it holds no keys')
  const filter = filterSchema.safeParse(parsed.value, { error: plainWords })
  if (!filter.success) {
    const { path, message } = complaintOf(filter.error.issues[0]!)
    return unreadable(`${path.map(String).join('.')} ${message}`)
  }
  const parts = translate(filter.data, Object.keys(parsed.value))
  const notes = [DOMAIN, ...parts.flatMap((part) => part.notes ?? [])]
  return {
    status: 'read',
    settings: parts.map((part) => part.settings ?? {}).reduce(layOver),
    notes: notes.map((note) => printable(note, MAX_NOTE)),
  }
}

type Unreadable = Extract<FilterReading, { status: 'unreadable' }>

function unreadable(why: string): Unreadable {
  return { status: 'unreadable', why: printable(why, MAX_NOTE) }
}

/** YAML reads such a file without a complaint, and takes its // comments for parts of the keys. */
function parse(text: string): { status: 'parsed'; value: unknown } | Unreadable {
  if (text.length > MAX_LENGTH) return unreadable('it is longer than 1 MB')
  try {
    return { status: 'parsed', value: json5.parse(text) }
  } catch (cause) {
    return unreadable(`it is no valid JSON5: ${(cause as Error).message.replace(/^JSON5: /, '')}`)
  }
}
