// What turning a blocked sender away costs, against passing the same deliveries on.
import { DELIVERIES, openContest, race, ratesOf, warmUp } from './contest.ts'
import type { Figure } from './figures.ts'
import { people, refusableTraffic } from './traffic.ts'

const GOALS = [{ what: 'relay, blocked sender / pass-through', ratio: 2 }]
const BLOCKED = 'spam.example'

export async function refuse(): Promise<readonly Figure[]> {
  const signers = people([BLOCKED])
  const requests = refusableTraffic(signers, DELIVERIES)
  const contest = await openContest(signers)
  try {
    await block(contest.relay.ready)
    await warmUp(contest, requests)
    const races = await race(contest, requests)
    const forwarded = races.relay.reduce((sum, round) => sum + round.forwarded, 0)
    if (forwarded > 0) throw new Error(`${forwarded} deliveries of a blocked sender came through`)
    return ratesOf(races, GOALS)
  } finally {
    await contest.close()
  }
}

async function block(relay: { readonly adminPort: number; readonly adminToken: string }) {
  const answer = await fetch(`http://127.0.0.1:${relay.adminPort}/api/blocks`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${relay.adminToken}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ domain: BLOCKED }),
  })
  if (!answer.ok) throw new Error(`the block was answered with ${answer.status}`)
}
