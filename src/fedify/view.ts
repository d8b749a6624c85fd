// Fedify's objects as plain data: whom a post addresses and mentions, what it says and where it points.
import {
  Activity,
  type Object as APObject,
  isActor,
  type LanguageString,
  Link,
  Mention,
  PropertyValue,
  Question,
} from '@fedify/vocab'
import type { FedifyView } from '../activity.ts'
import { QUIET } from './quiet.ts'

/** `terms`: every property that the expanded document has anywhere; what is in none of its nodes is not asked for. */
export async function viewOf(
  root: APObject,
  types: readonly string[],
  terms: ReadonlySet<string>,
): Promise<FedifyView> {
  const found: Found = {
    kinds: CHILDREN.filter(([name]) => terms.has(`${VOCABULARY}${name}`)),
    texts: [],
    urls: [],
    mentions: [],
    people: new Set(),
    attributed: new Set(),
  }
  const attachments = await visitObject(root, '', found)
  return {
    types,
    actors: root instanceof Activity ? root.actorIds.map((id) => id.href) : [],
    attributedTo: [...found.attributed],
    addressed: [...found.people],
    mentions: found.mentions,
    texts: found.texts,
    urls: found.urls,
    attachments,
  }
}

// An embedded object counts as what it says it is: it is judged here, not believed.
const READING = { ...QUIET, crossOrigin: 'trust', suppressError: true } as const

interface Found {
  readonly kinds: typeof CHILDREN
  readonly texts: { at: string; text: string }[]
  readonly urls: { at: string; url: string }[]
  readonly mentions: { href: string; name: string }[]
  readonly people: Set<string>
  readonly attributed: Set<string>
}

type Thing = APObject | Link | PropertyValue
type Text = string | LanguageString | null | undefined

/** Resolves to the number of attachments in it and below. */
async function visit(thing: Thing, at: string, found: Found): Promise<number> {
  if (thing instanceof PropertyValue) {
    addTexts(found, `${at}.name`, [thing.name])
    addTexts(found, `${at}.value`, [thing.value])
    return 0
  }
  if (!(thing instanceof Link)) return visitObject(thing, at, found)
  addTexts(found, `${at}.name`, thing.names)
  addUrls(found, `${at}.href`, [thing.href])
  if (thing instanceof Mention) {
    found.mentions.push({ href: thing.href?.href ?? '', name: String(thing.name ?? '') })
  }
  return 0
}

async function visitObject(object: APObject, at: string, found: Found): Promise<number> {
  const prefix = at === '' ? '' : `${at}.`
  addOwn(object, prefix, found)
  let attachments = 0
  for (const [name, childrenOf] of found.kinds) {
    const children = childrenOf(object)
    if (children) attachments += await visitAll(children, `${prefix}${name}`, found)
  }
  return attachments
}

async function visitAll(children: AsyncIterable<Thing>, at: string, found: Found): Promise<number> {
  const isAttachment = at.endsWith('attachment')
  let attachments = 0
  let index = 0
  for await (const child of children) {
    const isFirstObject = index === 0 && at.endsWith('object')
    attachments += await visit(child, isFirstObject ? at : `${at}[${index}]`, found)
    if (isAttachment && !(child instanceof PropertyValue)) attachments++
    index++
  }
  return attachments
}

type ChildrenOf = (object: APObject) => AsyncIterable<Thing> | undefined

const VOCABULARY = 'https://www.w3.org/ns/activitystreams#'

/** What holds other objects, by its name in the vocabulary. */
const CHILDREN: readonly (readonly [name: string, childrenOf: ChildrenOf])[] = [
  ['object', (object) => (object instanceof Activity ? object.getObjects(READING) : undefined)],
  ['oneOf', (poll) => (poll instanceof Question ? poll.getExclusiveOptions(READING) : undefined)],
  ['anyOf', (poll) => (poll instanceof Question ? poll.getInclusiveOptions(READING) : undefined)],
  ['attachment', (object) => object.getAttachments(READING)],
  ['tag', (object) => object.getTags(READING)],
  ['icon', (object) => object.getIcons(READING)],
  ['image', (object) => object.getImages(READING)],
  ['preview', (object) => object.getPreviews(READING)],
  ['inReplyTo', (object) => object.getReplyTargets(READING)],
  ['location', (object) => object.getLocations(READING)],
  ['generator', (object) => object.getGenerators(READING)],
]

function addOwn(object: APObject, prefix: string, found: Found): void {
  addTexts(found, `${prefix}content`, object.contents)
  addTexts(found, `${prefix}name`, object.names)
  addTexts(found, `${prefix}summary`, object.summaries)
  addTexts(found, `${prefix}source.content`, object.source?.contents ?? [])
  addUrls(found, `${prefix}id`, [object.id])
  addUrls(found, `${prefix}url`, object.urls.map(targetOf))
  addUrls(found, `${prefix}inReplyTo`, object.replyTargetIds)
  addUrls(found, `${prefix}attachment`, object.attachmentIds)
  if (object instanceof Activity) addUrls(found, `${prefix}object`, object.objectIds)
  if ('quoteUrl' in object) addUrls(found, `${prefix}quoteUrl`, [object.quoteUrl as URL | null])
  if ('quoteId' in object) addUrls(found, `${prefix}quote`, [object.quoteId as URL | null])
  if (isActor(object)) {
    addTexts(found, `${prefix}preferredUsername`, object.preferredUsernames)
    addUrls(found, `${prefix}alsoKnownAs`, object.aliasIds)
    addUrls(found, `${prefix}movedTo`, [object.successorId])
  }
  const { toIds, ccIds, btoIds, bccIds, audienceIds } = object
  addAll(found.people, [toIds, ccIds, btoIds, bccIds, audienceIds].flat())
  addAll(found.attributed, object.attributionIds)
}

function targetOf(url: URL | Link): URL | null {
  return url instanceof Link ? url.href : url
}

function addAll(set: Set<string>, ids: readonly URL[]): void {
  for (const id of ids) set.add(id.href)
}

function addTexts(found: Found, at: string, texts: readonly Text[]): void {
  for (const text of new Set(texts.map((each) => String(each ?? '')))) {
    if (text !== '') found.texts.push({ at, text })
  }
}

function addUrls(found: Found, at: string, urls: readonly (URL | null)[]): void {
  for (const url of urls) {
    if (url) found.urls.push({ at, url: url.href })
  }
}
