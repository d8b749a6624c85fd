import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../../src/json.ts'
import type { Description } from '../../src/standing/description.ts'
import { readFederatedInstances, readSite } from '../../src/standing/read-lemmy.ts'
import {
  readActivity,
  readInstanceV1,
  readInstanceV2,
  readMastodonV1,
  readMastodonV2,
  readPleromaV1,
} from '../../src/standing/read-mastodon.ts'
import { readMeta } from '../../src/standing/read-misskey.ts'
import { readNodeinfo } from '../../src/standing/read-nodeinfo.ts'
import { readConfig } from '../../src/standing/read-peertube.ts'
import { joined } from '../../src/standing/read-values.ts'
import { sourcesOf } from '../../src/standing/sources.ts'
import {
  aLemmyFederation,
  aLemmySite,
  aMastodonV1,
  aMastodonV2,
  aMisskeyMeta,
  aNodeinfo,
  anActivity,
  aPeertubeConfig,
  aPleromaNodeinfo,
} from './documents.ts'

const URL_READ = 'https://remote.test/there'

describe('NodeInfo', () => {
  test('names the software and its users', () => {
    expect(readNodeinfo(aNodeinfo('Mastodon'), URL_READ)).toEqual({
      software: 'mastodon',
      version: '1.2.3',
      users: 900,
      activeUsers: 120,
    })
  })

  test('that says that sign-ups are open says nothing: they may wait for approval', () => {
    expect(readNodeinfo(aNodeinfo('lemmy'), URL_READ)).not.toHaveProperty('registration')
    const closed = aNodeinfo('lemmy', { openRegistrations: false })
    expect(readNodeinfo(closed, URL_READ).registration).toBe('closed')
  })

  test('of GoToSocial may have its numbers made up', () => {
    const { users, activeUsers } = readNodeinfo(aNodeinfo('gotosocial'), URL_READ)
    expect({ users, activeUsers }).toEqual({ users: undefined, activeUsers: undefined })
  })

  test('of Akkoma tells whom alone it accepts', () => {
    const federation = {
      mrf_policies: ['SimplePolicy'],
      mrf_simple: { accept: ['a.test', 'b.test'] },
    }
    expect(readNodeinfo(aPleromaNodeinfo(federation), URL_READ)).toMatchObject({
      emailNeeded: true,
      contact: true,
      tellsOfLists: true,
      positiveList: {
        evidence: 'metadata.federation.mrf_simple.accept lists 2 servers',
        url: URL_READ,
      },
    })
  })

  test.each<{ case: string; federation: JsonObject; tells: true | undefined }>([
    {
      case: 'rejects only',
      federation: { mrf_policies: [], mrf_simple: { reject: ['a.test'] } },
      tells: true,
    },
    {
      case: 'accepts nobody in particular',
      federation: { mrf_policies: [], mrf_simple: { accept: [] } },
      tells: true,
    },
    { case: 'keeps its policies to itself', federation: { enabled: true }, tells: undefined },
  ])('of Pleroma that $case is no positive list', ({ federation, tells }) => {
    const read = readNodeinfo(aPleromaNodeinfo(federation, 'pleroma'), URL_READ)
    expect(read.positiveList).toBeUndefined()
    expect(read.tellsOfLists).toBe(tells)
  })

  test('of Mastodon has no policies, whatever it writes there', () => {
    const metadata = { federation: { mrf_simple: { accept: ['a.test'] } }, staffAccounts: ['x'] }
    const read = readNodeinfo(aNodeinfo('mastodon', { metadata }), URL_READ)
    expect(read).not.toHaveProperty('positiveList')
    expect(read).not.toHaveProperty('contact')
  })
})

