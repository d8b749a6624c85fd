// Whom our people follow, by Misskey's API and that of its forks: every account of ours, and its list.
import type { JsonObject } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import type { InstanceApi } from './api.ts'
import {
  type Followed,
  type FollowsReader,
  type LocalAccount,
  listIn,
  type Page,
} from './follows.ts'

const ACCOUNTS = 100 // the most that one page has
const LISTED = 40 // each with a whole profile: a hundred may be more than a megabyte

export function misskeyFollows(api: InstanceApi, domain: string): FollowsReader {
  const ownId = (key: string) => `https://${domain}/users/${key}`
  return {
    needs: 'read:admin:show-user, of a moderator',
    async accounts(after) {
      const offset = Number(after ?? 0)
      const sought = { limit: ACCOUNTS, offset, sort: '+createdAt', state: 'all', origin: 'local' }
      const list = listIn(await api.call({ path: '/api/admin/show-users', body: sought }))
      if (list.status !== 'read') return list
      const items = list.items.flatMap((user) => accountIn(user, ownId))
      const isLast = list.count < ACCOUNTS
      return { status: 'read', items, ...(!isLast && { next: String(offset + list.count) }) }
    },
    async following({ key }, after): Promise<Page<Followed>> {
      const sought = { userId: key, limit: LISTED, ...(after !== undefined && { untilId: after }) }
      const list = listIn(await api.call({ path: '/api/users/following', body: sought }))
      const isHidden = list.status === 'refused' && /^(?:FORBIDDEN|NO_SUCH_USER)$/.test(list.code)
      if (isHidden) return { status: 'hidden' }
      if (list.status !== 'read') return list
      const items = list.items.flatMap((item) => followedIn(item, ownId))
      const last = list.items.at(-1)?.id
      const next = list.count < LISTED || typeof last !== 'string' ? undefined : last
      return { status: 'read', items, ...(next !== undefined && { next }) }
    },
  }
}

function accountIn({ id, createdAt }: JsonObject, ownId: (key: string) => string): LocalAccount[] {
  if (typeof id !== 'string') return []
  return [{ key: id, id: ownId(id), ...sinceIn(createdAt, 'createdAt') }]
}

function followedIn(
  { createdAt, followee, followeeId }: JsonObject,
  ownId: (key: string) => string,
): Followed[] {
  if (!isObject(followee) || typeof followeeId !== 'string') return []
  const { uri, host } = followee
  const since = sinceIn(createdAt, 'since')
  if (typeof uri === 'string' && uri !== '') return [{ id: uri, isExact: true, ...since }]
  const isOurs = host === null || host === undefined
  return isOurs ? [{ id: ownId(followeeId), isExact: true, ...since }] : []
}

function sinceIn<Name extends string>(value: unknown, name: Name): Partial<Record<Name, number>> {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isFinite(at) ? ({ [name]: at } as Record<Name, number>) : {}
}
