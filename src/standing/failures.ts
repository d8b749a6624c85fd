// Notices that a server did not deal with, and which of them the operator forgave by lifting its block.
import type { Notice, NoticeEnd } from '../store/notice-store.ts'

const FAILED: ReadonlySet<NoticeEnd> = new Set(['not-dealt-with', 'blocked'])

export function isFailure(how: NoticeEnd): boolean {
  return FAILED.has(how)
}

/** Whoever lifts a block says that what it was founded on was wrong, or is settled. */
export function isForgiven({ closed }: Notice, liftedAt: number | undefined): boolean {
  if (!closed || liftedAt === undefined) return false
  return isFailure(closed.how) && closed.at < liftedAt
}

/** The forgiven ones count as if the operator had dismissed them. */
export function withForgiven(
  notices: readonly Notice[],
  liftedAt: number | undefined,
): readonly Notice[] {
  return notices.map((notice) => {
    if (!notice.closed || !isForgiven(notice, liftedAt)) return notice
    return { ...notice, closed: { ...notice.closed, how: 'dismissed' } }
  })
}
