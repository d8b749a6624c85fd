// What scenes are made of: the place and the people, and the deliveries that come of it.
import type { JsonObject } from '../../../src/json.ts'
import type { Account, Fediverse, Person, Server } from './people.ts'
import type { Random } from './random.ts'
import { create, note, noteId, type Written } from './writing.ts'

/** One delivery to our inbox, as it is first tried. */
export interface Planned {
  readonly at: number
  readonly sender: Account
  readonly activity: JsonObject
  readonly about: About
  /** The author, where the sender carries the post with the author's own LD signature. */
  readonly carries?: Account
}

export type About =
  | { readonly kind: 'ordinary'; readonly scene: string; readonly isPost: boolean }
  /** `order`: of the posts of its wave, from 1 on. */
  | { readonly kind: 'wave'; readonly wave: WaveName; readonly order: number }
  /** What a wave sends first to look harmless. */
  | { readonly kind: 'prelude' }
  /** Of ordinary people on a server where spammers signed up. */
  | { readonly kind: 'neighbour' }

export interface WaveName {
  readonly shape: string
  readonly evasion: string
  readonly isBanned: boolean
  readonly number: number
}

/** Says the same to everybody who follows it, once a day. */
export interface Bot {
  readonly account: Account
  readonly readers: readonly Person[]
}

export interface Stage {
  readonly random: Random
  readonly fediverse: Fediverse
  readonly servers: readonly Server[]
  /** Ours. */
  readonly locals: readonly Person[]
  /** Remote authors whom some of ours follow. */
  readonly followed: readonly Account[]
  /** Remote people who talk with ours now and then. */
  readonly acquaintances: readonly Account[]
  readonly relays: readonly Account[]
  readonly groups: readonly Account[]
  readonly bots: readonly Bot[]
  /** Established, and never here before. */
  stranger(at: number): Account
  newcomer(at: number): Account
}

/** A scene begins at the time given; what it is called is how it is counted. */
export type Scene = (stage: Stage, at: number) => readonly Planned[]

/** Somebody's post in one line. */
export function says(
  stage: Stage,
  scene: string,
  words: Omit<Written, 'id'> & { readonly id?: string },
): Planned {
  const id = words.id ?? noteId(words.by, stage.fediverse.serial())
  return delivered(scene, words.by, { at: words.at, activity: create(note({ ...words, id })) })
}

export function delivered(
  scene: string,
  sender: Account,
  { at, activity }: Pick<Planned, 'at' | 'activity'>,
): Planned {
  const isPost = ['Create', 'Update', 'Announce'].includes(String(activity.type))
  return { at, sender, activity, about: { kind: 'ordinary', scene, isPost } }
}

/** A post that one of ours wrote: nobody sends it to us. */
export function localPost({ random, fediverse }: Stage, by: Person): string {
  return `${by.id}/statuses/${fediverse.serial() + random.below(9)}`
}

/** Rising at first, then fading: when the answers to something come. */
export function soon(random: Random, spanMs: number): number {
  return Math.floor(random.next() ** 2 * spanMs) + 1_000
}