describe('Mastodon', () => {
  test('describes itself in version 2', () => {
    expect(readMastodonV2(aMastodonV2(), URL_READ)).toEqual({
      version: '4.4.2',
      activeUsers: 12_000,
      registration: 'open',
      emailNeeded: true,
      contact: true,
      tellsOfLists: true,
    })
  })

  test('with limited federation is a positive list, and its 0 users are no number', () => {
    const limited = aMastodonV2({
      configuration: { limited_federation: true },
      usage: { users: { active_month: 0 } },
    })
    const read = readMastodonV2(limited, URL_READ)!
    expect(read.positiveList).toEqual({
      evidence: 'configuration.limited_federation is true',
      url: URL_READ,
    })
    expect(joined([{ activeUsers: 0 }, read])).not.toHaveProperty('activeUsers')
  })

  test.each<{ value: unknown }>([
    { value: 'true' },
    { value: 1 },
    { value: null },
    { value: [true] },
  ])('whose limited_federation is $value has no positive list', ({ value }) => {
    const read = readMastodonV2(aMastodonV2({ configuration: { limited_federation: value } }), '')
    expect(read?.positiveList).toBeUndefined()
  })

  test('describes itself in version 1, which knows of no lists', () => {
    expect(readMastodonV1(aMastodonV1())).toEqual({
      version: '4.2.13',
      users: 900,
      registration: 'approval',
      emailNeeded: true,
      contact: true,
    })
  })

  test.each<{ registrations: unknown; says: Description['registration'] }>([
    { registrations: { enabled: true, approval_required: true }, says: 'approval' },
    { registrations: { enabled: false, approval_required: false }, says: 'closed' },
    { registrations: { enabled: true }, says: undefined },
    { registrations: { enabled: 'yes' }, says: undefined },
  ])('with registrations $registrations says $says', ({ registrations, says }) => {
    expect(readInstanceV2(aMastodonV2({ registrations }))?.registration).toBe(says)
  })

  test('lets in by invitation where it says so', () => {
    const v1 = aMastodonV1({ registrations: false, invites_enabled: true })
    expect(readInstanceV1(v1)?.registration).toBe('invitation')
  })
})

describe('the surge of sign-ups', () => {
  test.each<{ case: string; weeks: number[]; surge: number | undefined }>([
    { case: 'even weeks', weeks: [5, 5, 5, 5, 5, 5, 5, 5], surge: 1 },
    { case: 'one of the last weeks', weeks: [4, 300, 5, 3, 4, 4, 4, 4], surge: 75 },
    { case: 'a surge of long ago', weeks: [4, 4, 4, 4, 4, 4, 300, 4], surge: 0.1 },
    { case: 'three after none', weeks: [3, 0, 0, 0, 0, 0, 0, 0], surge: 3 },
    { case: 'no weeks to compare with', weeks: [300, 1, 1, 1], surge: undefined },
  ])('of $case is $surge', ({ weeks, surge }) => {
    expect(readActivity(anActivity(weeks))?.signUpSurge).toBe(surge)
  })

  test('counts no more weeks than there are', () => {
    const weeks = [...Array<number>(12).fill(4), ...Array<number>(500).fill(1_000)]
    expect(readActivity(anActivity(weeks))?.signUpSurge).toBe(1)
  })
})

describe('Misskey', () => {
  test('describes itself in its meta', () => {
    expect(readMeta(aMisskeyMeta(), URL_READ)).toEqual({
      version: '2025.4.0',
      registration: 'open',
      captcha: true,
      emailNeeded: false,
      contact: true,
      tellsOfLists: true,
    })
  })

  test.each(['specified', 'none'])('with federation %s is a positive list', (federation) => {
    expect(readMeta(aMisskeyMeta({ federation }), URL_READ)?.positiveList).toEqual({
      evidence: `federation is "${federation}"`,
      url: URL_READ,
    })
  })

  test.each([undefined, 'Specified', ['none'], true])(
    'with federation %j is none',
    (federation) => {
      const read = readMeta(aMisskeyMeta({ federation }), URL_READ)
      expect(read?.positiveList).toBeUndefined()
      expect(read?.tellsOfLists).toBeUndefined()
    },
  )

  test('of a fork that asks for approval says so', () => {
    expect(readMeta(aMisskeyMeta({ approvalRequiredForSignup: true }), '')?.registration).toBe(
      'approval',
    )
    expect(readMeta(aMisskeyMeta({ disableRegistration: true }), '')?.registration).toBe(
      'invitation',
    )
  })
})

