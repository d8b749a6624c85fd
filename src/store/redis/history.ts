// The history in Redis: one round trip a call, every name a digest.
import type { HistoryStore } from '../../history.ts'
import {
  type Found,
  type HashedSighting,
  hashLesson,
  hashPosts,
  hashSighting,
  recollectionOf,
} from '../hashed.ts'
import { LEARN, NOTE_DROPPED, RECALL } from './history-scripts.ts'
import { historyKey, KEYS } from './keys.ts'
import type { Link } from './link.ts'

export function redisHistory(hot: Link): HistoryStore {
  return {
    async recall(sighting) {
      const hashed = hashSighting(sighting)
      const reply = await hot.run(RECALL, recallKeys(hashed), recallArguments(hashed))
      return recollectionOf(sighting, foundIn(reply))
    },
    async learn(lesson) {
      const { at, day, author, self, domain, outcome, follow, called, threads } = hashLesson(lesson)
      const keys = [
        ...[KEYS.since, historyKey('person', author), historyKey('follows', author)],
        ...[KEYS.followed, historyKey('regulars', domain), historyKey('called', self)],
        ...threads.map((thread) => historyKey('thread', thread)),
      ]
      const told = [follow?.kind ?? '', follow?.by ?? '', follow?.since ?? '']
      const taught = [at, author, outcome, day, ...told, self, ...called]
      const forgotten = await hot.run(LEARN, keys, taught)
      // A key of another author is none that the script may touch.
      if (forgotten !== '') await hot.call('DEL', historyKey('follows', String(forgotten)))
    },
    async noteDropped(posts, at) {
      if (posts.length === 0) return
      await hot.run(NOTE_DROPPED, [KEYS.dropped], [Math.floor(at), ...hashPosts(posts)])
    },
  }
}

function recallKeys(sighting: HashedSighting): readonly string[] {
  const { author, domain, threads, callers, fingerprints } = sighting
  return [
    ...[KEYS.since, historyKey('person', author), historyKey('follows', author)],
    ...[historyKey('calls', author), historyKey('newcomers', domain)],
    ...[historyKey('regulars', domain), KEYS.dropped],
    ...threads.map((thread) => historyKey('thread', thread)),
    ...callers.map((caller) => historyKey('called', caller)),
    ...fingerprints.map((fingerprint) => historyKey('copies', fingerprint)),
  ]
}

function recallArguments(sighting: HashedSighting): readonly (string | number)[] {
  const { at, counts, author, self, conversation, copy, people, callers, references } = sighting
  return [
    ...[at, counts ? '1' : '0', author, self, conversation, copy],
    ...[
      sighting.burstMs,
      sighting.campaignMs,
      sighting.threads.length,
      callers.length,
      people.length,
    ],
    ...[...people, ...references],
  ]
}

type Reply = [
  since: string,
  past: [first: string, followed: string, days: string, dropped: string],
  acquainted: number[],
  alsoCalled: number,
  newcomers: number,
  regulars: number,
  copies: number[],
  senders: number[],
  establishedSenders: number[],
  dropped: number[],
]

function foundIn(reply: unknown): Found {
  const [since, past, acquainted, alsoCalled, newcomers, regulars, ...rest] = reply as Reply
  const [copies, senders, establishedSenders, dropped] = rest
  const [first, followed, days, lastDropped] = past
  return {
    since: Number(since),
    author: {
      cleanDays: Number(days),
      ...(first !== '' && { firstSeenAt: Number(first) }),
      ...(followed !== '' && { followedSince: Number(followed) }),
      ...(lastDropped !== '' && { droppedAt: Number(lastDropped) }),
    },
    ...{ acquainted, alsoCalled, newcomers, regulars, copies, dropped },
    ...{ senders, establishedSenders },
  }
}
