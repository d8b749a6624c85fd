// Lemmy's `/api/v3/site` and its list of servers.
import type { JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import type { Description } from './description.ts'
import {
  countOf,
  described,
  entriesOf,
  flagOf,
  hasContent,
  memberOf,
  textOf,
} from './read-values.ts'

/** 1.0 spells them in lower case. */
const MODES = new Map<JsonValue | undefined, Description['registration']>([
  ['Open', 'open'],
  ['open', 'open'],
  ['RequireApplication', 'approval'],
  ['require_application', 'approval'],
  ['Closed', 'closed'],
  ['closed', 'closed'],
])

export function readSite(json: JsonValue): Description | undefined {
  const local = memberOf(json, 'site_view', 'local_site')
  if (!isObject(local)) return undefined
  const counts = memberOf(json, 'site_view', 'counts')
  return described({
    version: textOf(memberOf(json, 'version')),
    users: countOf(memberOf(counts, 'users')),
    activeUsers: countOf(memberOf(counts, 'users_active_month')),
    registration: MODES.get(local.registration_mode),
    captcha: flagOf(local.captcha_enabled),
    emailNeeded: flagOf(local.require_email_verification),
    contact: hasContent(memberOf(json, 'admins')),
  })
}

/** `/api/v3/federated_instances`; too large to be read only where it federates with everybody. */
export function readFederatedInstances(json: JsonValue, url: string): Description | undefined {
  const lists = memberOf(json, 'federated_instances')
  if (!isObject(lists)) return undefined
  const allowed = entriesOf(lists.allowed).length
  if (allowed === 0) return { tellsOfLists: true }
  const evidence = `federated_instances.allowed lists ${allowed} servers`
  return { tellsOfLists: true, positiveList: { evidence, url } }
}
