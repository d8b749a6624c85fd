// Mastodon's public API, which Pleroma, Akkoma and GoToSocial serve too.
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject, objectsOf } from '../plain-keys.ts'
import type { Description } from './description.ts'
import { countOf, described, hasContent, memberOf, textOf } from './read-values.ts'

/** `/api/v2/instance` of any of them. */
export function readInstanceV2(json: JsonValue): Description | undefined {
  const registrations = memberOf(json, 'registrations')
  if (!isObject(registrations)) return undefined
  const { enabled, approval_required } = registrations
  return described({
    version: textOf(memberOf(json, 'version')),
    registration: registrationOf({ enabled, approval: approval_required }),
    contact:
      hasContent(memberOf(json, 'contact', 'email')) ||
      hasContent(memberOf(json, 'contact', 'account')),
  })
}

/** `/api/v2/instance` of Mastodon itself. */
export function readMastodonV2(json: JsonValue, url: string): Description | undefined {
  const common = readInstanceV2(json)
  if (!common) return undefined
  const isLimited = memberOf(json, 'configuration', 'limited_federation') === true
  const active = countOf(memberOf(json, 'usage', 'users', 'active_month'))
  return {
    ...common,
    ...described({
      activeUsers: isLimited ? undefined : active, // always 0 where federation is limited
      emailNeeded: true,
      positiveList: isLimited
        ? { evidence: 'configuration.limited_federation is true', url }
        : undefined,
      // Before 4.4 a server with such a list answered 401 here: whoever serves it has none.
      tellsOfLists: true,
    }),
  }
}

/** `/api/v1/instance` of any of them. */
export function readInstanceV1(json: JsonValue): Description | undefined {
  if (!isObject(json) || typeof json.registrations !== 'boolean') return undefined
  const { registrations, approval_required, invites_enabled, email, contact_account } = json
  return described({
    version: textOf(json.version),
    registration: registrationOf({
      enabled: registrations,
      approval: approval_required,
      invites: invites_enabled,
    }),
    contact: hasContent(email) || hasContent(contact_account),
  })
}

export function readMastodonV1(json: JsonValue): Description | undefined {
  const common = readInstanceV1(json)
  return common && { ...common, ...countsOf(json), emailNeeded: true }
}

/** Pleroma and Akkoma count the active too. */
export function readPleromaV1(json: JsonValue): Description | undefined {
  const common = readInstanceV1(json)
  const activeUsers = countOf(memberOf(json, 'pleroma', 'stats', 'mau'))
  return common && { ...common, ...countsOf(json), ...described({ activeUsers }) }
}

function countsOf(json: JsonValue): Description {
  return described({ users: countOf(memberOf(json, 'stats', 'user_count')) })
}

interface Door {
  readonly enabled: JsonValue | undefined
  readonly approval: JsonValue | undefined
  readonly invites?: JsonValue | undefined
}

function registrationOf({ enabled, approval, invites }: Door): Description['registration'] {
  if (typeof enabled !== 'boolean') return undefined
  if (!enabled) return invites === true ? 'invitation' : 'closed'
  if (approval === true) return 'approval'
  return approval === false ? 'open' : undefined
}

const LAST_WEEKS = 4
const MAX_WEEKS = 12

/** `/api/v1/instance/activity`: one entry a week, the newest first, the numbers as texts. */
export function readActivity(json: JsonValue): Description | undefined {
  if (!Array.isArray(json)) return undefined
  const weeks = objectsOf(json).slice(0, MAX_WEEKS).flatMap(signUpsOf)
  if (weeks.length <= LAST_WEEKS) return undefined // nothing to measure it by
  const most = Math.max(...weeks.slice(0, LAST_WEEKS))
  const others = weeks.reduce((sum, count) => sum + count, -most) / (weeks.length - 1)
  // Three after none are no surge: below one a week the mean counts as one.
  return { signUpSurge: Math.round((most / Math.max(others, 1)) * 10) / 10 }
}

function signUpsOf({ registrations }: JsonObject): readonly number[] {
  const isNumeral = typeof registrations === 'string' && /^\d{1,15}$/.test(registrations)
  const count = countOf(isNumeral ? Number(registrations) : registrations)
  return count === undefined ? [] : [count]
}
