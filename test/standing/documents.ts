// What servers of each software publish of themselves: minimal, in the shapes that their software has.
import type { JsonObject } from '../../src/json.ts'

type Fields = Readonly<Record<string, unknown>>

function json(fields: Fields): JsonObject {
  return fields as JsonObject
}

export const WELL_KNOWN = 'https://remote.test/.well-known/nodeinfo'
export const NODEINFO = 'https://remote.test/nodeinfo/2.0'

export function nodeinfoLinks(href: string = NODEINFO): JsonObject {
  const rel = 'http://nodeinfo.diaspora.software/ns/schema/2.0'
  return json({ links: [{ rel, href }] })
}

export function aNodeinfo(name: string, fields: Fields = {}): JsonObject {
  return json({
    version: '2.0',
    software: { name, version: '1.2.3' },
    protocols: ['activitypub'],
    services: { inbound: [], outbound: [] },
    usage: { users: { total: 900, activeMonth: 120, activeHalfyear: 300 }, localPosts: 5_000 },
    openRegistrations: true,
    metadata: {},
    ...fields,
  })
}

export function aMastodonV2(fields: Fields = {}): JsonObject {
  return json({
    domain: 'remote.test',
    title: 'Remote',
    version: '4.4.2',
    usage: { users: { active_month: 12_000 } },
    registrations: {
      enabled: true,
      approval_required: false,
      reason_required: null,
      message: null,
    },
    contact: { email: 'staff@remote.test', account: { id: '1', username: 'staff' } },
    configuration: { limited_federation: false, statuses: { max_characters: 500 } },
    rules: [{ id: '1', text: 'No spam' }],
    api_versions: { mastodon: 6 },
    ...fields,
  })
}

export function aMastodonV1(fields: Fields = {}): JsonObject {
  return json({
    uri: 'remote.test',
    title: 'Remote',
    email: 'staff@remote.test',
    version: '4.2.13',
    stats: { user_count: 900, status_count: 5_000, domain_count: 300 },
    registrations: true,
    approval_required: true,
    invites_enabled: false,
    contact_account: { id: '1', username: 'staff' },
    ...fields,
  })
}

/** The newest week first. */
export function anActivity(signUps: readonly number[]): readonly JsonObject[] {
  return signUps.map((registrations, at) => ({
    week: String(1_700_000_000 - at * 604_800),
    statuses: '100',
    logins: '50',
    registrations: String(registrations),
  }))
}

export function aMisskeyMeta(fields: Fields = {}): JsonObject {
  return json({
    maintainerName: 'staff',
    maintainerEmail: null,
    version: '2025.4.0',
    name: 'Remote',
    uri: 'https://remote.test',
    disableRegistration: false,
    emailRequiredForSignup: false,
    enableHcaptcha: false,
    enableMcaptcha: false,
    enableRecaptcha: false,
    enableTurnstile: true,
    inquiryUrl: 'https://remote.test/inquiry',
    federation: 'all',
    features: { registration: true },
    ...fields,
  })
}

export function aPleromaNodeinfo(federation: Fields, name = 'akkoma'): JsonObject {
  return aNodeinfo(name, {
    metadata: {
      accountActivationRequired: true,
      invitesEnabled: true,
      staffAccounts: ['https://remote.test/users/staff'],
      federation,
    },
  })
}

export function aLemmySite(local: Fields = {}): JsonObject {
  return json({
    site_view: {
      site: { name: 'Remote' },
      local_site: {
        registration_mode: 'RequireApplication',
        captcha_enabled: true,
        require_email_verification: true,
        federation_enabled: true,
        ...local,
      },
      counts: { users: 3_000, users_active_month: 250 },
    },
    admins: [{ person: { id: 1, name: 'staff' } }],
    version: '0.19.11',
  })
}

export function aLemmyFederation(allowed: readonly string[]): JsonObject {
  const listed = (domains: readonly string[]) => domains.map((domain, id) => ({ id, domain }))
  return json({
    federated_instances: { linked: listed(['a.test']), allowed: listed(allowed), blocked: [] },
  })
}

export function aPeertubeConfig(signup: Fields = {}): JsonObject {
  return json({
    serverVersion: '7.1.0',
    contactForm: { enabled: true },
    signup: {
      allowed: true,
      allowedForCurrentIP: true,
      requiresEmailVerification: false,
      requiresApproval: true,
      minimumAge: 16,
      ...signup,
    },
  })
}
