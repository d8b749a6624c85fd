// The child processes that read pictures: started when the first picture needs them, ended when none comes, replaced
// when one falls. A crash costs one picture.
import type { Fingerprinted, Learned } from './child-messages.ts'
import type { Answer, MemberOptions, Outcome, Question } from './member.ts'
import { openPlace } from './place.ts'
import type { PictureBans, Sight } from './sight.ts'
import { openWaiting, type Ticket, type Turn } from './waiting.ts'

export interface CrewOptions extends Partial<MemberOptions> {
  /** How many pictures are read at once. */
  readonly size: number
  /** Told of every child that fell and of what it was at. */
  readonly onFault: (what: string, cause: unknown) => void
}

export interface LookWish extends Ticket {
  /** From the moment that a child begins; milliseconds. */
  readonly deadlineMs: number
  /** Look at everything and tell what was recognised, banned or not. */
  readonly isThorough: boolean
}

export interface Crew {
  look(bytes: Uint8Array, wish: LookWish): Promise<Sight>
  fingerprint(bytes: Uint8Array): Promise<Fingerprinted>
  learn(host: string): Promise<Learned>
  /** What pictures are held against from the next one on. */
  setBans(bans: PictureBans): void
  close(): void
}

const FINGERPRINT_MS = 20_000
const LEARN_MS = 60_000 // several fonts and sizes, each read

type Wished = Question extends infer Each
  ? Each extends Question
    ? Omit<Each, 'job'>
    : never
  : never

export function openCrew(options: CrewOptions): Crew {
  const places = Array.from({ length: options.size }, () => openPlace(options))
  const waiting = openWaiting(places)
  let jobs = 0
  const ask = async (wished: Wished, deadlineMs: number, ticket: Ticket): Promise<Asked> => {
    const question = { ...wished, job: ++jobs } as Question
    const turn = await waiting.take(ticket)
    if (turn.status !== 'taken') {
      return { status: 'turned-away', why: TURNED_AWAY[turn.status] }
    }
    try {
      return await turn.place.work(question, deadlineMs)
    } finally {
      turn.leave()
    }
  }
  return {
    async look(bytes, { deadlineMs, isThorough, ...ticket }) {
      const outcome = await ask({ kind: 'look', bytes, isThorough }, deadlineMs, ticket)
      const seen = answered(outcome, 'seen')
      if (seen) return seen.sight
      const unread = { status: 'unread', why: whyNot(outcome), isPassing: true } as const
      if (outcome.status === 'turned-away') return { ...unread, isTurnedAway: true, stages: {} }
      const isFatal = outcome.status === 'lost' && outcome.isFatal
      return { ...unread, ...(isFatal && { isFatal }), stages: {} }
    },
    async fingerprint(bytes) {
      const outcome = await ask({ kind: 'fingerprint', bytes }, FINGERPRINT_MS, { isUrgent: true })
      const done = answered(outcome, 'fingerprinted')
      return done ? done.print : { status: 'unread', why: whyNot(outcome) }
    },
    async learn(host) {
      const outcome = await ask({ kind: 'learn', host }, LEARN_MS, {})
      const done = answered(outcome, 'learned')
      return done ? done.learned : { status: 'unreadable', why: whyNot(outcome) }
    },
    setBans(bans) {
      for (const place of places) place.setBans(bans)
    },
    close() {
      waiting.close()
      for (const place of places) place.close()
    },
  }
}

/** Before any child had seen it. */
type Asked = Outcome | { readonly status: 'turned-away'; readonly why: string }

const TURNED_AWAY = {
  full: 'too many pictures are waiting',
  spent: 'its author’s server has had its share of reading for this minute',
  unwanted: 'nobody waited for it any longer',
} as const satisfies Record<Exclude<Turn<unknown>['status'], 'taken'>, string>

function answered<Kind extends Answer['kind']>(outcome: Asked, kind: Kind) {
  if (outcome.status !== 'answered' || outcome.answer.kind !== kind) return undefined
  return outcome.answer as Extract<Answer, { kind: Kind }>
}

function whyNot(outcome: Asked): string {
  return outcome.status === 'answered' ? `it answered with ${outcome.answer.kind}` : outcome.why
}
