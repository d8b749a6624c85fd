// A raid in a few words: who is good, who is not, what they post, and worlds that end with their test.
import { onTestFinished } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { ALICE, aCreate, aNote, type NoteTraits } from './build.ts'
import { startWorld, type World, type WorldSetup } from './world.ts'

export const MOMO = 'https://good.example/users/momo'
export const SPAMMER = 'https://spam.example/users/btjcwrbzin'
export const BANNED = '--banned.urls=raid.example/join'
export const LURE = 'https://raid.example/join'
export const RAID = `<a href="${LURE}">${LURE}</a>`
export const STRANGERS = [1, 2, 3, 4].map((each) => `https://server${each}.example/users/p${each}`)

export async function aWorld(setup: WorldSetup = {}): Promise<World> {
  const world = await startWorld(setup)
  onTestFinished(() => world.close())
  return world
}

let count = 0

/** A post as it is written now: evidence older than two days is never held against anybody. */
export function aPost(traits: NoteTraits & { readonly by: string }): JsonObject {
  const { also, ...rest } = traits
  const id = `${rest.by}/statuses/${++count}`
  return aCreate(aNote({ ...rest, also: { id, published: new Date().toISOString(), ...also } }))
}

/** A post with the banned link that reaches one of ours. */
export function raidPost(by: string, also?: JsonObject): JsonObject {
  return aPost({ by, text: RAID, mentions: [ALICE], ...(also && { also }) })
}

/** Mentions enough people, one of ours among them, to be a flood. */
export function floodPost(by: string, text = 'good evening'): JsonObject {
  return aPost({ by, text, mentions: [ALICE, ...STRANGERS] })
}

/** Any activity of somebody's, with an id of its own. */
export function anActivity(by: string, type: string, object: unknown): JsonObject {
  const id = `${by}#${++count}`
  return {
    '@context': 'https://www.w3.org/ns/activitystreams',
    id,
    type,
    actor: by,
    object,
  } as JsonObject
}
