// Posts that somebody boosts: asked of their own server, believed only under the id that was asked for, kept a while.
import { LRUCache } from 'lru-cache'
import type { PostAnswer, Posts } from '../boosts.ts'
import type { JsonObject } from '../json.ts'
import { stringsOf, typesOf } from '../plain-keys.ts'
import { within } from '../within.ts'
import { perMinute } from './budget.ts'
import { DOCUMENT_DEADLINE_MS, type Documents, openDocuments, type SignGet } from './documents.ts'
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
    // Not remembered: the next minute has its own budget.
    if (!mayAsk(id, askedBy)) return unread('too many posts asked for')
    const answer = await fetchPost(documents, id)
    memory.put(id, answer)
    return answer
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

async function fetchPost(documents: Documents, id: string): Promise<PostAnswer> {
  const answer = await documents.get({ url: id, deadlineMs: DOCUMENT_DEADLINE_MS })
  if (answer.status !== 'served') return unread(answer.why)
  const { document: post, url } = answer
  if (URL.parse(url)?.origin !== URL.parse(id)?.origin) return unread('served by another origin')
  // Uploads stand on the same origin and may claim anything: only its own address speaks for a post.
  if (normalUrl(stringsOf(post.id)[0]) !== id) return unread('served under another id')
  return isPost(post) ? { status: 'served', post } : unread('it is no post')
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
    put(id: string, answer: PostAnswer): void {
      memory.set(id, { answer, until: now() + TTL_MS[answer.status] })
    },
  }
}
