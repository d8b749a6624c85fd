// What `check` says of a site that stands right, and of each way to stand wrong: real relays, real sockets.
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkActor } from '../../src/checks/actor.ts'
import { checkApi } from '../../src/checks/api.ts'
import type { Check, CheckContext } from '../../src/checks/check.ts'
import { checkConfig } from '../../src/checks/config.ts'
import { checkEmails } from '../../src/checks/emails.ts'
import { checkInboxes } from '../../src/checks/inboxes.ts'
import { checkInstance, checkWayAround } from '../../src/checks/instance.ts'
import { checkClock, checkRelay } from '../../src/checks/relay.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import { visit } from '../../src/instance/visit.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
let site: Site
beforeEach(async () => {
  refusal = 401
  world = await startWorld({ answer: answerAsInstance })
  site = await startSite()
})
afterEach(async () => {
  site.close()
  await world.close()
})

const EMAIL = 'root@home.example'
let page = ''
let link = ''
let refusal = 401
let following: { readonly status: number; readonly body?: string } = { status: 404 }
let admins: { readonly status: number; readonly body?: string } = { status: 404 }

function answerAsInstance({ target }: { readonly target: string }) {
  if (target.startsWith('/.well-known/nodeinfo')) return { status: 200, body: '{}' }
  if (target.startsWith('/api/v2/admin/accounts')) return admins
  if (target.startsWith('/api/v1/accounts/1/following')) return following
  if (target === '/api/v2/instance') return { status: 200, rawHeaders: ['Link', link], body: page }
  return { status: /inbox/i.test(decodeURIComponent(target)) ? refusal : 404 }
}

interface Site {
  readonly url: string
  /** Where a request goes: the proxy of an operator who may have got it wrong. */
  route: (target: string) => 'relay' | 'instance' | 'nowhere'
  close(): void
}

