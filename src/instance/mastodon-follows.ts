// Whom our people follow, by Mastodon's API, which GoToSocial has too: every account of ours, and its list.
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import type { InstanceApi } from './api.ts'
import { type Followed, type FollowsReader, type LocalAccount, listIn } from './follows.ts'

const ACCOUNTS = '/api/v2/admin/accounts?origin=local&limit=100'
const LISTED = 80 // the most that one page has

export function mastodonFollows(api: InstanceApi): FollowsReader {
  return {
    needs: 'admin:read:accounts and read:accounts',
    async accounts(after) {
      const list = listIn(await api.call({ path: after ?? ACCOUNTS }))
      return list.status === 'read' ? { ...list, items: list.items.flatMap(accountIn) } : list
    },
    async following({ key }, after) {
      const first = `/api/v1/accounts/${encodeURIComponent(key)}/following?limit=${LISTED}`
      const list = listIn(await api.call({ path: after ?? first }))
      // An account that has gone since it was listed.
      if (list.status === 'refused' && list.httpStatus === 404) return { status: 'hidden' }
      return list.status === 'read' ? { ...list, items: list.items.flatMap(followedIn) } : list
    },
  }
}

/** An administrator's view, with the account as everybody sees it inside. */
function accountIn({ id, account }: JsonObject): readonly LocalAccount[] {
  if (typeof id !== 'string' || !isObject(account)) return []
  const followed = followedIn(account)[0]
  if (!followed) return []
  const createdAt = Date.parse(String(account.created_at))
  return [
    {
      ...{ key: id, id: followed.id, following: countIn(account.following_count) },
      ...(Number.isFinite(createdAt) && { createdAt }),
    },
  ]
}

/** Who hides the list, or blocks or is muted by the token's owner, is missing in it: only the count tells. */
function countIn(count: JsonValue | undefined): number {
  return typeof count === 'number' && count >= 0 ? count : Number.POSITIVE_INFINITY
}

/** Older versions name the page of a profile alone. */
function followedIn({ uri, url }: JsonObject): readonly Followed[] {
  if (typeof uri === 'string' && uri !== '') return [{ id: uri, isExact: true }]
  if (typeof url !== 'string' || !URL.canParse(url)) return []
  return [{ id: url.replace(/\/@([^/@?#]+)\/?$/, '/users/$1'), isExact: false }]
}
