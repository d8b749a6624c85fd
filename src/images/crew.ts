// The child processes that read pictures: started when the first picture needs them, ended when none comes, replaced
// when one falls. A crash costs one picture.
import type { Fingerprinted, Learned } from './child-messages.ts'
import type { Answer, MemberOptions, Outcome, Question } from './member.ts'
import { openPlace } from './place.ts'
import type { PictureBans, Sight } from './sight.ts'
import { openWaiting } from './waiting.ts'

export interface CrewOptions extends Partial<MemberOptions> {
  /** How many pictures are read at once. */
  readonly size: number
  /** Told of every child that fell and of what it was at. */
  readonly onFault: (what: string, cause: unknown) => void
}

export interface LookWish {
  /** From the moment that a child begins; milliseconds. */
  readonly deadlineMs: number
  /** Look at everything and tell what was recognised, banned or not. */
  readonly isThorough: boolean
  /** Before those that are not. */
  readonly isUrgent?: boolean
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
  const ask = async (wished: Wished, deadlineMs: number, isUrgent: boolean): Promise<Outcome> => {
    const question = { ...wished, job: ++jobs } as Question
    const turn = await waiting.take(isUrgent)
    if (turn.status === 'full')
      return { status: 'lost', why: 'too many pictures are waiting', isFatal: false }
    try {
      return await turn.place.work(question, deadlineMs)
    } finally {
      turn.leave()
    }
  }
  return {
    async look(bytes, { deadlineMs, isThorough, isUrgent = false }) {
      const outcome = await ask({ kind: 'look', bytes, isThorough }, deadlineMs, isUrgent)
      const seen = answered(outcome, 'seen')
      if (seen) return seen.sight
      const fatal = outcome.status === 'lost' && outcome.isFatal ? { isFatal: true as const } : {}
      return { status: 'unread', why: whyNot(outcome), isPassing: true, ...fatal, stages: {} }
    },
    async fingerprint(bytes) {
      const outcome = await ask({ kind: 'fingerprint', bytes }, FINGERPRINT_MS, true)
      const done = answered(outcome, 'fingerprinted')
      return done ? done.print : { status: 'unread', why: whyNot(outcome) }
    },
    async learn(host) {
      const outcome = await ask({ kind: 'learn', host }, LEARN_MS, false)
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

function answered<Kind extends Answer['kind']>(outcome: Outcome, kind: Kind) {
  if (outcome.status === 'lost' || outcome.answer.kind !== kind) return undefined
  return outcome.answer as Extract<Answer, { kind: Kind }>
}

function whyNot(outcome: Outcome): string {
  return outcome.status === 'lost' ? outcome.why : `it answered with ${outcome.answer.kind}`
}
