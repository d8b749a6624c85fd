// Reports by Misskey's API: filed with our own moderators, found there again, and forwarded.
import { isObject, objectsOf } from '../plain-keys.ts'
import type { InstanceApi } from './api.ts'
import { commentOf, notSent, type Report, type Reported, type Reporter } from './reports.ts'

/** Its answer to a report has no id: it is found again among the newest. */
const NEWEST = 30

/** 1. our instance must know the account  2. filed  3. found again  4. forwarded */
export function misskeyReporter(api: InstanceApi): Reporter {
  return {
    async report(report) {
      const found = await api.call({ path: '/api/ap/show', body: { uri: report.author } })
      if (found.status !== 'answered') return notSent(found)
      const userId = userIn(found.value, report)
      if (userId === undefined) {
        return { status: 'refused', why: 'our instance found another one than the account' }
      }
      const comment = commentOf(report)
      const filed = await api.call({ path: '/api/users/report-abuse', body: { userId, comment } })
      if (filed.status === 'refused') return notSent(filed)
      if (filed.status === 'unreachable') return { status: 'sent', why: `perhaps: ${filed.why}` }
      return forward(api, { userId, comment })
    },
  }
}

type Value = Extract<Awaited<ReturnType<InstanceApi['call']>>, { status: 'answered' }>['value']

function userIn(value: Value, { author }: Report): string | undefined {
  if (!isObject(value) || value.type !== 'User' || !isObject(value.object)) return undefined
  const { id, uri } = value.object
  return uri === author && typeof id === 'string' ? id : undefined
}

interface Filed {
  readonly userId: string
  readonly comment: string
}

/** It is filed by now, so that it counts as sent whatever comes. */
async function forward(api: InstanceApi, { userId, comment }: Filed): Promise<Reported> {
  const sought = { limit: NEWEST, state: 'unresolved', targetUserOrigin: 'remote' }
  const list = await api.call({ path: '/api/admin/abuse-user-reports', body: sought })
  if (list.status !== 'answered') return filedOnly(list.why)
  const mine = objectsOf(list.value).find(
    (each) => each.targetUserId === userId && each.comment === comment,
  )
  if (!mine || typeof mine.id !== 'string') return filedOnly('it was not found again')
  const reportId = mine.id
  const path = '/api/admin/forward-abuse-user-report'
  const forwarded = await api.call({ path, body: { reportId } })
  if (forwarded.status === 'answered') return { status: 'sent', why: 'the instance took it' }
  if (forwarded.status !== 'refused' || forwarded.httpStatus !== 404) {
    return filedOnly(forwarded.why)
  }
  // Before 2024.10 a report was forwarded by being resolved.
  const elder = { path: '/api/admin/resolve-abuse-user-report', body: { reportId, forward: true } }
  const resolved = await api.call(elder)
  return resolved.status === 'answered'
    ? { status: 'sent', why: 'the instance took it' }
    : filedOnly(resolved.why)
}

function filedOnly(why: string): Reported {
  return { status: 'sent', why: `to our own moderators alone, not forwarded: ${why}` }
}
