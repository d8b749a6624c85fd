// How many bytes of strangers' pictures this process holds, from the first one that comes until they are read.
import type { Account, Standing } from './account.ts'

export interface Room {
  /** Undefined where this account holds as many pictures as it may. */
  enter(account: Account): Stay | undefined
}

export interface Stay {
  /** Asked before more of the picture is kept. */
  mayHold(bytes: number): boolean
  leave(): void
}

const MAX_BYTES = 64_000_000
/** What is left beyond is for those who are known. */
const MAX_OF_STRANGERS = 48_000_000
const SHARE = {
  known: { pictures: 32, bytes: 32_000_000 },
  stranger: { pictures: 8, bytes: 20_000_000 },
  unproved: { pictures: 4, bytes: 10_000_000 },
} as const satisfies Record<Standing, { readonly pictures: number; readonly bytes: number }>

export function openRoom(): Room {
  const held = { bytes: 0, ofStrangers: 0 }
  const shares = new Map<string, { pictures: number; bytes: number }>()
  return {
    enter({ name, standing }) {
      const share = shares.get(name) ?? { pictures: 0, bytes: 0 }
      if (share.pictures >= SHARE[standing].pictures) return undefined
      share.pictures++
      shares.set(name, share)
      const isStranger = standing !== 'known'
      const hold = (bytes: number) => {
        share.bytes += bytes
        held.bytes += bytes
        if (isStranger) held.ofStrangers += bytes
      }
      let own = 0
      return {
        mayHold(bytes) {
          const isFull = held.bytes + bytes > MAX_BYTES
          const isTheirs = isStranger && held.ofStrangers + bytes > MAX_OF_STRANGERS
          if (isFull || isTheirs || share.bytes + bytes > SHARE[standing].bytes) return false
          own += bytes
          hold(bytes)
          return true
        },
        leave() {
          hold(-own)
          share.pictures--
          if (share.pictures === 0) shares.delete(name)
        },
      }
    },
  }
}
