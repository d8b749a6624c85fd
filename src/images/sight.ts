// What is seen in one picture, and what of it is banned.
import type { KnownPicture } from '../store/store.ts'

/** How a picture gives itself away; `text-alike`: a path is drawn that only looks like a banned one. */
export type How = 'hash' | 'qr' | 'text' | 'text-alike' | 'blurhash'

export interface PictureFinding {
  readonly how: How
  /** What was recognised: the known picture's id, the QR code's contents, the drawn line, the blurhash. */
  readonly value: string
  /** For the operator: `QR code leads to discord.gg/abc`. */
  readonly why: string
}

/** Whole milliseconds by stage, those that were reached: fetch, decode, hash, qr, gate, text. */
export type Stages = Readonly<Record<string, number>>

export interface Seen {
  readonly status: 'seen'
  /** Empty where nothing banned is in it. The first is enough: what comes after may not have been looked at. */
  readonly findings: readonly PictureFinding[]
  /** There is more in it than was read, pages, codes or text: what was not read may be anything. */
  readonly isPartial?: true
  readonly stages: Stages
  /** Where it was asked for. */
  readonly detail?: Detail
}

export interface Unread {
  readonly status: 'unread'
  readonly why: string
  /** Another try may read it: a host that was slow, a child that was killed. Not: a bomb, no picture. */
  readonly isPassing: boolean
  /** The process that read it was lost over it. */
  readonly isFatal?: true
  /** For the sake of who asked, or because nobody waited: it says nothing of the picture, and another may ask. */
  readonly isTurnedAway?: true
  readonly stages: Stages
}

export type Sight = Seen | Unread

/** Everything that was recognised, banned or not, for showing it to the operator. */
export interface Detail {
  readonly format: string
  /** As it is shown, orientation applied; boxes are in these pixels. */
  readonly width: number
  readonly height: number
  readonly pages: number
  readonly nearest?: {
    readonly id: string
    readonly name: string
    /** Bits of 256 that differ. */
    readonly distance: number
    /** Up to here, it is that picture; plain pictures look alike sooner. */
    readonly limit: number
  }
  readonly codes: readonly { readonly text: string; readonly box: Box }[]
  readonly lines: readonly { readonly text: string; readonly score: number; readonly box: Box }[]
}

/** Four corners, x and y, clockwise from the upper left as the text runs. */
export type Box = readonly (readonly [x: number, y: number])[]

/** What pictures are held against. */
export interface PictureBans {
  /** Another one whenever anything else here is. */
  readonly version: string
  /** As in `banned.urls` and its files. */
  readonly urls: readonly string[]
  readonly known: readonly Pick<KnownPicture, 'id' | 'name' | 'hashes' | 'blurhashes'>[]
  /** What the recogniser makes of drawn hosts in scripts that it does not know. */
  readonly aliases: readonly DrawnAlias[]
}

export interface DrawnAlias {
  /** The entry of `urls` that is meant. */
  readonly entry: string
  readonly readAs: readonly string[]
}
