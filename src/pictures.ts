// What the pictures of a post show: looked at only while nothing else condemns it, within the time that is left.
import type { Posts } from './boosts.ts'
import { isTrustedAuthor } from './facts/established.ts'
import { picturesOfMedium, type SeenPicture, type ShownPicture } from './facts/shown-pictures.ts'
import type { Facts } from './facts.ts'
import { isFollowed } from './history.ts'
import type { PictureFinding, Sight } from './images/sight.ts'

export interface PictureWish {
  /** What comes later is there for the next time; milliseconds. */
  readonly deadlineMs: number
  /** Actor id of whoever proved to have written or brought the post. The unproved share one purse. */
  readonly askedBy: string | undefined
  /** Somebody here follows its author, or its domain has been around for a while. */
  readonly isKnown: boolean
  /** Of a proved post that reaches one of ours: before all others. */
  readonly isUrgent: boolean
}

/** The relay's eyes. */
export interface Pictures {
  /** Of which posts they are read; `none`: of no post, and nothing is loaded. */
  readonly scope: 'none' | 'reaching' | 'all'
  /** Besides attachments. */
  readonly also: readonly ShownPicture['kind'][]
  /** What becomes of a delivery whose pictures were not read in time. */
  readonly onTimeout: 'forward' | 'defer'
  /** By what the sender says of its picture: it may condemn, and never clears. */
  knownBlurhash(blurhash: string): PictureFinding | undefined
  look(url: string, wish: PictureWish): Promise<Sight>
}

/** Where no picture is ever read. */
export const closedEyes: Pictures = {
  scope: 'none',
  also: [],
  onTimeout: 'forward',
  knownBlurhash: () => undefined,
  look: async () => ({
    status: 'unread',
    why: 'pictures are not read here',
    isPassing: false,
    stages: {},
  }),
}

export interface Looking {
  readonly pictures: Pictures
  readonly posts: Posts
  readonly metrics: { image(outcome: ImageOutcome): void; failedOpen(what: string): void }
}

/** `partial`: nothing banned in what was read; `late` may come in time for the next try; `unread` never will. */
export type ImageOutcome = 'banned' | 'clean' | 'partial' | 'late' | 'unread'

/** How many pictures of one delivery may still be looked at. */
export interface PicturePurse {
  left: number
}

export const PICTURES_A_DELIVERY = 4

export interface Looked {
  readonly seen: readonly SeenPicture[]
  /** Some could not be read, and may be when the delivery comes again. */
  readonly isLate: boolean
}

interface Time {
  readonly leftMs: number
  readonly purse: PicturePurse
}

export function isWorthLooking(facts: Facts, { scope }: Pictures): boolean {
  if (scope === 'none' || !facts.judged || !hasPictures(facts)) return false
  return scope === 'all' || facts.reach.local.length > 0
}

function hasPictures({ pictures, profile }: Facts): boolean {
  return pictures.length > 0 || profile?.icon !== undefined
}

/** 1. which of them  2. the sender's own word for it  3. the pictures themselves, side by side */
export async function lookAtPictures(facts: Facts, time: Time, looking: Looking): Promise<Looked> {
  const { pictures, metrics } = looking
  const wanted = wantedOf(facts, pictures)
  const told = wanted.flatMap((picture) => findByBlurhash(picture, pictures))
  if (told.length > 0) {
    metrics.image('banned')
    return { seen: told, isLate: false }
  }
  const chosen = wanted.slice(0, time.purse.left)
  time.purse.left -= chosen.length
  const wish = wishOf(facts, time.leftMs)
  const reference = chosen.find(({ isReference }) => isReference)
  const sights = await Promise.all(
    chosen.map((picture) => {
      if (picture === reference) return lookBehind(picture, wish, looking)
      return picture.isReference ? NOT_ASKED : pictures.look(picture.url, wish)
    }),
  )
  const leftOut = wanted.slice(chosen.length).map(() => LEFT_OUT)
  const all = [...sights, ...leftOut]
  for (const sight of all) tell(looking, outcomeOf(sight))
  return {
    seen: wanted.map((picture, at) => seenAs(picture, all[at]!)),
    isLate: all.some((sight) => outcomeOf(sight) === 'late'),
  }
}

const NOT_ASKED = unread('only one object a post is asked for', false)
const LEFT_OUT = unread(`more than ${PICTURES_A_DELIVERY} in one delivery`, false)

function wishOf(facts: Facts, deadlineMs: number): PictureWish {
  const isProved = facts.proof === 'verified'
  return {
    deadlineMs,
    askedBy: isProved ? facts.author.id : undefined,
    isKnown: isProved && isKnown(facts),
    isUrgent: isProved && facts.reach.local.length > 0,
  }
}

const MIN_REGULARS = 3 // people of a domain whom we have seen before today

function isKnown(facts: Facts): boolean {
  const { author, regulars } = facts.history
  return isFollowed(author, facts.now) || isTrustedAuthor(facts) || regulars >= MIN_REGULARS
}

/** What an id stands for, and then what that shows; half of the time for each. */
async function lookBehind(
  { url }: ShownPicture,
  wish: PictureWish,
  looking: Looking,
): Promise<Sight> {
  const deadlineMs = wish.deadlineMs / 2
  const answer = await looking.posts.post(url, { deadlineMs, askedBy: wish.askedBy })
  if (answer.status === 'unread') return unread(`its object was not read: ${answer.why}`, true)
  const [shown] = picturesOfMedium(answer.post, 0)
  if (!shown) return unread('its object shows no picture', false)
  const [told] = findByBlurhash(shown, looking.pictures)
  if (told) return { status: 'seen', findings: told.findings, stages: {} }
  return looking.pictures.look(shown.url, { ...wish, deadlineMs })
}

function unread(why: string, isPassing: boolean): Sight {
  return { status: 'unread', why, isPassing, stages: {} }
}

function wantedOf(facts: Facts, { also }: Pictures): readonly ShownPicture[] {
  const { icon } = facts.profile ?? {}
  const face = icon === undefined ? [] : [{ kind: 'avatar', at: 'the avatar', url: icon } as const]
  const kinds = new Set<ShownPicture['kind']>(['attachment', ...also])
  const all = [...facts.pictures, ...face].filter(({ kind }) => kinds.has(kind))
  return all.filter(({ url }, at) => all.findIndex((other) => other.url === url) === at)
}

function findByBlurhash(picture: ShownPicture, pictures: Pictures): readonly SeenPicture[] {
  const { blurhash } = picture
  const finding = blurhash === undefined ? undefined : pictures.knownBlurhash(blurhash)
  return finding ? [{ ...picture, findings: [finding] }] : []
}

function seenAs(picture: ShownPicture, sight: Sight): SeenPicture {
  if (sight.status === 'seen') {
    const { findings, isPartial } = sight
    return {
      ...picture,
      findings,
      ...(isPartial && { unread: 'there is more in it than is read' }),
    }
  }
  return { ...picture, findings: [], unread: sight.why }
}

function outcomeOf(sight: Sight): ImageOutcome {
  if (sight.status === 'seen' && sight.findings.length > 0) return 'banned'
  if (sight.status === 'seen') return sight.isPartial ? 'partial' : 'clean'
  return sight.isPassing ? 'late' : 'unread'
}

/** What is late is counted as let through when it is. */
function tell({ metrics }: Looking, outcome: ImageOutcome): void {
  metrics.image(outcome)
  if (outcome === 'unread' || outcome === 'partial') metrics.failedOpen('picture')
}
