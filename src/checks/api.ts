// The token of the instance's API: does it let us learn whom our people follow?
import { connectFollows } from '../instance/connect.ts'
import type { FollowsReader } from '../instance/follows.ts'
import { type Check, doubtful, fine, wrong } from './check.ts'

const about = 'instance.api'

export const checkApi: Check = async ({ config }) => {
  const { instance } = config
  if (instance.api.token === '') return []
  const reader = await connectFollows(instance).catch((cause: Error) => cause.message)
  // Why it is away is told by the look at the instance.
  if (typeof reader === 'string') return [doubtful(about, `could not be asked: ${reader}`)]
  if (!reader)
    return [wrong(about, 'the API of this software is not known here', 'Leave it empty.')]
  const page = await tryAll(reader)
  if (page.status === 'read') {
    const untried = config.standing.report ? '; whether it may report is not tried' : ''
    return [fine(about, `the token lets us learn whom your people follow${untried}`)]
  }
  if (page.status === 'unreachable') return [doubtful(about, `could not be asked: ${page.why}`)]
  const why = page.status === 'hidden' ? 'the accounts are kept from us' : page.why
  const also = config.standing.report ? ', and what config/sekisho.yaml names for reports' : ''
  return [wrong(about, why, `Make a token with ${reader.needs}${also}.`)]
}

/** The accounts, and the list of the first one. */
async function tryAll(reader: FollowsReader) {
  const page = await reader.accounts(undefined)
  if (page.status !== 'read') return page
  const [first] = page.items
  const list = first && (await reader.following(first, undefined))
  // Whoever hides the list hides it from everybody.
  return list && list.status !== 'hidden' ? list : page
}
