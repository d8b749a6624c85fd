// What stays of a delivery when it is over: its verdict, its counts, and what it taught.
import type { Delivery } from './delivery.ts'
import type { Finding } from './finding.ts'
import { type Judgement, toVerdict } from './record.ts'
import type { Relay } from './relay.ts'

export interface Done {
  readonly judgement: Judgement
  /** What the judgement is founded on, as far as anything may be founded on it. */
  readonly finding?: Finding
  /** Our own work, without the instance's. */
  readonly tookMs: number
}

type Arrived = Pick<Delivery, 'id' | 'receivedAt'>

/** What is not kept costs us the next judgement or a record, never this delivery. */
export async function keep(done: Done, delivery: Arrived, relay: Relay): Promise<void> {
  const { judgement } = done
  count(judgement, relay)
  await Promise.all([record(done, delivery, relay), learn(done, relay)])
}

/** The metric says what was done; what would have been done is told apart. */
function count({ action, error, activity, hits }: Judgement, { mode, metrics }: Relay): void {
  const isSpared = mode === 'observe' && error === undefined && action !== 'forward'
  metrics.delivery(isSpared ? 'forward' : action, activity?.type ?? '')
  if (isSpared) metrics.spared(action)
  for (const hit of hits) metrics.hit(hit.rule, hit.shadow)
}

async function record({ judgement, tookMs }: Done, delivery: Arrived, relay: Relay): Promise<void> {
  try {
    await relay.keep(toVerdict(delivery, judgement, tookMs))
  } catch (cause) {
    relay.metrics.failedOpen('record')
    relay.reportFault('a verdict could not be kept', cause)
  }
}

async function learn({ judgement, finding }: Done, relay: Relay): Promise<void> {
  try {
    if (finding) await relay.remember(finding, judgement.action)
  } catch (cause) {
    relay.metrics.failedOpen('remember')
    relay.reportFault('a delivery could not be learned from', cause)
  }
}
