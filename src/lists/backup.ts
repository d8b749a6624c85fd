// The whole block list as lines, with evidence and marks: written, and taken back into a list that lacks them.
import type { Blocks } from '../blocks.ts'
import { type JournalLine, parseJournalLine } from '../store/journal-line.ts'
import type { Block } from '../store/store.ts'
import { everyBlock } from './undo-blocks.ts'

const FORMAT = 'sekisho-backup'
const VERSION = 1

/** Marks first, then blocks from the first added to the last, so that a list read in this order comes out the same. */
export async function* backupLines(
  blocks: Pick<Blocks, 'page' | 'marks'>,
  at: number,
): AsyncGenerator<string> {
  yield JSON.stringify({ format: FORMAT, version: VERSION, at: new Date(at).toISOString() })
  for (const mark of await blocks.marks()) yield JSON.stringify({ kind: 'mark', mark })
  const all: Block[] = []
  for await (const block of everyBlock(blocks)) all.push(block)
  for (const block of all.reverse()) {
    yield JSON.stringify({ kind: 'block', block, evidenceAt: evidenceAtOf(block) })
  }
}

export type BackupReading =
  | { readonly status: 'read'; readonly lines: readonly string[] }
  | { readonly status: 'unreadable'; readonly why: string }

/** Every line is tried before the first is used: half a backup is none. */
export function readBackup(text: string): BackupReading {
  const [head = '', ...rest] = text.split('\n')
  const why = whyNoHead(head)
  if (why !== undefined) return { status: 'unreadable', why }
  if (rest.pop() !== '') return { status: 'unreadable', why: 'its last line is cut off' }
  for (const [at, line] of rest.entries()) {
    try {
      parseJournalLine(line)
    } catch {
      return { status: 'unreadable', why: `line ${at + 2} is broken` }
    }
  }
  return { status: 'read', lines: rest }
}

export interface Restored {
  readonly added: number
  readonly existed: number
  readonly marks: number
  readonly refused: readonly { readonly domain: string; readonly why: string }[]
}

type RestoringBlocks = Pick<Blocks, 'add' | 'details' | 'mark' | 'remove'>

/** Adds what is missing: what was lifted since stays lifted, what is blocked stays as it is. */
export async function restoreLines(
  lines: readonly JournalLine[],
  blocks: RestoringBlocks,
): Promise<Restored> {
  const refused: { domain: string; why: string }[] = []
  const count = { added: 0, existed: 0, marks: 0 }
  for (const line of lines) {
    const outcome = await restoreOne(line, blocks)
    if (outcome === 'lifted') refused.push(liftedSince(line))
    else if (outcome !== 'nothing') count[outcome]++
  }
  return { ...count, refused }
}

type Outcome = keyof Omit<Restored, 'refused'> | 'lifted' | 'nothing'

async function restoreOne(line: JournalLine, blocks: RestoringBlocks): Promise<Outcome> {
  if (line.kind === 'identity') return 'nothing'
  if (line.kind === 'block') {
    const { block, evidenceAt } = line
    const outcome = await blocks.add({ block, evidenceAt })
    if (outcome === 'marked') return 'lifted'
    return outcome === 'existed' ? 'existed' : 'added'
  }
  const { mark } = line
  const known = await blocks.mark(mark.domain)
  // A mark is left by lifting, and a block that stands there now was made after it.
  if ((known && known.at >= mark.at) || (await blocks.details(mark.domain))) return 'nothing'
  await blocks.remove(mark)
  return 'marks'
}

function liftedSince(line: JournalLine): { domain: string; why: string } {
  const domain = line.kind === 'block' ? line.block.domain : ''
  return { domain, why: `${domain} was lifted after that.` }
}

/** The operator's word counts from when it was given; a rule's evidence may be older than its block. */
function evidenceAtOf({ since, offences }: Block): number {
  return Math.max(since + 1, ...offences.map(({ at }) => at))
}

function whyNoHead(text: string): string | undefined {
  const [, version] = /^\{"format":"sekisho-backup","version":(\d+)[,}]/.exec(text) ?? []
  if (version === undefined) return 'it does not begin as a backup of Sekisho does'
  if (Number(version) <= VERSION) return undefined
  return `it was written by a newer version of Sekisho (format ${version}, this one reads ${VERSION})`
}
