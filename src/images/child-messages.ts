// What the relay and the process that reads pictures for it say to each other.
import type { PictureBans, Sight } from './sight.ts'

/** `job` is the asker's number; a child works on one at a time. */
export type ToChild =
  | { readonly kind: 'bans'; readonly bans: PictureBans }
  | {
      readonly kind: 'look'
      readonly job: number
      readonly bytes: Uint8Array
      /** Look at everything, whatever is found, and tell what was recognised. */
      readonly isThorough: boolean
    }
  /** Hashes for a picture that is to be known from now on. */
  | { readonly kind: 'fingerprint'; readonly job: number; readonly bytes: Uint8Array }
  /** How the recogniser reads this host when it is drawn. */
  | { readonly kind: 'learn'; readonly job: number; readonly host: string }

export type FromChild =
  | { readonly kind: 'ready' }
  | { readonly kind: 'seen'; readonly job: number; readonly sight: Sight }
  | { readonly kind: 'fingerprinted'; readonly job: number; readonly print: Fingerprinted }
  | { readonly kind: 'learned'; readonly job: number; readonly learned: Learned }

export type Fingerprinted =
  | {
      readonly status: 'hashed'
      readonly hashes: readonly string[]
      readonly blurhashes: readonly string[]
    }
  | { readonly status: 'unread'; readonly why: string }

export type Learned =
  | { readonly status: 'learned'; readonly readAs: readonly string[] }
  /** Why this host can't be told from a drawing: no font has its letters, kana alone, … */
  | { readonly status: 'unreadable'; readonly why: string }