describe('the others', () => {
  test('Pleroma counts its active users in version 1', () => {
    const v1 = aMastodonV1({ pleroma: { stats: { mau: 77 } } })
    expect(readPleromaV1(v1)).toMatchObject({
      activeUsers: 77,
      users: 900,
      registration: 'approval',
    })
    expect(readPleromaV1(v1)).not.toHaveProperty('emailNeeded')
  })

  test('Lemmy describes its site', () => {
    expect(readSite(aLemmySite())).toEqual({
      version: '0.19.11',
      users: 3_000,
      activeUsers: 250,
      registration: 'approval',
      captcha: true,
      emailNeeded: true,
      contact: true,
    })
    expect(readSite(aLemmySite({ registration_mode: 'constructor' }))?.registration).toBeUndefined()
  })

  test('Lemmy with allowed servers is a positive list', () => {
    const evidence = 'federated_instances.allowed lists 2 servers'
    expect(readFederatedInstances(aLemmyFederation(['a.test', 'b.test']), URL_READ)).toEqual({
      tellsOfLists: true,
      positiveList: { evidence, url: URL_READ },
    })
    expect(readFederatedInstances(aLemmyFederation([]), URL_READ)).toEqual({ tellsOfLists: true })
  })

  test('PeerTube tells how one signs up', () => {
    expect(readConfig(aPeertubeConfig())).toEqual({
      version: '7.1.0',
      registration: 'approval',
      emailNeeded: false,
      contact: true,
    })
    expect(readConfig(aPeertubeConfig({ allowed: false }))?.registration).toBe('closed')
  })
})

const SOFTWARE = ['mastodon', 'misskey', 'pleroma', 'akkoma', 'gotosocial', 'lemmy', 'peertube']

describe('no lie', () => {
  test.each([
    { says: -5, read: 0 },
    { says: 1e300, read: 1_000_000_000 },
    { says: 12.9, read: 12 },
    { says: '12', read: undefined },
    { says: [12], read: undefined },
  ])('is a number out of bounds: $says is read as $read', ({ says, read }) => {
    const usage = { users: { total: says, activeMonth: says } }
    const { users, activeUsers } = readNodeinfo(aNodeinfo('pixelfed', { usage }), URL_READ)
    expect({ users, activeUsers }).toEqual({ users: read, activeUsers: read })
  })

  test('is a long text, or one that moves the cursor', () => {
    const software = { name: 'mastodon', version: `\u001b[2J${'x'.repeat(100_000)}` }
    const { version } = readNodeinfo(aNodeinfo('', { software }), URL_READ)
    expect(version).toBe(`\ufffd[2J${'x'.repeat(60)}…`)
  })

  test('makes a reader throw, or say more than a description may', () => {
    const readers = [
      ...SOFTWARE.flatMap((name) =>
        sourcesOf(name)
          .flat()
          .map(({ read }) => read),
      ),
      (json: JsonValue, url: string) => readNodeinfo(json as JsonObject, url),
    ]
    const shapes = [aMastodonV2(), aMastodonV1(), aMisskeyMeta(), aLemmySite(), aPeertubeConfig()]
    const anyJson = fc.jsonValue() as fc.Arbitrary<JsonValue>
    const spoilt = fc
      .tuple(fc.constantFrom(...shapes), fc.array(fc.nat(20)), anyJson)
      .map(([shape, at, value]) => spoil(shape, at, value))
    fc.assert(
      fc.property(fc.oneof(spoilt, anyJson), (json) => {
        for (const read of readers) expect(isBounded(read(json, URL_READ))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

/** The document with one of its values, somewhere, replaced. */
function spoil(
  shape: JsonObject,
  [at = 0, ...deeper]: readonly number[],
  value: JsonValue,
): JsonObject {
  const keys = Object.keys(shape)
  const key = keys[at % keys.length] ?? 'x'
  const inner = shape[key]
  const isDeep = deeper.length > 0 && typeof inner === 'object' && inner !== null
  return { ...shape, [key]: isDeep ? spoil(inner as JsonObject, deeper, value) : value }
}

function isBounded(description: Description | undefined): boolean {
  return Object.values(description ?? {}).every((value) => {
    if (typeof value === 'number') return value >= 0 && value <= 1_000_000_000
    if (typeof value === 'string') return value.length <= 65
    return typeof value === 'boolean' || Object.keys(value).join() === 'evidence,url'
  })
}
