// The whole block list with its offences and marks, open notices and the known pictures, as lines: written, and taken back where they lack.
import { z } from 'zod'
import type { Blocks } from '../blocks.ts'
import { safeJson } from '../printable.ts'
import { type JournalLine, journalLineSchema } from '../store/journal-line.ts'
import { checkBlock } from '../store/limits.ts'
import { checkNotice } from '../store/notice-rules.ts'
import type { NoticeStore } from '../store/notice-store.ts'
import type { Block, Mark, PictureStore } from '../store/store.ts'
import { type Admission, whyNotAdmitted } from './admission.ts'
import { everyBlock } from './every-block.ts'
import { everyOpenNotice } from './every-notice.ts'
import { addOne, type Tally } from './tally.ts'

const FORMAT = 'sekisho-backup'
const VERSION = 1
const LATEST = 8_640_000_000_000_000 // ECMA-262: no time is later

interface BackedUp {
  readonly blocks: Pick<Blocks, 'page' | 'marks'>
  readonly pictures: Pick<PictureStore, 'all'>
  readonly notices: Pick<NoticeStore, 'page'>
}

/** Marks, then pictures, notices and blocks, the last added first. */
export async function* backupLines(
  { blocks, pictures, notices }: BackedUp,
  at: number,
): AsyncGenerator<string> {
  let lines = 0
  const counted = (line: object) => {
    lines++
    return safeJson(line)
  }
  yield JSON.stringify({ format: FORMAT, version: VERSION, at: new Date(at).toISOString() })
  for (const mark of await blocks.marks()) yield counted({ kind: 'mark', mark })
  for (const picture of (await pictures.all()).toReversed()) {
    yield counted({ kind: 'picture', picture })
  }
  for await (const notice of everyOpenNotice(notices)) {
    yield counted({ kind: 'notice', revision: 0, notice })
  }
  for await (const block of everyBlock(blocks)) {
    yield counted({ kind: 'block', block, evidenceAt: evidenceAtOf(block) })
  }
  yield JSON.stringify({ lines }) // what was cut off at the end of a line is noticed, too
}

/** What could not be filed, or could never be read again, is refused before the first line is taken. */
export const backupLineSchema = journalLineSchema.superRefine((line, context) => {
  const why = faultIn(line)
  if (why !== undefined) context.addIssue({ code: 'custom', message: why })
})

export type BackupReading =
  | { readonly status: 'read'; readonly lines: readonly JournalLine[] }
  | { readonly status: 'unreadable'; readonly why: string }

/** Every line is tried before the first is used: half a backup is none. In the order in which they are taken back. */
export function readBackup(text: string): BackupReading {
  const [head = '', ...rest] = text.split('\n')
  const why = whyNoHead(head)
  if (why !== undefined) return { status: 'unreadable', why }
  const isWhole = rest.pop() === '' && rest.pop() === JSON.stringify({ lines: rest.length })
  if (!isWhole) return { status: 'unreadable', why: 'its end is cut off' }
  const lines: JournalLine[] = []
  for (const [at, line] of rest.entries()) {
    const parsed = backupLine.safeParse(line)
    if (!parsed.success) return { status: 'unreadable', why: `line ${at + 2} is broken` }
    lines.push(parsed.data)
  }
  const marks = lines.filter(({ kind }) => kind === 'mark')
  const others = lines.filter(({ kind }) => kind !== 'mark').reverse()
  return { status: 'read', lines: [...marks, ...others] }
}

const backupLine = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue({ code: 'custom', message: 'is no JSON' })
      return z.NEVER
    }
  })
  .pipe(backupLineSchema)

interface RestoreOptions extends Admission {
  readonly blocks: Pick<Blocks, 'add' | 'details' | 'mark' | 'remove'>
  readonly pictures: Pick<PictureStore, 'add'>
  readonly notices: Pick<NoticeStore, 'open'>
}

/** Adds what is missing: what was lifted since stays lifted, what is blocked or known stays as it is. */
export async function restoreLines(
  lines: readonly JournalLine[],
  options: RestoreOptions,
  tally: Tally,
): Promise<void> {
  for (const line of lines) await restoreLine(line, options, tally)
}

async function restoreLine(line: JournalLine, options: RestoreOptions, tally: Tally) {
  const { pictures, notices } = options
  if (line.kind === 'mark') await restoreMark(line.mark, options, tally)
  if (line.kind === 'block') await restoreBlock(line, options, tally)
  if (line.kind === 'picture') tally.pictures += countOf(await pictures.add(line.picture), 'added')
  if (line.kind === 'notice') {
    const { status } = await notices.open(line.notice)
    tally.notices += countOf(status, 'opened')
  }
}

function countOf(outcome: string, meant: string): number {
  return outcome === meant ? 1 : 0
}

async function restoreBlock(
  { block, evidenceAt }: Extract<JournalLine, { kind: 'block' }>,
  options: RestoreOptions,
  tally: Tally,
): Promise<void> {
  const why = whyNotAdmitted(block, options)
  if (why !== undefined) tally.refused.push({ domain: block.domain, why })
  else await addOne({ block, evidenceAt }, options.blocks, tally)
}

async function restoreMark(mark: Mark, { blocks }: RestoreOptions, tally: Tally): Promise<void> {
  const known = await blocks.mark(mark.domain)
  // A mark is left by lifting, and a block that stands there now was made after it.
  if ((known && known.at >= mark.at) || (await blocks.details(mark.domain))) return
  await blocks.remove(mark)
  tally.marks++
}

function faultIn(line: JournalLine): string | undefined {
  if (line.kind === 'mark') return faultInFiled({ id: 'mark', ...line.mark }, [line.mark.at])
  if (line.kind === 'block') return faultInFiled(line.block, [line.block.since, line.evidenceAt])
  if (line.kind !== 'notice') return undefined
  return line.notice.closed ? 'is closed' : whyNot(() => checkNotice(line.notice))
}

function faultInFiled(
  filed: Pick<Block, 'id' | 'domain' | 'by'>,
  times: readonly number[],
): string | undefined {
  if (times.some((at) => !Number.isInteger(at) || Math.abs(at) > LATEST)) return 'holds no time'
  const why = whyNot(() => checkBlock(filed))
  if (why !== undefined) return why
  return /^(?:operator|positive-list|(?:rule|list):[\w.@-]{1,64})$/.test(filed.by)
    ? undefined
    : `${JSON.stringify(filed.by)} makes no blocks`
}

function whyNot(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (cause) {
    return (cause as Error).message
  }
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
