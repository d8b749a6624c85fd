// Reports by Mastodon's API, forwarded to the server that the account is on.
import { isObject, objectsOf } from '../plain-keys.ts'
import type { InstanceApi } from './api.ts'
import { commentOf, notSent, type Reporter, sentOr } from './reports.ts'

/** 1. our instance must know the account  2. it must be the one that is meant  3. the report, forwarded */
export function mastodonReporter(api: InstanceApi): Reporter {
  return {
    async report(report) {
      const { author } = report
      const sought = new URLSearchParams({
        q: author,
        resolve: 'true',
        type: 'accounts',
        limit: '1',
      })
      const found = await api.call({ path: `/api/v2/search?${sought}` })
      if (found.status !== 'answered') return notSent(found)
      const accounts = isObject(found.value) ? objectsOf(found.value.accounts) : []
      const account = accounts.find((each) => isMeant(each, author))
      // It may be away for a moment, or gone.
      if (!account) return { status: 'failed', why: 'our instance could not find the account' }
      const accountId = String(account.id)
      const told = { account_id: accountId, comment: commentOf(report), category: 'spam' }
      return sentOr(await api.call({ path: '/api/v1/reports', body: { ...told, forward: true } }))
    },
  }
}

/** A search may find another one: by its page, by a name that has moved. */
function isMeant(
  { id, uri, url, acct }: Readonly<Record<string, unknown>>,
  author: string,
): boolean {
  if (typeof id !== 'string') return false
  if (typeof uri === 'string' && uri !== '') return uri === author
  // Without its id, as older versions and others answer: at least of the same server, and not ours.
  const host = URL.parse(author)?.host
  const isRemote = typeof acct === 'string' && acct.includes('@')
  return isRemote && typeof url === 'string' && URL.parse(url)?.host === host
}
