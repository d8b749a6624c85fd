// The relay's own actor from outside: servers in secure mode fetch its key before they answer us.
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import { type Check, type CheckContext, fine, wrong } from './check.ts'

const ADVICE =
  'Send /sekisho/ and its WebFinger to the relay, as config/nginx and config/caddy show.'

export const checkActor: Check = async (context) => {
  if (!context.admin?.isRunning) return []
  const { domain } = context.config.instance
  const actor = await json('/sekisho/actor', context)
  if ('why' in actor) return [wrong('relay’s key', `/sekisho/actor: ${actor.why}`, ADVICE)]
  const key = actor.found.publicKey
  if (!isObject(key) || typeof key.publicKeyPem !== 'string') {
    return [wrong('relay’s key', '/sekisho/actor is not the relay’s actor', ADVICE)]
  }
  const name = String(actor.found.preferredUsername)
  const resource = encodeURIComponent(`acct:${name}@${domain}`)
  const finger = await json(`/.well-known/webfinger?resource=${resource}`, context)
  if ('why' in finger) return [wrong('relay’s key', `WebFinger of ${name}: ${finger.why}`, ADVICE)]
  const isNamed = JSON.stringify(finger.found).includes(String(actor.found.id))
  if (!isNamed) return [wrong('relay’s key', `WebFinger of ${name} leads elsewhere`, ADVICE)]
  return [fine('relay’s key', 'others can fetch it, and find its actor by name')]
}

type Found = { readonly found: JsonObject } | { readonly why: string }

async function json(path: string, { publicUrl, visit }: CheckContext): Promise<Found> {
  const accept = 'application/activity+json, application/jrd+json'
  const visited = await visit({ origin: publicUrl, path, headers: { accept } })
  if (visited.status === 'unreachable') return { why: visited.why }
  if (visited.httpStatus !== 200) return { why: `HTTP ${visited.httpStatus}` }
  try {
    const found: JsonValue = JSON.parse(visited.text)
    return isObject(found) ? { found } : { why: 'the answer is no JSON object' }
  } catch {
    return { why: 'the answer is no JSON' } // a page of the instance, most likely
  }
}
