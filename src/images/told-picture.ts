// A known picture as people are told of it: the hashes that are derived from it say nothing to them, and fill pages.
import type { KnownPicture } from '../store/store.ts'

export type ToldPicture = Omit<KnownPicture, 'hashes' | 'blurhashes'>

/** The id is the SHA-256 of its bytes, and stays. */
export function toldPicture({ id, name, note, addedAt }: KnownPicture): ToldPicture {
  return { id, name, ...(note !== undefined && { note }), addedAt }
}
