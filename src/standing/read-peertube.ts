// PeerTube's `/api/v1/config`. It knows no list of whom it federates with.
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import type { Description } from './description.ts'
import { described, flagOf, memberOf, textOf } from './read-values.ts'

export function readConfig(json: JsonValue): Description | undefined {
  const signup = memberOf(json, 'signup')
  if (!isObject(signup)) return undefined
  return described({
    version: textOf(memberOf(json, 'serverVersion')),
    registration: registrationOf(signup),
    emailNeeded: flagOf(signup.requiresEmailVerification),
    contact: flagOf(memberOf(json, 'contactForm', 'enabled')),
  })
}

function registrationOf({ allowed, requiresApproval }: JsonObject): Description['registration'] {
  if (allowed === false) return 'closed'
  if (allowed !== true) return undefined
  return requiresApproval === true ? 'approval' : 'open'
}
