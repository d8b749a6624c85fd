// What may be a picture, before anything of it is decoded: so many bytes, the first of them a picture's.
import { kindOf } from './magic.ts'

/** Of a file, fetched or not. */
export const MAX_PICTURE_BYTES = 10_000_000

/** Why the first bytes of something are no picture's; undefined where they are. */
export function whyNoPicture(head: Uint8Array): string | undefined {
  const kind = kindOf(head)
  return kind.status === 'other' ? kind.why : undefined
}
