// Whose picture is read first where more come than are read: nobody can keep the eyes shut for the others.
import { beforeEach, describe, expect, test } from 'vitest'
import type { Account } from '../../src/images/account.ts'
import { openFlights } from '../../src/images/interest.ts'
import { openWaiting, type Ticket, type Turn } from '../../src/images/waiting.ts'

const UNPROVED: Account = { name: '', standing: 'unproved' }
const stranger = (name: string): Account => ({ name: `${name}.example`, standing: 'stranger' })
const known = (name: string): Account => ({ name: `${name}.example`, standing: 'known' })

let at = 0
let order: string[]
let waiting: ReturnType<typeof openWaiting<string>>
beforeEach(() => {
  at += 60_000
  order = []
  waiting = openWaiting(['the only child'], () => at)
})

async function take(ticket: Ticket): Promise<Turn<string>> {
  const turn = await waiting.take(ticket)
  order.push(turn.status === 'taken' ? (ticket.account?.name ?? 'operator') : turn.status)
  return turn
}

function leave(turn: Turn<string>, tookMs = 0): void {
  at += tookMs
  if (turn.status === 'taken') turn.leave()
}

/** One is read, the others wait; then each takes its turn. */
async function inTurn(...tickets: readonly Ticket[]): Promise<readonly string[]> {
  const first = await waiting.take({})
  const turns = tickets.map((ticket) => take(ticket).then((turn) => leave(turn, 100)))
  leave(first)
  await Promise.all(turns)
  return order
}

describe('the next picture is', () => {
  test('that of somebody known, then of a stranger, then of what is in no hurry', async () => {
    const tickets = [
      { account: UNPROVED },
      { account: stranger('far'), isUrgent: false },
      { account: stranger('new'), isUrgent: true },
      { account: known('old'), isUrgent: true },
    ]
    expect(await inTurn(...tickets)).toEqual(['old.example', 'new.example', '', 'far.example'])
  })

  test('everybody’s first one before anybody’s second one', async () => {
    const evil = { account: stranger('evil'), isUrgent: true }
    const good = { account: stranger('good'), isUrgent: true }
    expect(await inTurn(evil, evil, evil, good)).toEqual(
      ['evil', 'good', 'evil', 'evil'].map((name) => `${name}.example`),
    )
  })

  test('that of who has used the least time', async () => {
    const [evil, good] = [stranger('evil'), stranger('good')]
    leave(await waiting.take({ account: evil }), 3_000)
    expect(await inTurn({ account: evil }, { account: good })).toEqual([
      'good.example',
      'evil.example',
    ])
  })
})

describe('nobody', () => {
  test('without proof waits behind another one', async () => {
    const first = await waiting.take({ account: UNPROVED })
    const [second, third] = [take({ account: UNPROVED }), take({ account: UNPROVED })]
    expect(await third).toEqual({ status: 'full' })
    leave(first)
    expect(await second).toMatchObject({ status: 'taken' })
  })

  test.each([
    { account: UNPROVED, tookMs: 6_000 },
    { account: stranger('slow'), tookMs: 10_000 },
    { account: known('slow'), tookMs: 30_000 },
  ])('($account.standing) is read for longer than its share of a minute', async (each) => {
    const { account, tookMs } = each
    leave(await waiting.take({ account }), tookMs - 1)
    leave(await waiting.take({ account }), 1)
    expect(await waiting.take({ account })).toEqual({ status: 'spent' })
    leave(await take({ account: stranger('other') }))
    expect(order).toEqual(['other.example'])
    at += 60_000
    expect(await waiting.take({ account })).toMatchObject({ status: 'taken' })
  })

  test('finds the line full of others’ second and third pictures', async () => {
    const first = await waiting.take({})
    const evil = take({ account: stranger('0'), isUrgent: true })
    for (let name = 0; name < 8; name++) {
      for (let nth = name === 0 ? 1 : 0; nth < 4; nth++)
        void take({ account: stranger(`${name}`), isUrgent: true })
    }
    const honest = take({ account: stranger('honest'), isUrgent: true })
    expect(await take({ account: UNPROVED })).toEqual({ status: 'full' })
    expect(order).toEqual(['full', 'full'])
    leave(first)
    waiting.close()
    expect(await evil).toMatchObject({ status: 'taken' })
    expect((await honest).status).toBe('full') // only now that it is closed
    expect(order.filter((each) => each === 'full')).toHaveLength(33)
  })
})

describe('a picture that nobody waits for any more', () => {
  test('is given up in the line', async () => {
    const first = await waiting.take({})
    const board = openFlights<Turn<string>>()
    const seat = board('picture', (interest) => take({ interest }))
    const next = take({ account: UNPROVED })
    await Promise.resolve()
    await Promise.resolve()
    seat.leave()
    expect(await seat.landed).toEqual({ status: 'unwanted' })
    leave(first)
    expect(await next).toMatchObject({ status: 'taken' })
  })

  test('is read all the same where a child has nothing else to do', async () => {
    const board = openFlights<Turn<string>>()
    const seat = board('picture', (interest) => take({ interest }))
    seat.leave()
    expect(await seat.landed).toMatchObject({ status: 'taken' })
  })
})
