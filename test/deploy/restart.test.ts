// A relay that is restarted while deliveries come in: senders come again, and nothing is lost between the two.
import { describe, expect, test } from 'vitest'
import { HOME } from '../support/build.ts'
import { LAYOUTS, PROXIES } from '../support/proxies.ts'
import { aPost, MOMO } from '../support/raid.ts'
import { aSite, type Site } from '../support/sites.ts'

const SETUPS = PROXIES.flatMap((proxy) => LAYOUTS.map((layout) => ({ proxy, layout })))
const DELIVERIES = 120
const RESTART_AT = 20
const QUEUES = 8
const RETRIES = 200
/** A real sender waits for minutes; the pace is all that differs. */
const RETRY_MS = 25

describe.each(SETUPS)('$proxy, $layout:', ({ proxy, layout }) => {
  test('no delivery is lost over a restart, and none is answered that did not arrive', async () => {
    const site = await aSite({ proxy, layout })
    const posts = Array.from({ length: DELIVERIES }, () => aPost({ by: MOMO }))
    let restarted: Promise<void> | undefined
    const { lost, refusals } = await sendAll(site, posts, (taken) => {
      if (taken === RESTART_AT) restarted = site.world.restart()
    })
    await restarted
    expect(lost).toEqual([])
    // The restart was noticed, and nothing else than "come again" was said meanwhile.
    expect(refusals).not.toEqual([])
    expect(refusals.filter((status) => ![502, 503, 504].includes(status))).toEqual([])
    const arrived = site.world.instance.received.map(({ body }) => JSON.parse(body.toString()).id)
    expect(new Set(arrived)).toEqual(new Set(posts.map(({ id }) => id)))
  })
})

interface Outcome {
  /** Answered with 2xx, but not there. */
  readonly lost: unknown[]
  readonly refusals: number[]
}

async function sendAll(
  site: Site,
  posts: readonly object[],
  onTaken: (taken: number) => void,
): Promise<Outcome> {
  const outcome: Outcome = { lost: [], refusals: [] }
  const waiting = [...posts]
  let taken = 0
  const drain = async () => {
    for (let post = waiting.shift(); post; post = waiting.shift()) {
      await sendUntilTaken(site, post, outcome)
      taken += 1
      onTaken(taken)
    }
  }
  await Promise.all(Array.from({ length: QUEUES }, drain))
  return outcome
}

async function sendUntilTaken(site: Site, post: object, outcome: Outcome): Promise<void> {
  const { ask, world } = site
  const signer = world.person(MOMO)
  for (let attempt = 0; attempt < RETRIES; attempt++) {
    const { rawHeaders, body } = signer.deliver({ host: HOME, body: post, at: Date.now() })
    const { status } = await ask({ method: 'POST', target: '/inbox', rawHeaders, body })
    if (status >= 200 && status < 300) {
      if (!world.instance.received.some((got) => got.body.equals(body))) outcome.lost.push(post)
      return
    }
    outcome.refusals.push(status)
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
  throw new Error('the relay does not come back')
}
