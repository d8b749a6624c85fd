// Layout 1: deliveries go to the relay; it never sees what the rest of the site does.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROXIES } from '../support/proxies.ts'
import { openSite, type Site } from '../support/sites.ts'

/** What apps and browsers POST to real instances, and what only sounds like an inbox. */
const REST = [
  '/api/v1/statuses',
  '/api/v1/statuses/1/favourite',
  '/api/v1/tags/%E3%81%82/follow',
  '/api/v1/tags/caf%C3%A9_2/unfollow?x=1',
  '/api/v1/accounts/lookup?acct=a%40b.example',
  '/api/notes/create',
  '/api/admin/queue/inbox-delayed',
  '/oauth/token',
  '/auth/sign_in?redirect=%2Finbox',
  '/search?q=/inbox',
  '/users/alice/outbox',
  '/inboxes',
  '/inbox2',
  '/in/box',
  '/',
]

describe.each(PROXIES)('%s, with the deliveries alone behind the relay:', (proxy) => {
  let site: Site

  beforeAll(async () => {
    site = await openSite({ proxy, layout: 'inboxes' })
  })
  afterAll(() => site?.close())

  test.each(REST)('a POST to %s goes straight to the instance', async (target) => {
    const { status, body } = await site.ask({ method: 'POST', target, body: '{}' })
    expect([status, body.toString()]).toEqual([202, `instance ${target}`])
    expect(site.world.verdicts).toEqual([])
  })

  test('pages are there while the relay is away', async () => {
    await site.world.relay().close()
    const { status } = await site.ask({ target: '/users/alice/inbox?page=true' })
    expect(status).toBe(202)
  })
})
