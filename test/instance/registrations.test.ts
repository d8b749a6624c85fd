// Whether one may sign up at the instance behind us, asked of stand-ins for each kind of it.
import { afterEach, describe, expect, test } from 'vitest'
import { watchRegistrations } from '../../src/instance/registrations.ts'
import { type StandInInstance, startInstance } from '../support/instance.ts'

const open: StandInInstance[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

type Answers = Readonly<Record<string, unknown>>

/** Answers what it knows with JSON, and the rest with 404. */
async function watching(answers: () => Answers) {
  const instance = await startInstance(({ method, target }) => {
    const answer = answers()[`${method} ${target}`]
    return answer === undefined
      ? { status: 404 }
      : { status: 200, body: typeof answer === 'string' ? answer : JSON.stringify(answer) }
  })
  open.push(instance)
  const clock = { at: 0 }
  const ask = watchRegistrations({
    upstream: instance.url,
    domain: 'home.example',
    now: () => clock.at,
  })
  return { instance, clock, ask }
}

const NODEINFO = (isOpen: unknown) => ({
  'GET /.well-known/nodeinfo': { links: [{ rel: 'x', href: 'https://home.example/nodeinfo/2.1' }] },
  'GET /nodeinfo/2.1': { openRegistrations: isOpen },
})
const mastodon = (registrations: object) => ({ 'GET /api/v2/instance': { registrations } })
const lemmy = (registration_mode: string) => ({
  'GET /api/v3/site': { site_view: { local_site: { registration_mode } } },
  ...NODEINFO(true),
})

test.each([
  {
    kind: 'Mastodon',
    answers: mastodon({ enabled: true, approval_required: false }),
    told: 'open',
  },
  {
    kind: 'Mastodon',
    answers: mastodon({ enabled: true, approval_required: true }),
    told: 'approval',
  },
  {
    kind: 'Mastodon',
    answers: mastodon({ enabled: false, approval_required: true }),
    told: 'closed',
  },
  {
    kind: 'Pleroma',
    answers: { 'GET /api/v1/instance': { registrations: true, approval_required: true } },
    told: 'approval',
  },
  {
    kind: 'GoToSocial',
    answers: { 'GET /api/v1/instance': { registrations: false } },
    told: 'closed',
  },
  { kind: 'Misskey', answers: { 'POST /api/meta': { disableRegistration: true } }, told: 'closed' },
  { kind: 'Misskey', answers: { 'POST /api/meta': { disableRegistration: false } }, told: 'open' },
  { kind: 'Lemmy', answers: lemmy('RequireApplication'), told: 'approval' },
  { kind: 'Lemmy', answers: lemmy('Closed'), told: 'closed' },
  { kind: 'PeerTube', answers: NODEINFO(true), told: 'open' },
  { kind: 'another kind', answers: NODEINFO(false), told: 'closed' },
  { kind: 'one that says nothing', answers: {}, told: 'unknown' },
  { kind: 'one that says nonsense', answers: NODEINFO('yes'), told: 'unknown' },
  {
    kind: 'one with pages for people',
    answers: { 'GET /api/v2/instance': '<html>', 'GET /api/v1/instance': '[]' },
    told: 'unknown',
  },
  {
    kind: 'one with an empty description',
    answers: { 'GET /api/v2/instance': {}, ...NODEINFO(true) },
    told: 'open',
  },
])('$kind: $told', async ({ answers, told }) => {
  const { ask, instance } = await watching(() => answers)
  expect(await ask()).toBe(told)
  const [first] = instance.received
  const hosts = first?.rawHeaders.filter(
    (_, at) => first.rawHeaders[at - 1]?.toLowerCase() === 'host',
  )
  expect(hosts).toEqual(['home.example'])
})

test('an instance that is away is asked one thing', async () => {
  const { ask, instance } = await watching(() => ({}))
  await instance.close()
  expect(await ask()).toBe('unknown')
})

describe('the answer', () => {
  test('is asked for once, and kept for ten minutes', async () => {
    const { ask, instance, clock } = await watching(() => mastodon({ enabled: true }))
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['open', 'open', 'open'])
    clock.at = 599_999
    await ask()
    expect(instance.received).toHaveLength(1)
  })

  test('that is old is told once more while another one is asked for', async () => {
    let enabled = true
    const { ask, instance, clock } = await watching(() => mastodon({ enabled }))
    await ask()
    enabled = false
    clock.at = 600_000
    expect(await ask()).toBe('open')
    await expect.poll(ask).toBe('closed')
    expect(instance.received).toHaveLength(2)
  })

  test('that was none is asked for again after a minute', async () => {
    let answers: Answers = {}
    const { ask, clock } = await watching(() => answers)
    expect(await ask()).toBe('unknown')
    answers = mastodon({ enabled: true })
    expect(await ask()).toBe('unknown')
    clock.at = 60_000
    expect(await ask()).toBe('open')
  })
})
