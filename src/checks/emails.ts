// Addresses that the site tells everybody: they were collected and misused during the waves.
import { addressesOf } from '../contact.ts'
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
  ['/api/v1/instance/extended_description', 'GET'],
  ['/api/v1/instance/privacy_policy', 'GET'],
  ['/api/v1/instance/rules', 'GET'],
  ['/api/v1/instance/terms_of_service', 'GET'],
  ['/nodeinfo/2.0', 'GET'],
  ['/nodeinfo/2.1', 'GET'],
  ['/api/meta', 'POST'],
  ['/api/v3/site', 'GET'],
  ['/api/v4/site', 'GET'],
  ['/api/pleroma/frontend_configurations', 'GET'],
  ['/api/statusnet/config.json', 'GET'],
  ['/api/v1/config/about', 'GET'],
  ['/.well-known/security.txt', 'GET'],
  ['/humans.txt', 'GET'],
  ['/robots.txt', 'GET'],
  ['/manifest.json', 'GET'],
  ['/opensearch.xml', 'GET'],
]
/** A member that holds the address of whoever looks after the site. */
const TOLD = /"(?:email|maintainerEmail|contact_email)"\s*:\s*"([^"@\s]{1,64}@[^"@\s]{1,255})"/
const ADVICE =
  'Clear it at the source: Misskey: Control panel, General, Maintainer e-mail (leave it empty, and set the inquiry ' +
  'URL); Mastodon: Administration, Server settings, About, Contact e-mail (it wants one: give an alias that you can ' +
  'throw away); GoToSocial: Settings, Administration, Instance, Contact e-mail; Pleroma, Akkoma: Settings, Instance, ' +
  'E-mail; anything else: the descriptions and rules that you wrote.'
const NOT_THROUGH = 'The relay would take it out: what is told here does not pass it. '

export const checkEmails: Check = async (context) => {
  const { publicUrl, config } = context
  const isHidden = config.listen.passthrough && config.contact.emails.length > 0
  const advice = isHidden ? NOT_THROUGH + ADVICE : ADVICE
  const found = await lookFrom(publicUrl, context, advice)
  if (found === 'unreachable') return [skipped('e-mail', `nobody answers at ${publicUrl}`)]
  if (found.length > 0) return found
  const all = fine('e-mail', 'no page of the site that was looked at tells an address of yours')
  return isHidden ? [await behindTheRelay(context, all)] : [all]
}

/** The instance sends it elsewhere too, and tells it again on the day the relay is taken away. */
async function behindTheRelay(context: CheckContext, otherwise: Remark): Promise<Remark> {
  const found = await lookFrom(context.config.instance.upstream, context, ADVICE)
  const [told] = found === 'unreachable' ? [] : found.filter(({ status }) => status === 'wrong')
  if (!told) return otherwise
  const says = `the relay takes it out, but the instance itself has it: ${told.says}`
  return { ...otherwise, says, advice: ADVICE }
}

async function lookFrom(
  origin: string,
  context: CheckContext,
  advice: string,
): Promise<readonly Remark[] | 'unreachable'> {
  const found = await Promise.all(PLACES.map((place) => lookAt(place, { ...context, origin })))
  if (found.every((each) => each === 'unreachable')) return 'unreachable'
  const remarks = found.flatMap((each) => (each === 'unreachable' ? [] : each))
  return remarks.map((remark) => ({ ...remark, advice }))
}

async function lookAt(
  [path, method]: (typeof PLACES)[number],
  { origin, publicUrl, visit, config }: CheckContext & { readonly origin: string },
): Promise<readonly Remark[] | 'unreachable'> {
  const posted = method === 'POST' && { body: '{}' }
  const headers = {
    ...(posted && { 'content-type': 'application/json' }),
    ...(origin !== publicUrl && { host: config.instance.domain, 'x-forwarded-proto': 'https' }),
  }
  const visited = await visit({ origin, path, method, headers, ...posted })
  if (visited.status === 'unreachable') return 'unreachable'
  const { emails } = config.contact
  const addresses = emails.length > 0 ? addressesOf(emails) : undefined
  const leaked = addresses?.find(bytesOf(visited.text))
  if (leaked !== undefined) return [wrong('e-mail', `${path} tells ${leaked}`)]
  const inHead = addresses?.find(bytesOf(Object.entries(visited.headers).join('\n')))
  if (inHead !== undefined) return [wrong('e-mail', `the head of ${path} tells ${inHead}`)]
  const [, told] = TOLD.exec(visited.text.replace(/\\u0040/gi, '@')) ?? []
  return told === undefined ? [] : [doubtful('e-mail', `${path} tells ${told}`)]
}

/** Addresses are looked for in bytes, one a character. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}