async function startSite(): Promise<Site> {
  const server: Server = createServer((asked, response) => {
    const way = site.route(asked.url ?? '')
    if (way === 'nowhere') return void response.writeHead(404).end()
    pass(asked, response, way === 'relay' ? world.relay().port : world.instance.port)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    route: rightly,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** As the shipped examples do it. */
function rightly(target: string): 'relay' | 'instance' {
  const isFinger = target.startsWith('/.well-known/webfinger') && target.includes('sekisho')
  const isInbox = /inbox/i.test(decodeURIComponent(target))
  return isInbox || isFinger || target.startsWith('/sekisho/') ? 'relay' : 'instance'
}

function pass(asked: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url: path, headers } = asked
  const onward = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  asked.pipe(onward)
}

function contextOf(more: Partial<CheckContext> = {}, ...flags: string[]): CheckContext {
  return {
    config: configOf(...flags),
    admin: {
      isRunning: true,
      ask: async (method, path) => ({ text: JSON.stringify((await world.api(method, path)).json) }),
    },
    ...{ token: world.relay().adminToken, publicUrl: site.url, visit, now: Date.now },
    lookup: async () => [],
    ...more,
  }
}

function configOf(...flags: string[]): Config {
  const { pathname } = new URL('../support/empty.yaml', import.meta.url)
  const where = ['--instance.domain=home.example', `--instance.upstream=${world.instance.url}`]
  const loaded = loadConfig([`--config=${pathname}`, ...where, ...flags])
  if (loaded.status === 'wrong') throw new Error(loaded.why)
  return loaded.config
}

const saysOf = async (check: Check, context: CheckContext) =>
  (await check(context)).map(({ status, says }) => `${status}: ${says}`)

describe('inboxes', () => {
  test('are fine where every spelling comes to the relay', async () => {
    expect(await saysOf(checkInboxes, contextOf())).toEqual([
      expect.stringMatching(/^fine: \d+ spellings of inboxes at .* lead to the relay or nowhere$/),
    ])
    const reached = world.instance.received.map(({ target }) => target)
    expect(reached).toEqual(['/sekisho-looks-for-nothing'])
    expect(world.verdicts).toEqual([])
  })

  test('that go to the instance are named, each', async () => {
    site.route = (target) => (target === '/users/somebody/inbox' ? 'instance' : rightly(target))
    expect(await saysOf(checkInboxes, contextOf())).toEqual([
      'wrong: POST /users/somebody/inbox does not come to the relay; somebody answers with HTTP 401',
    ])
  })

  test('that lead nowhere are missed, unless the spelling is an odd one', async () => {
    site.route = (target) => (/^\/(inbox|INBOX)$/.test(target) ? 'nowhere' : rightly(target))
    expect(await saysOf(checkInboxes, contextOf())).toEqual([
      'wrong: POST /inbox does not come to the relay; somebody answers with HTTP 404',
    ])
  })

  test('of an odd spelling that the instance would take are found', async () => {
    site.route = (target) => (target === '/%69nbox' ? 'instance' : rightly(target))
    expect(await saysOf(checkInboxes, contextOf())).toEqual([
      'wrong: POST /%69nbox goes around the relay; somebody answers with HTTP 401',
    ])
  })

  test('of an odd spelling that the instance refuses in its own way are found, too', async () => {
    site.route = (target) => (target === '/INBOX' ? 'instance' : rightly(target))
    refusal = 403
    expect(await saysOf(checkInboxes, contextOf())).toEqual([
      'wrong: POST /INBOX goes around the relay; somebody answers with HTTP 403',
    ])
  })

  test('of another relay with another token are not taken for ours', async () => {
    const context = contextOf({ token: 'the-token-of-somebody-else' })
    const [first] = await saysOf(checkInboxes, context)
    expect(first).toMatch(/^wrong: POST \/inbox does not come to the relay/)
  })

  test('of a site that is down are told in one line', async () => {
    const context = contextOf({ publicUrl: 'http://127.0.0.1:9' })
    expect(await saysOf(checkInboxes, context)).toEqual([
      'wrong: nobody answers at http://127.0.0.1:9 (ECONNREFUSED)',
    ])
  })

  test('are not knocked at while no relay runs', async () => {
    const admin = { isRunning: false, ask: async () => ({ text: '' }) }
    expect(await saysOf(checkInboxes, contextOf({ admin }))).toEqual([
      'skipped: only a running relay can say what reaches it',
    ])
  })
})

describe('the way around', () => {
  test('is found where the instance answers under the public name', async () => {
    const context = contextOf({ lookup: async () => ['::ffff:127.0.0.1'] })
    expect(await saysOf(checkWayAround, context)).toEqual([
      expect.stringMatching(/^wrong: something answers at \[::ffff:127\.0\.0\.1\]:\d+: whoever/),
    ])
  })

  test('is closed where nobody listens', async () => {
    const upstream = '--instance.upstream=http://127.0.0.1:9'
    const context = contextOf({ lookup: async () => ['::ffff:127.0.0.1'] }, upstream)
    expect(await saysOf(checkWayAround, context)).toEqual([expect.stringMatching(/^fine: port 9 /)])
  })

  test.each([[], ['::1', '127.0.0.1']])(
    'is not known where the name leads to %j',
    async (...found) => {
      const context = contextOf({ lookup: async () => found })
      expect(await saysOf(checkWayAround, context)).toEqual([expect.stringMatching(/^skipped: /)])
    },
  )
})

describe('the relay’s key', () => {
  test('is fine where others can fetch it', async () => {
    await expect.poll(async () => (await saysOf(checkActor, contextOf()))[0]).toMatch(/^fine/)
  })

  test.each([
    { route: () => 'instance' as const, says: /^wrong: \/sekisho\/actor: HTTP 404$/ },
    {
      route: (target: string) => (target.startsWith('/sekisho/') ? 'relay' : 'instance') as 'relay',
      says: /^wrong: WebFinger of sekisho: HTTP 404$/,
    },
  ])('is missed where the proxy keeps it back', async ({ route, says }) => {
    await expect.poll(async () => (await saysOf(checkActor, contextOf()))[0]).toMatch(/^fine/)
    site.route = route
    expect(await saysOf(checkActor, contextOf())).toEqual([expect.stringMatching(says)])
  })
})

describe('e-mail', () => {
  test.each([
    { told: `{"contact":{"email":"${EMAIL}"}}`, status: 'wrong' },
    { told: '{"contact":{"email":"Root\\u0040home.example"}}', status: 'wrong' },
    { told: '<a href="mailto:root&#64;home.example">', status: 'wrong' },
    { told: '{"contact":{"email":"other@home.example"}}', status: 'doubtful' },
    { told: '{"contact":{"email":""}}', status: 'fine' },
    { told: '{"title":"@root@home.example"}', status: 'fine' },
  ])('$told is $status', async ({ told, status }) => {
    page = told
    const [finding] = await checkEmails(contextOf({}, `--contact.emails=${EMAIL}`))
    expect(finding?.status).toBe(status)
  })
})

test('e-mail in the head of an answer is wrong, and so is one in another script', async () => {
  page = '{}'
  link = `<mailto:${EMAIL}>; rel=author`
  const [inHead] = await checkEmails(contextOf({}, `--contact.emails=${EMAIL}`))
  link = ''
  expect(inHead).toMatchObject({
    status: 'wrong',
    says: `the head of /api/v2/instance tells ${EMAIL}`,
  })
  page = '{"title":"窓口@例え.example"}'
  const [inScript] = await checkEmails(contextOf({}, '--contact.emails=窓口@例え.example'))
  expect(inScript).toMatchObject({ status: 'wrong' })
})

describe('e-mail that the relay takes out', () => {
  const flags = ['--listen.passthrough=true', `--contact.emails=${EMAIL}`] as const

  test('is fine, but told to be in the instance still', async () => {
    page = `{"contact":{"email":"${EMAIL}"}}`
    site.route = () => 'nowhere'
    const [finding] = await checkEmails(contextOf({}, ...flags))
    expect(finding).toMatchObject({
      status: 'fine',
      says: expect.stringContaining(`/api/v2/instance tells ${EMAIL}`),
      advice: expect.stringContaining('Clear it at the source'),
    })
  })

  test('is wrong where the page goes around the relay', async () => {
    page = `{"contact":{"email":"${EMAIL}"}}`
    const [finding] = await checkEmails(contextOf({}, ...flags))
    expect(finding).toMatchObject({
      status: 'wrong',
      advice: expect.stringContaining('does not pass it'),
    })
  })
})

test('pages that nobody serves are not taken for silent ones', async () => {
  const context = contextOf({ publicUrl: 'http://127.0.0.1:9' })
  expect(await saysOf(checkEmails, context)).toEqual([
    'skipped: nobody answers at http://127.0.0.1:9',
  ])
})

describe('the clock', () => {
  test.each([
    { offset: 0, says: /^fine: it agrees with others to [0-5] s$/ },
    { offset: 400_000, says: /^wrong: it is (399|400|401) s ahead of others/ },
    { offset: -400_000, says: /^wrong: it is (399|400|401) s behind others/ },
  ])('off by $offset ms', async ({ offset, says }) => {
    site.route = () => 'relay'
    const context = contextOf({ now: () => Date.now() + offset })
    expect(await saysOf(checkClock, context)).toEqual([expect.stringMatching(says)])
  })
})

describe('what stands behind', () => {
  test('an instance that answers is fine', async () => {
    const [says] = await saysOf(checkInstance, contextOf())
    expect(says).toBe(`fine: it answers at ${world.instance.url}`)
  })

  test('an instance that is away is wrong', async () => {
    const context = contextOf({}, '--instance.upstream=http://127.0.0.1:9')
    expect(await saysOf(checkInstance, context)).toEqual([
      'wrong: nobody answers at http://127.0.0.1:9 (ECONNREFUSED)',
    ])
  })

  test('a relay that runs tells of itself and its store', async () => {
    expect(await saysOf(checkRelay, contextOf())).toEqual([
      'fine: it takes deliveries, and enforces 0 blocks',
      'fine: it answers',
    ])
  })

  test('a relay of another domain is noticed', async () => {
    const says = await saysOf(checkRelay, contextOf({}, '--instance.domain=other.example'))
    expect(says).toContain('wrong: the one that runs is for home.example')
  })

  test('a list that the start would refuse is found', async () => {
    const context = contextOf({}, '--banned.files=/no/such/list')
    expect(await saysOf(checkConfig, context)).toEqual([
      'wrong: banned.files: /no/such/list cannot be read: there is no such file',
    ])
  })

  test.each([
    { flag: '--statement.announcements=/no/such/news.md', key: 'announcements: /no/such/news.md' },
    { flag: '--statement.languages=["/no/such/de.yaml"]', key: 'languages: /no/such/de.yaml' },
  ])('a file of the statement that is not there is told: $flag', async ({ flag, key }) => {
    expect(await saysOf(checkConfig, contextOf({}, flag))).toEqual([
      `wrong: statement.${key} cannot be read: there is no such file`,
    ])
    const off = contextOf({}, flag, '--statement.enabled=false')
    expect(await saysOf(checkConfig, off)).toEqual(['fine: they are sound, for home.example'])
  })

  test('settings that enforce nothing are told', async () => {
    const flags = ['--mode=observe', '--blocks.dryRun=true']
    expect(await saysOf(checkConfig, contextOf({}, ...flags))).toEqual([
      'fine: they are sound, for home.example',
      'doubtful: mode is observe: everything is forwarded, nobody is blocked',
      'doubtful: blocks.dryRun is true: nobody is blocked',
    ])
  })
})

describe('the token of the API', () => {
  const WITH = ['--instance.software=mastodon', '--instance.api.token=sesame']
  const said = (...flags: string[]) => saysOf(checkApi, contextOf({}, ...flags))

  test('is not looked for where there is none', async () => {
    expect(await said()).toEqual([])
  })

  test('is tried, and what it lacks is named', async () => {
    admins = { status: 403 }
    expect(await checkApi(contextOf({}, ...WITH))).toEqual([
      {
        ...{ about: 'instance.api', status: 'wrong', says: '/api/v2/admin/accounts answered 403' },
        advice: 'Make a token with admin:read:accounts and read:accounts.',
      },
    ])
    const account = { id: '1', account: { url: 'https://home.example/@alice' } }
    admins = { status: 200, body: JSON.stringify([account]) }
    following = { status: 403 }
    expect(await said(...WITH)).toEqual([
      expect.stringMatching(/^wrong: .*accounts\/1\/following answered 403/),
    ])
    following = { status: 200, body: '[]' }
    expect(await said(...WITH)).toEqual([expect.stringMatching(/^fine: the token lets us learn/)])
  })

  test('is left in doubt while the instance is busy, and has no use with software unknown here', async () => {
    admins = { status: 503 }
    expect(await said(...WITH)).toEqual([expect.stringMatching(/^doubtful: could not be asked/)])
    expect(await said('--instance.software=lemmy', WITH[1]!)).toEqual([
      expect.stringMatching(/^wrong: the API of this software/),
    ])
  })
})
