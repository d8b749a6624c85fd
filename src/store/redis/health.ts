// Is the list in Redis the one that we know? Pure: what Redis says of itself against what a process remembers.

export const NO_CHANGE = '0-0'

export interface Health {
  /** '' when the list is consistent in itself. */
  readonly wrong: string
  readonly epoch: string
  readonly entries: number
  /** Stream ids of the newest change and of the oldest that is kept. */
  readonly newest: string
  readonly oldest: string
  /** The stream has lost its beginning. */
  readonly isCut: boolean
  readonly isRestoring: boolean
  /** A change that was asked for was never made in this history. */
  readonly isAbsent: boolean
}

/** Where in which history a copy was taken. */
export interface Position {
  readonly epoch: string
  readonly change: string
}

export type Judgement =
  | { readonly kind: 'whole' }
  /** Nobody has named it: new, or all that is left. */
  | { readonly kind: 'nameless' }
  | { readonly kind: 'lost'; readonly why: string }

export function parseHealth(reply: unknown): Health {
  if (!Array.isArray(reply)) throw new TypeError('Redis did not answer what it was asked')
  const [wrong, epoch, entries, newest, oldest, cut, restoring, absent] = reply.map(String)
  return {
    wrong: wrong ?? '',
    epoch: epoch ?? '',
    entries: Number(entries),
    newest: newest ?? '',
    oldest: oldest ?? '',
    isCut: cut === '1',
    isRestoring: restoring === '1',
    isAbsent: Number(absent) > 0,
  }
}

export function judge(health: Health, known: Position | undefined): Judgement {
  const isNameless = health.epoch === '' && !health.isRestoring
  if (isNameless && known === undefined) return { kind: 'nameless' }
  if (health.wrong !== '') return { kind: 'lost', why: health.wrong }
  if (known === undefined) return { kind: 'whole' }
  if (health.epoch !== known.epoch) return { kind: 'lost', why: 'it is another list' }
  if (health.isAbsent) return { kind: 'lost', why: 'it was set back' }
  return { kind: 'whole' }
}

/** True when changes after `change` may have left the stream already. */
export function hasGap(health: Health, change: string): boolean {
  return health.isCut && isAfter(health.oldest, change)
}

/** Of two stream ids, `<milliseconds>-<number>`. */
function isAfter(a: string, b: string): boolean {
  const [aTime = 0, aNumber = 0] = a.split('-').map(Number)
  const [bTime = 0, bNumber = 0] = b.split('-').map(Number)
  return aTime > bTime || (aTime === bTime && aNumber > bNumber)
}

export function versionOf({ epoch, change }: Position): string {
  return `${epoch} ${change}`
}

export function parseVersion(version: string): Position {
  const [epoch = '', change = NO_CHANGE] = version.split(' ')
  return { epoch, change }
}
