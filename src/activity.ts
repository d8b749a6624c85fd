// The activity in two views: the plain keys that Mastodon and Misskey read, and what Fedify reads as JSON-LD.
import { Announce, Object as APObject, Create, Update } from '@fedify/vocab'
import { withBundledContexts } from './fedify/contexts.ts'
import { type ExpandedNode, expandOnce, installExpandOnce, termsIn } from './fedify/expand.ts'
import { beyondJsonLdLimits } from './fedify/limits.ts'
import { QUIET } from './fedify/quiet.ts'
import { slim } from './fedify/slim.ts'
import { viewOf } from './fedify/view.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { type Doubts, isWithoutContent, meaningOf } from './meaning.ts'
import { isObject, plainName } from './plain-keys.ts'

/** Plain keys, nothing expanded. */
export interface RawActivity {
  readonly json: JsonObject
  readonly id: string | undefined
  readonly types: readonly string[]
  /** Ids of every `actor`; more than one is ambiguous. */
  readonly actors: readonly string[]
  readonly objectId: string | undefined
  /** Of all objects, embedded or not. */
  readonly objectIds: readonly string[]
  /** Embedded objects; empty when `object` is only an id. */
  readonly objects: readonly JsonObject[]
  /** Where its contexts may make something else of it. */
  readonly doubts: Doubts
  /** Its own contexts give another meaning, or none, to a term that everybody knows. */
  readonly isRemapped: boolean
}

/** What Fedify saw, as plain data. */
export interface FedifyView {
  readonly types: readonly string[]
  readonly actors: readonly string[]
  readonly attributedTo: readonly string[]
  /** to, cc, bto, bcc, audience of the activity and its objects. */
  readonly addressed: readonly string[]
  readonly mentions: readonly { readonly href: string; readonly name: string }[]
  readonly texts: readonly { readonly at: string; readonly text: string }[]
  readonly urls: readonly { readonly at: string; readonly url: string }[]
  readonly attachments: number
}

export type FedifyReading =
  | { readonly status: 'parsed'; readonly view: FedifyView }
  /** Not for Fedify: carries no content, or is beyond the limits; the raw view alone decides. */
  | { readonly status: 'skipped'; readonly why: string }
  | { readonly status: 'failed'; readonly why: string }

/** `flags`: what readJson noticed. */
export function readActivity(json: JsonObject, flags: readonly string[] = []): RawActivity {
  const objects = membersOf(json, 'object')
  const types = typesOf(json)
  const objectIds = idsOf(objects)
  return {
    json,
    id: idsOf(membersOf(json, 'id'))[0],
    types,
    actors: [...new Set(idsOf(membersOf(json, 'actor')))],
    objectId: objectIds[0],
    objectIds,
    objects: objects.filter(isObject),
    ...meaningOf({ json, types, isCollected: flags.includes('collection') }),
  }
}

/** What Fedify must read too: all but the kinds that are never judged by content. */
export function carriesContent({ types, objects, objectId, doubts }: RawActivity): boolean {
  if (doubts.kind) return true
  const kinds = new Set(types)
  const isPointing = kinds.delete('Announce') || kinds.has('Add')
  // Without an id either, the object hides under a name that only JSON-LD knows.
  const isHidden = isPointing && (objects.length > 0 || objectId === undefined)
  return isHidden || !(isWithoutContent(kinds) || (isPointing && kinds.size === 0))
}

export interface FedifyReader {
  read(raw: RawActivity): Promise<FedifyReading>
}

export function fedifyReader(): FedifyReader {
  installExpandOnce()
  return {
    async read(raw) {
      if (!carriesContent(raw)) return { status: 'skipped', why: 'carries no content' }
      const json = withBundledContexts(slim(raw.json))
      const beyond = beyondJsonLdLimits(json)
      return beyond ? { status: 'skipped', why: beyond } : parse(json)
    },
  }
}

async function parse(json: JsonObject): Promise<FedifyReading> {
  try {
    const node = await expandOnce(json)
    if (!node) return { status: 'failed', why: 'the document does not come down to one node' }
    const types = typesOfNode(node)
    const Class = types.length === 1 ? (CLASSES.get(types[0]!) ?? APObject) : APObject
    const root = await Class.fromJsonLd(node, PARSING)
    return { status: 'parsed', view: await viewOf(root, types, termsIn(node)) }
  } catch (error) {
    // Bad dates, ids and types throw: the raw view alone decides then.
    return { status: 'failed', why: error instanceof Error ? error.message : String(error) }
  }
}

// Spares the search for the class where it is plain.
const CLASSES = new Map<string, typeof Create | typeof Update | typeof Announce>([
  ['Create', Create],
  ['Update', Update],
  ['Announce', Announce],
])

// Without `_fromSubclass` every object keeps a deep copy of its JSON, a tenth of the time.
const PARSING = { ...QUIET, _fromSubclass: true }

const VOCABULARY = 'https://www.w3.org/ns/activitystreams#'

/** Every value that a reader of plain keys, or of compacted JSON-LD, finds under this name. */
function membersOf(json: JsonObject, name: keyof typeof SPELLINGS): JsonValue[] {
  const members: JsonValue[] = []
  for (const key of SPELLINGS[name]) {
    const value = json[key]
    if (value !== undefined) members.push(...flatten(value))
  }
  return members
}

const SPELLINGS = {
  id: ['id', '@id'],
  type: ['type', '@type'],
  actor: ['actor', 'as:actor', `${VOCABULARY}actor`],
  object: ['object', 'as:object', `${VOCABULARY}object`],
}

const MAX_LEVELS = 32 // json.ts lets no deeper array through

function flatten(value: JsonValue): readonly JsonValue[] {
  if (typeof value === 'string') return [value] // nearly always
  return arrayOf(value).flatMap((entry) => {
    const inner = isObject(entry) ? (entry['@list'] ?? entry['@set']) : undefined
    return inner === undefined ? [entry] : arrayOf(inner)
  })
}

function arrayOf(value: JsonValue | undefined): JsonValue[] {
  const entries = ([value] as unknown[]).flat(MAX_LEVELS) as (JsonValue | undefined)[]
  return entries.filter((entry) => entry !== undefined && entry !== null)
}

function idsOf(values: readonly JsonValue[]): string[] {
  const ids = values.flatMap((value) => (isObject(value) ? membersOf(value, 'id') : value))
  return ids.filter((id): id is string => typeof id === 'string' && id !== '')
}

function typesOf(json: JsonObject): string[] {
  const types = membersOf(json, 'type').filter((type) => typeof type === 'string')
  return [...new Set(types.map(plainName))]
}

function typesOfNode(node: ExpandedNode): string[] {
  const types = node['@type']
  return Array.isArray(types) ? types.map((type) => plainName(String(type))) : []
}
