// The token of the instance's API: does it let us learn whom our people follow?
import { connectFollows } from '../instance/connect.ts'
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
  const page = await reader.accounts(undefined)
  if (page.status === 'read')
    return [fine(about, 'the token lets us learn whom your people follow')]
  if (page.status === 'unreachable') return [doubtful(about, `could not be asked: ${page.why}`)]
  const why = page.status === 'hidden' ? 'the accounts are kept from us' : page.why
  return [wrong(about, why, `Make a token with ${reader.needs}.`)]
}
