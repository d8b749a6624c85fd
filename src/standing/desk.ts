// What we make of a server, put together from all that is known of it; and the notices that were given.
import type { OffencePolicy } from '../offence.ts'
import { shieldOf } from '../shield.ts'
import type { DomainPast } from '../store/domain-store.ts'
import { patiently } from '../store/known-domains.ts'
import type { Notice, NoticeStore } from '../store/notice-store.ts'
import type { Mark } from '../store/store.ts'
import { within } from '../within.ts'
import type { DescriptionAnswer, Descriptions } from './description.ts'
import type { Notices } from './notices.ts'
import { judgeStanding, type Standing } from './standing.ts'

export interface StandingDesk {
  readonly notices: Notices
  /** For a decision now: what is not known is asked of the server until the deadline; milliseconds. */
  of(domain: string, deadlineMs: number): Promise<Standing>
  /** Everything that it is founded on, for the operator; the server is asked where it is not known. */
  look(domain: string): Promise<Looked>
}

export interface Looked extends Standing {
  readonly domain: string
  /** Why it is never blocked by itself, whatever comes from there. */
  readonly shield?: string
  /** Undefined while the store does not tell. */
  readonly past: DomainPast | undefined
  readonly notices: readonly Notice[]
  readonly description: DescriptionAnswer | undefined
}

export interface DeskContext {
  /** Undefined while it is not known. */
  readonly past: (domain: string) => Promise<DomainPast | undefined>
  /** Seen by this process lately, and no spammer then. */
  readonly isFamiliar: (domain: string) => boolean
  /** Whether the store answers at all. */
  readonly isStoreUp: () => boolean
  readonly noticeStore: Pick<NoticeStore, 'ofDomain'>
  /** What a lifted block left behind. */
  readonly mark: (domain: string) => Promise<Mark | undefined>
  readonly descriptions: Descriptions
  readonly policy: () => Pick<OffencePolicy, 'own' | 'protected' | 'trusted'>
  readonly now: () => number
  readonly onFault: (what: string) => void
}

const STORE_MS = 150
const LOOK_MS = 5_000 // an operator waits longer than a delivery
const MAX_NOTICES = 50

export function openStandingDesk(context: DeskContext): Pick<StandingDesk, 'of' | 'look'> {
  const { policy, now } = context
  async function look(domain: string, deadlineMs: number): Promise<Looked> {
    const [past, liftedAt, given, description] = await Promise.all([
      context.past(domain),
      liftedByOperator(domain, context),
      noticesOf(domain, context),
      describe(domain, deadlineMs, context),
    ])
    const { trusted, protected: spared } = policy()
    const standing = judgeStanding({
      ...{ domain, now: now(), policy: { trusted, protected: spared } },
      ...recordOf(domain, { past, given }, context),
      liftedAt,
      description: description?.status === 'described' ? description.description : undefined,
      isUnasked: description?.status === 'unknown' && description.isUnasked === true,
    })
    const shield = shieldOf(domain, policy())
    const shielded = shield === undefined ? {} : { shield }
    return { domain, ...standing, ...shielded, past, notices: given ?? [], description }
  }
  return { of: look, look: (domain) => look(domain, LOOK_MS) }
}

const NO_PAST: DomainPast = { people: 0, followed: 0, cleanDays: 0, droppedPeople: 0 }

interface Given {
  readonly past: DomainPast | undefined
  readonly given: readonly Notice[] | undefined
}

/**
 * What could not be read is not taken for nothing: a server that stood well for years is not to be blocked because
 * the store was slow for a moment. While the store is away altogether blocks go on, of those who are strangers here.
 */
function recordOf(
  domain: string,
  { past, given }: Given,
  { isFamiliar, isStoreUp }: DeskContext,
): { readonly past: DomainPast | undefined; readonly notices: readonly Notice[] } {
  if (past && given) return { past, notices: given }
  if (isStoreUp() || isFamiliar(domain)) return { past: undefined, notices: [] }
  return { past: past ?? NO_PAST, notices: given ?? [] }
}

async function noticesOf(domain: string, { noticeStore, onFault }: DeskContext) {
  // A delivery waits for it: a store that hangs must not hold it up.
  const known = await patiently(() => inTime(noticeStore.ofDomain(domain, MAX_NOTICES)))
  if (!known) onFault('notices')
  return known
}

/** A list that is gone lifts its block by itself: that is nobody's word for the server. */
async function liftedByOperator(
  domain: string,
  { mark, onFault }: DeskContext,
): Promise<number | undefined> {
  const found = await patiently(() => inTime(mark(domain).then((left) => ({ left }))))
  if (!found) onFault('marks')
  return found?.left && found.left.by !== 'positive-list' ? found.left.at : undefined
}

async function inTime<T>(asked: Promise<T>): Promise<T> {
  const answer = await within(STORE_MS, asked)
  if (answer === undefined) throw new Error('the store does not answer in time')
  return answer
}

async function describe(domain: string, deadlineMs: number, { descriptions }: DeskContext) {
  const known = descriptions.known(domain)
  if (known?.status === 'described' || deadlineMs <= 0) return known
  return descriptions.describe(domain, deadlineMs, { again: true })
}
