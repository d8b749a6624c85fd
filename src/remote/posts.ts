// Posts that somebody boosts: asked of their own server, believed only at the address that is their id, kept a while.
import { LRUCache } from 'lru-cache'
import type { PostAnswer, Posts } from '../boosts.ts'
import type { JsonObject } from '../json.ts'
import { stringsOf, typesOf } from '../plain-keys.ts'
import { within } from '../within.ts'
import { perMinute } from './budget.ts'
import {
  DOCUMENT_DEADLINE_MS,
  type Documents,
  type DocumentWish,
  openDocuments,
  type SignGet,
} from './documents.ts'
import type { RemoteFetch } from './fetch.ts'
import { normalUrl } from './key-document.ts'
import { registeredName } from './registered-name.ts'
import { singleFlight } from './single-flight.ts'

interface PostsOptions {
  readonly fetch: RemoteFetch
  readonly signGet: SignGet
  readonly now: () => number
}

const MAX_ID_LENGTH = 2_048

export function openPosts({ fetch, signGet, now }: PostsOptions): Posts {
  const documents = openDocuments({ fetch, signGet, now })
  const memory = openMemory(now)
  const mayAsk = openBudget(now)
  const once = singleFlight<PostAnswer>()

  async function ask(id: string, askedBy: string | undefined): Promise<PostAnswer> {
    const until = now() + DOCUMENT_DEADLINE_MS
    // Not remembered: the next minute has its own budget.
    if (!mayAsk(id, askedBy)) return unread(TOO_MANY)
    const first = await fetchPost(documents, { url: id, deadlineMs: DOCUMENT_DEADLINE_MS })
    if (first.status !== 'named') return memory.put(id, first)
    const known = memory.get(first.id)
    if (known) return memory.put(id, known)
    if (!mayAsk(first.id, askedBy)) return unread(TOO_MANY)
    const second = await fetchPost(documents, { url: first.id, deadlineMs: until - now() })
    const answer = second.status === 'named' ? unread(OTHER_ID) : second
    memory.put(first.id, answer)
    return memory.put(id, answer)
  }

  return {
    async post(text, { deadlineMs, askedBy }) {
      const id = text.length > MAX_ID_LENGTH ? undefined : normalUrl(text)
      if (id === undefined) return unread('its id is no https address')
      const flight = () => once(id, () => ask(id, askedBy))
      const answer = memory.get(id) ?? (await within(deadlineMs, flight()))
      return answer ?? unread('it took too long')
    },
  }
}

// Fetches a minute. A relay brings posts of everywhere, and whoever announces chooses whom we ask.
const PER_SERVER = 20
const PER_ANNOUNCER = 60
const IN_ALL = 120

function openBudget(now: () => number) {
  const server = perMinute(PER_SERVER, now)
  const announcer = perMinute(PER_ANNOUNCER, now)
  const all = perMinute(IN_ALL, now)
  // In this order: what one of them is refused is not taken from all.
  return (id: string, askedBy: string | undefined) =>
    announcer(askedBy === undefined ? '' : registeredName(askedBy)) &&
    server(registeredName(id)) &&
    all('')
}

const TOO_MANY = 'too many posts asked for'
const OTHER_ID = 'served under another id'

/** Many addresses lead to a post, `…/1?x=1` or its page: what it is named is asked once more, as receivers do. */
type Fetched = PostAnswer | { readonly status: 'named'; readonly id: string }

async function fetchPost(documents: Documents, wish: DocumentWish): Promise<Fetched> {
  if (wish.deadlineMs <= 0) return unread('deadline passed')
  const answer = await documents.get(wish)
  if (answer.status !== 'served') return unread(answer.why)
  const { document: post, url } = answer
  if (!isSameOrigin(url, wish.url)) return unread('served by another origin')
  // Uploads stand on the same origin and may claim anything: only its own address speaks for a post.
  const [written = ''] = stringsOf(post.id)
  const id = written.length > MAX_ID_LENGTH ? undefined : normalUrl(written)
  if (id === undefined || !isSameOrigin(id, wish.url)) return unread(OTHER_ID)
  if (id !== wish.url) return { status: 'named', id }
  return isPost(post) ? { status: 'served', post } : unread('it is no post')
}

function isSameOrigin(one: string, other: string): boolean {
  return URL.parse(one)?.origin === URL.parse(other)?.origin
}

/** What Mastodon or Misskey shows when somebody boosts it. */
const SHOWN = new Set('Note Question Article Page Video Audio Image Document Event'.split(' '))

function isPost(document: JsonObject): boolean {
  return typesOf(document).some((type) => SHOWN.has(type))
}

function unread(why: string): PostAnswer {
  return { status: 'unread', why }
}

interface Memorised {
  readonly answer: PostAnswer
  readonly until: number
}

const TTL_MS = { served: 3_600_000, unread: 5 * 60_000 }
const MAX_POSTS = 5_000
const MAX_CHARACTERS = 8_000_000 // of all posts together: strangers choose how long theirs are

function openMemory(now: () => number) {
  const memory = new LRUCache<string, Memorised>({
    max: MAX_POSTS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: ({ answer }, id) => id.length + JSON.stringify(answer).length,
  })
  return {
    get(id: string): PostAnswer | undefined {
      const memorised = memory.get(id)
      return memorised && memorised.until > now() ? memorised.answer : undefined
    },
    put(id: string, answer: PostAnswer): PostAnswer {
      memory.set(id, { answer, until: now() + TTL_MS[answer.status] })
      return answer
    },
  }
}
