// What an actor document says about its actor, cut to what rules read.
import type { Profile } from '../facts.ts'
import type { JsonObject } from '../json.ts'
import { objectsOf, referencesOf, stringsOf, typesOf } from '../plain-keys.ts'
import { createdAt } from './creation-time.ts'

const MAX_NAME_LENGTH = 500
const MAX_SUMMARY_LENGTH = 5_000
const MAX_URL_LENGTH = 2_048

/** Undefined for a key stub: what is merely not shown to strangers must not look like a blank profile. */
export function readProfile(actor: JsonObject, now: number): Profile | undefined {
  if (stringsOf(actor.inbox).length === 0) return undefined
  const created = createdAt(actor, now)
  return {
    username: first(actor.preferredUsername, MAX_NAME_LENGTH),
    name: first(actor.name, MAX_NAME_LENGTH),
    summary: first(actor.summary, MAX_SUMMARY_LENGTH),
    ...iconOf(actor),
    fields: objectsOf(actor.attachment).filter(isField).length,
    ...(created === undefined ? {} : { createdAt: created }),
  }
}

// Misskey draws a pattern for whoever has chosen no picture.
const DRAWN = /^https?:\/\/[^/]+\/identicon\//

function iconOf({ icon }: JsonObject): Pick<Profile, 'hasIcon' | 'icon'> {
  const urls = [
    ...stringsOf(icon),
    ...objectsOf(icon).flatMap(({ url, href }) => [...referencesOf(url), ...stringsOf(href)]),
  ]
  const chosen = urls.find((url) => !DRAWN.test(url))
  if (chosen === undefined) return { hasIcon: false }
  return { hasIcon: true, ...(chosen.length <= MAX_URL_LENGTH && { icon: chosen }) }
}

function isField(object: JsonObject): boolean {
  return typesOf(object).some((type) => type.endsWith('PropertyValue'))
}

function first(value: JsonObject[string], length: number): string {
  return (stringsOf(value)[0] ?? '').slice(0, length)
}
