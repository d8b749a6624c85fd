// Some suspicions are not for those who have been around for a while.
import type { Facts } from '../facts.ts'

/** True only of accounts known to be that old: one whose age nobody knows is not established. */
export function isEstablished({ profile, now }: Facts, afterMs: number): boolean {
  return profile?.createdAt !== undefined && now - profile.createdAt > afterMs
}
