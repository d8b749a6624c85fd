// The known pictures in Redis as a list that is whole: what Redis lost is given back, out of what this process read last
// and of this machine's ledger.
import type { PictureLine } from '../journal-line.ts'
import { parsePicture } from '../journal-line.ts'
import type { Log } from '../log.ts'
import type { KnownPicture } from '../store.ts'
import { KEYS } from './keys.ts'
import type { Ledger } from './ledger.ts'
import type { Link, Script } from './link.ts'
import * as scripts from './picture-scripts.ts'

const READ_AT_ONCE = 200 // some 2 KB each
const RESTORED_AT_ONCE = 100
const ROUNDS = 3

export interface PictureList {
  /** Resolves to the version of a list that is whole; gives back what was lost before. */
  settle(): Promise<string>
  /** The whole list as it was at one moment, in the order of adding. */
  read(): Promise<readonly KnownPicture[]>
}

export interface PictureListOptions {
  readonly slow: Link
  readonly ledger: Ledger
  readonly log: Log
  readonly onFault: (what: string) => void
}

interface State {
  /** '' when the list is consistent in itself. */
  readonly wrong: string
  readonly epoch: string
  readonly changes: number
}

export function openPictureList(options: PictureListOptions): PictureList {
  const { slow } = options
  let known: State | undefined
  let copy: readonly KnownPicture[] = []
  let mending: Promise<State> | undefined

  async function settle(): Promise<State> {
    const found = await look(slow)
    if (known !== undefined && whyLost(found, known) === '') known = found
    else {
      mending ??= mend({ found, known, copy }, options).finally(() => {
        mending = undefined
      })
      known = await mending
    }
    return known
  }

  return {
    settle: async () => versionOf(await settle()),
    async read() {
      for (let round = 0; round < ROUNDS; round++) {
        const before = await settle()
        const pictures = await scan(slow)
        const after = await look(slow)
        if (after.wrong !== '' || versionOf(after) !== versionOf(before)) continue
        copy = pictures
        return pictures
      }
      throw new Error('the known pictures keep changing while they are read')
    },
  }
}

async function look(slow: Link): Promise<State> {
  const reply = await slow.run(scripts.LOOK, scripts.PICTURE_KEYS, [])
  const [wrong, epoch, changes] = reply as [string, string, string]
  return { wrong, epoch, changes: Number(changes) }
}

function whyLost(found: State, known: State | undefined): string {
  if (found.wrong !== '' || known === undefined) return found.wrong
  if (found.epoch !== known.epoch) return 'it is another list'
  return found.changes < known.changes ? 'it was set back' : ''
}

interface Loss {
  readonly found: State
  readonly known: State | undefined
  readonly copy: readonly KnownPicture[]
}

/** Also done once at the start: another machine may have named an emptied list before this one came. */
async function mend(
  { found, known, copy }: Loss,
  { slow, ledger, log, onFault }: PictureListOptions,
): Promise<State> {
  const lines = await ledger.pictures()
  const why = whyLost(found, known)
  const isLoss = why !== '' && (known !== undefined || lines.length > 0)
  if (isLoss) {
    onFault('pictures-lost')
    log.error(`Redis lost the known pictures: ${why}`)
  }
  await giveBack(slow, [...copy.map(asLine), ...lines])
  const isOther = found.wrong === '' && found.epoch !== known?.epoch
  if (why !== '' && !isOther) await slow.run(scripts.NAME, scripts.PICTURE_KEYS, [found.epoch])
  const after = await look(slow)
  if (after.wrong !== '') throw new Error(`the known pictures are not restored: ${after.wrong}`)
  if (isLoss) log.warn('Redis was given back the known pictures')
  return after
}

const asLine = (picture: KnownPicture): PictureLine => ({ kind: 'picture', picture })

/** Removals first: what was added before them stays away. */
async function giveBack(slow: Link, lines: readonly PictureLine[]): Promise<void> {
  const last = new Map(lines.map((line) => [idOf(line), line]))
  const removals: (string | number)[][] = []
  const additions: (string | number)[][] = []
  for (const [id, line] of last) {
    if (line.kind === 'picture-removed') removals.push([id, line.at])
    else additions.push([id, line.picture.addedAt, JSON.stringify(line.picture)])
  }
  await inBatches(slow, scripts.RESTORE_REMOVALS, removals)
  await inBatches(slow, scripts.RESTORE, additions)
}

function idOf(line: PictureLine): string {
  return line.kind === 'picture' ? line.picture.id : line.id
}

async function inBatches(
  slow: Link,
  code: Script,
  rows: readonly (readonly (string | number)[])[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += RESTORED_AT_ONCE) {
    await slow.run(code, scripts.PICTURE_KEYS, rows.slice(at, at + RESTORED_AT_ONCE).flat())
  }
}

/** A hash that grows meanwhile may show one twice. */
async function scan(slow: Link): Promise<readonly KnownPicture[]> {
  const found = new Map<string, { readonly place: number; readonly picture: KnownPicture }>()
  for (let cursor: string | undefined = '0'; cursor !== undefined; ) {
    const reply = await slow.call('HSCAN', KEYS.pictures, cursor, 'COUNT', READ_AT_ONCE)
    const [next, pairs] = reply as [string, string[]]
    for (let at = 0; at < pairs.length; at += 2) found.set(pairs[at]!, parseEntry(pairs[at + 1]!))
    cursor = next === '0' ? undefined : next
  }
  const ordered = [...found.values()].sort((a, b) => a.place - b.place)
  return ordered.map(({ picture }) => picture)
}

/** `<place>|<time of adding>|<JSON>`. */
export function parseEntry(entry: string): {
  readonly place: number
  readonly picture: KnownPicture
} {
  const [head = '', place] = /^(\d+)\|\d+\|/.exec(entry) ?? []
  return { place: Number(place), picture: parsePicture(entry.slice(head.length)) }
}

function versionOf({ epoch, changes }: State): string {
  return `${epoch} ${changes}`
}
