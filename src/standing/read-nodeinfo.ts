// NodeInfo 1.x and 2.x: what every software says, and what Pleroma's family adds in `metadata`.
import type { JsonObject } from '../json.ts'
import type { Description, PositiveList } from './description.ts'
import {
  countOf,
  described,
  entriesOf,
  flagOf,
  hasContent,
  memberOf,
  textOf,
} from './read-values.ts'

const SOFTWARE_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/
const PLEROMA_FAMILY = new Set(['pleroma', 'akkoma', 'rebased'])
/** Its operators may have it publish zeros or random numbers (`instance-stats-mode`). */
const MAKES_UP_COUNTS = new Set(['gotosocial'])

export function readNodeinfo(document: JsonObject, url: string): Description {
  const software = softwareOf(document)
  if (software === undefined) return {}
  const users = MAKES_UP_COUNTS.has(software) ? undefined : memberOf(document, 'usage', 'users')
  const common = described({
    software,
    version: textOf(memberOf(document, 'software', 'version')),
    users: countOf(memberOf(users, 'total')),
    activeUsers: countOf(memberOf(users, 'activeMonth')),
    // `true` tells nothing: Mastodon and Lemmy say so where every sign-up waits for approval.
    registration: document.openRegistrations === false ? 'closed' : undefined,
  })
  return PLEROMA_FAMILY.has(software) ? { ...common, ...readPleroma(document, url) } : common
}

function softwareOf(document: JsonObject): string | undefined {
  const name = memberOf(document, 'software', 'name')
  const lower = typeof name === 'string' ? name.toLowerCase() : ''
  return SOFTWARE_NAME.test(lower) ? lower : undefined
}

function readPleroma({ metadata, openRegistrations }: JsonObject, url: string): Description {
  const invites = openRegistrations === false && memberOf(metadata, 'invitesEnabled') === true
  const federation = memberOf(metadata, 'federation')
  return described({
    registration: invites ? 'invitation' : undefined,
    emailNeeded: flagOf(memberOf(metadata, 'accountActivationRequired')),
    contact: hasContent(memberOf(metadata, 'staffAccounts')),
    positiveList: acceptedOnly(entriesOf(memberOf(federation, 'mrf_simple', 'accept')).length, url),
    // Without `mrf.transparency` none of this is told.
    tellsOfLists: Array.isArray(memberOf(federation, 'mrf_policies')) ? true : undefined,
  })
}

function acceptedOnly(accepted: number, url: string): PositiveList | undefined {
  if (accepted === 0) return undefined
  return { evidence: `metadata.federation.mrf_simple.accept lists ${accepted} servers`, url }
}
