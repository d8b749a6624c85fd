// Addresses that the site tells everybody: they were collected and misused during the waves.
import {
  type Check,
  type CheckContext,
  doubtful,
  fine,
  type Remark,
  skipped,
  wrong,
} from './check.ts'

const PLACES: readonly (readonly [path: string, method: 'GET' | 'POST'])[] = [
  ['/', 'GET'],
  ['/about', 'GET'],
  ['/api/v1/instance', 'GET'],
  ['/api/v2/instance', 'GET'],
  ['/nodeinfo/2.0', 'GET'],
  ['/nodeinfo/2.1', 'GET'],
  ['/api/meta', 'POST'],
  ['/api/v3/site', 'GET'],
]
/** A member that holds the address of whoever looks after the site. */
const TOLD = /"(?:email|maintainerEmail|contact_email)"\s*:\s*"([^"@\s]{1,64}@[^"@\s]{1,255})"/
const ADVICE =
  'Clear it at the source: Mastodon: Administration, Server settings, About, Contact e-mail; ' +
  'Misskey: Control panel, General, Maintainer e-mail.'

export const checkEmails: Check = async (context) => {
  const found = await Promise.all(PLACES.map((place) => lookAt(place, context)))
  if (found.every((each) => each === 'unreachable')) {
    return [skipped('e-mail', `nobody answers at ${context.publicUrl}`)]
  }
  const remarks = found.flatMap((each) => (each === 'unreachable' ? [] : each))
  if (remarks.length > 0) return remarks
  return [fine('e-mail', 'no page of the site that was looked at tells an address of yours')]
}

async function lookAt(
  [path, method]: (typeof PLACES)[number],
  { publicUrl, visit, config }: CheckContext,
): Promise<readonly Remark[] | 'unreachable'> {
  const sent =
    method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}
  const visited = await visit({ origin: publicUrl, path, method, ...sent })
  if (visited.status === 'unreachable') return 'unreachable'
  const text = decoded(visited.text)
  const leaked = config.contact.emails.find((email) => text.includes(email.toLowerCase()))
  if (leaked !== undefined) return [wrong('e-mail', `${path} tells ${leaked}`, ADVICE)]
  const [, told] = TOLD.exec(visited.text) ?? []
  return told === undefined ? [] : [doubtful('e-mail', `${path} tells ${told}`, ADVICE)]
}

/** The ways in which JSON, HTML and URLs spell an @. */
function decoded(text: string): string {
  return text.replace(/\\u0040|&#64;|&#x40;|&commat;|%40/gi, '@').toLowerCase()
}
