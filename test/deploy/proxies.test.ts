// What both proxies owe the relay in both layouts: every delivery, as it was sent, and to nobody else.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { classifyTarget } from '../../src/paths.ts'
import { HOME } from '../support/build.ts'
import { LAYOUTS, PROXIES } from '../support/proxies.ts'
import { aPost, MOMO, SPAMMER } from '../support/raid.ts'
import { aSite, openSite, type Site } from '../support/sites.ts'
import { INBOX_SPELLINGS, REFUSED } from '../support/spellings.ts'

const SETUPS = PROXIES.flatMap((proxy) => LAYOUTS.map((layout) => ({ proxy, layout })))
const MIB = 1_048_576

describe.each(SETUPS)('$proxy, $layout:', ({ proxy, layout }) => {
  let site: Site

  beforeAll(async () => {
    // 403 is the relay's own word here: neither proxy nor instance says it.
    site = await openSite({ proxy, layout, flags: ['--respond.drop=403'] })
    await site.world.api('POST', '/api/blocks', { domain: 'spam.example' })
  })
  afterAll(() => site?.close())

  function signedTo(target: string, signer = site.world.person(MOMO)) {
    return signer.deliver({ host: HOME, target, body: aPost({ by: signer.owner }) })
  }

  test.each(['/inbox', '/users/alice/inbox', '/users/%61lice/inbox?a=b%20c'])(
    'a signed delivery to %s arrives byte for byte and proved, with the address it came from',
    async (target) => {
      const { deliver, world } = site
      const { rawHeaders, body } = signedTo(target)
      const before = world.instance.received.length
      const { status } = await deliver({ method: 'POST', target, rawHeaders, body })
      expect(status).toBe(202)
      const [got, ...more] = world.instance.received.slice(before)
      expect(more).toEqual([])
      expect(got).toMatchObject({ method: 'POST', target })
      expect(got?.body.equals(body)).toBe(true)
      for (const name of ['host', 'date', 'digest', 'signature', 'content-type']) {
        expect([name, ...valuesOf(got!.rawHeaders, name)]).toEqual([
          name,
          ...valuesOf(rawHeaders, name),
        ])
      }
      expect(valuesOf(got!.rawHeaders, 'x-forwarded-for')).toEqual(['127.0.0.1'])
      expect(valuesOf(got!.rawHeaders, 'x-real-ip')).toEqual(['127.0.0.1'])
      expect(valuesOf(got!.rawHeaders, 'x-forwarded-proto')).toEqual(['https'])
      expect(world.verdicts.at(-1)).toMatchObject({ sender: { proof: 'verified' } })
    },
  )

  /** What a blocked sender hears for each of these, and which targets the instance saw meanwhile. */
  async function postTo(targets: readonly string[]) {
    const { rawHeaders, body } = signedTo('/inbox', site.world.person(SPAMMER))
    const before = site.world.instance.received.length
    const heard: { target: string; status: number }[] = []
    for (const target of targets) {
      const { status } = await site.ask({ method: 'POST', target, rawHeaders, body })
      heard.push({ target, status })
    }
    const arrived = site.world.instance.received.slice(before).map(({ target }) => target)
    return { heard, arrived }
  }

  test('no spelling of an inbox leads a POST past the relay', async () => {
    const { heard, arrived } = await postTo(INBOX_SPELLINGS)
    expect(arrived).toEqual([])
    // Dropped by the relay, or refused by the proxy, which has its own mind about what a path is.
    expect(heard.filter(({ status }) => status !== 403 && status !== 400)).toEqual([])
    const plain = ['/inbox', '/%69nbox', '//inbox', '/INBOX', '/%2569nbox', '/inbox.json']
    for (const target of plain) expect(heard).toContainEqual({ target, status: 403 })
  })

  test('what has no certain meaning reaches the instance as something that is no inbox, or not', async () => {
    // A target with a line break would be two requests.
    const { arrived } = await postTo(REFUSED.filter((target) => !/[\r\n]/.test(target)))
    expect(arrived.filter((target) => classifyTarget('POST', target).kind !== 'other')).toEqual([])
  })

  test('a delivery that waits to be asked for its body is asked', async () => {
    const { rawHeaders, body } = signedTo('/inbox')
    const expecting = [...rawHeaders, 'Expect', '100-continue']
    const answer = await site.deliver({
      method: 'POST',
      target: '/inbox',
      rawHeaders: expecting,
      body,
    })
    expect(answer.wire.toString('latin1')).toContain('202 Accepted')
  })

  test('a delivery of more than 1 MiB is refused, and not by the instance', async () => {
    const before = site.world.instance.received.length
    const body = Buffer.alloc(MIB + 1, ' ')
    const rawHeaders = ['Content-Type', 'application/activity+json']
    const { status } = await site.deliver({ method: 'POST', target: '/inbox', rawHeaders, body })
    // A proxy that is still writing when the relay has refused makes a 502 of it.
    expect([413, 502]).toContain(status)
    // The site's own error page may be asked for.
    const arrived = site.world.instance.received.slice(before)
    expect(arrived.filter(({ method }) => method === 'POST')).toEqual([])
  })

  test('an upload of 500 KiB arrives whole', async () => {
    const body = Buffer.alloc(500 * 1_024, 'picture ')
    const target = '/api/v2/media'
    const { status } = await site.ask({ method: 'POST', target, body })
    expect(status).toBe(202)
    const got = site.world.instance.received.at(-1)
    expect(got).toMatchObject({ method: 'POST', target })
    expect(got?.body.equals(body)).toBe(true)
  })

  test.each(['/', '/@alice', '/inbox', '/users/alice/inbox', '/tags/%E3%81%82', '/search?q=a%2fb'])(
    'the page %s is the instance’s',
    async (target) => {
      const { status, body } = await site.ask({ target })
      expect([status, body.toString()]).toEqual([202, `instance ${target}`])
    },
  )

  test.each([
    '/sekisho/actor',
    `/.well-known/webfinger?resource=acct:sekisho@${HOME}`,
    `/.well-known/webfinger?resource=acct%3Asekisho%40${HOME}`,
    `/.well-known/webfinger?rel=self&resource=acct:sekisho@${HOME}`,
    `/.well-known/webfinger?resource=https://${HOME}/sekisho/actor`,
    `/.well-known/webfinger?resource=https%3A%2F%2F${HOME}%2Fsekisho%2Factor`,
  ])('%s is answered by the relay', async (target) => {
    const before = site.world.instance.received.length
    const { status, body } = await site.ask({ target })
    expect(status).toBe(200)
    expect(body.toString()).toContain(`https://${HOME}/sekisho/actor`)
    expect(site.world.instance.received).toHaveLength(before)
  })

  test.each([`acct:momo@${HOME}`, `acct:sekisho2@${HOME}`, `https://${HOME}/users/momo`])(
    'WebFinger for %s is answered by the instance',
    async (resource) => {
      const target = `/.well-known/webfinger?resource=${resource}`
      const { body } = await site.ask({ target })
      expect(body.toString()).toBe(`instance ${target}`)
    },
  )

  test('nothing but the relay gets a delivery while the relay is away', async () => {
    const { ask, world } = await aSite({ proxy, layout })
    await world.relay().close()
    const delivery = world.person(MOMO).deliver({ host: HOME, body: aPost({ by: MOMO }) })
    for (const target of ['/inbox', '/users/alice/inbox', '/%69nbox', '/inbox.json']) {
      const { status } = await ask({ ...delivery, method: 'POST', target })
      expect([502, 503, 504]).toContain(status)
    }
    expect(world.instance.received).toEqual([])
  })
})

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
}
