// What the author says of a follow by one of ours: plain keys alone, and only what leaves no doubt begins one.
import { type RawActivity, readActivity } from '../activity.ts'
import { domainOf } from '../domains.ts'
import type { LocalAccounts } from '../facts.ts'
import type { Lesson } from '../history.ts'
import type { AuthorProof } from '../proof.ts'
import { isSamePerson, personKey } from './people.ts'

type Follow = Lesson['follow']

interface Telling {
  readonly author: string
  readonly local: Pick<LocalAccounts, 'domains'>
}

/** Undefined for everything else, for what is not proved, and where a Follow is only named by its id. */
export function followToldOf(
  raw: RawActivity,
  proof: AuthorProof,
  local: Pick<LocalAccounts, 'domains'>,
): Follow {
  const [type, ...others] = raw.types
  if (proof.status !== 'verified' || type === undefined || others.length > 0) return undefined
  return TELLING.get(type)?.(raw, { author: proof.author, local })
}

const TELLING = new Map<string, (raw: RawActivity, telling: Telling) => Follow>([
  ['Accept', begun],
  ['Reject', (raw, telling) => endedBy(followerIn(raw, telling)?.by)],
  ['Undo', takenBack],
  ['Block', (raw, { local }) => endedBy(onlyOne(raw.objectIds.filter((id) => isOurs(id, local))))],
  ['Delete', gone],
  ['Move', gone],
])

/** Servers may call a Follow that they remove by an id of their own; one that begins has the follower's. */
function begun(raw: RawActivity, telling: Telling): Follow {
  const follower = raw.doubts.kind ? undefined : followerIn(raw, telling)
  if (!follower || isInstanceActor(follower.by, telling.local)) return undefined
  if (follower.id !== undefined && !isOurs(follower.id, telling.local)) return undefined
  return { kind: 'begun', by: personKey(follower.by) }
}

function takenBack(raw: RawActivity, telling: Telling): Follow {
  const [accept] = raw.objects
  if (!accept || raw.objects.length > 1) return undefined
  const undone = readActivity(accept)
  return undone.types.includes('Accept') ? endedBy(followerIn(undone, telling)?.by) : undefined
}

/** Of the whole account, not of a post. */
function gone({ objectIds }: RawActivity, { author }: Telling): Follow {
  const object = onlyOne(objectIds)
  return object !== undefined && isSamePerson(object, author) ? { kind: 'gone' } : undefined
}

function endedBy(by: string | undefined): Follow {
  return by === undefined ? undefined : { kind: 'ended', by: personKey(by) }
}

/** Who of ours follows the author by the embedded Follow. */
function followerIn(
  { objects, objectIds }: RawActivity,
  { author, local }: Telling,
): { readonly by: string; readonly id: string | undefined } | undefined {
  const [object] = objects
  if (!object || objects.length > 1) return undefined
  const follow = readActivity(object)
  if (objectIds.some((id) => id !== follow.id)) return undefined
  const by = onlyOne(follow.actors)
  const followed = onlyOne(follow.objectIds)
  if (!follow.types.includes('Follow') || by === undefined || followed === undefined)
    return undefined
  return isOurs(by, local) && isSamePerson(followed, author) ? { by, id: follow.id } : undefined
}

function onlyOne(ids: readonly string[]): string | undefined {
  return ids.length === 1 ? ids[0] : undefined
}

function isOurs(id: string, { domains }: Pick<LocalAccounts, 'domains'>): boolean {
  const domain = domainOf(id)
  return domain !== undefined && domains.includes(domain)
}

/** The instance itself follows relays and other servers: nobody asked for what comes from there. */
const INSTANCE_ACTOR =
  /^\/(?:(?:i\/)?actor|relay|friendica|internal\/fetch|users\/(?:instance\.actor|relay\.actor|relay)|accounts\/peertube)?$/i

function isInstanceActor(id: string, { domains }: Pick<LocalAccounts, 'domains'>): boolean {
  const path = URL.parse(personKey(id))?.pathname ?? '/'
  // GoToSocial's has the server's name.
  return INSTANCE_ACTOR.test(path) || domains.some((domain) => path === `/users/${domain}`)
}
