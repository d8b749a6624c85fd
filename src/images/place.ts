// One place in the crew: holds a child that reads pictures, or none; whoever falls, tires or idles is replaced.
import {
  type Member,
  type MemberOptions,
  type Outcome,
  openMember,
  type Question,
} from './member.ts'
import type { PictureBans } from './sight.ts'

export interface Place {
  work(question: Question, deadlineMs: number): Promise<Outcome>
  setBans(bans: PictureBans): void
  close(): void
}

export interface PlaceOptions extends Partial<MemberOptions> {
  readonly onFault: (what: string, cause: unknown) => void
}

const IDLE_MS = 5 * 60_000 // 200 MB for nobody
const MAX_JOBS = 500 // what libraries leak is given back
const RECYCLE_BYTES = 600_000_000
const RETRY_MS = 30_000 // where no child starts, starting one for each picture would only add load

export function openPlace(options: PlaceOptions): Place {
  const { onFault } = options
  const post = openPost(options)
  let idle: NodeJS.Timeout | undefined
  return {
    async work(question, deadlineMs) {
      clearTimeout(idle)
      const member = await post.engage()
      if (!member) return { status: 'lost', why: NO_START, isFatal: false }
      const outcome = await member.ask(question, deadlineMs)
      if (outcome.status === 'lost') {
        onFault('picture-child', new Error(`a child that read a picture was lost: ${outcome.why}`))
      }
      if (outcome.status === 'lost' || (await post.isWornOut(member))) post.dismiss()
      idle = setTimeout(post.dismiss, IDLE_MS).unref()
      return outcome
    },
    setBans: post.setBans,
    close() {
      clearTimeout(idle)
      post.close()
    },
  }
}

const NO_START = 'the process that reads pictures does not start'

function openPost({ onFault, onNoise = () => {}, ...own }: PlaceOptions) {
  let member: Member | undefined
  let bans: PictureBans | undefined
  let jobs = 0
  let hopelessUntil = 0
  let isOpen = true

  async function engage(): Promise<Member | undefined> {
    if (member?.isAlive()) return member
    if (!isOpen || performance.now() < hopelessUntil) return undefined
    const fresh = openMember({ onNoise, ...own })
    member = fresh
    jobs = 0
    const why = await fresh.ready
    if (why === undefined) {
      if (bans) fresh.tell({ kind: 'bans', bans })
      return fresh
    }
    hopelessUntil = performance.now() + RETRY_MS
    onFault('picture-child-start', new Error(`a child that reads pictures did not start: ${why}`))
    return undefined
  }

  const dismiss = () => {
    member?.kill()
    member = undefined
  }
  return {
    engage,
    dismiss,
    close() {
      isOpen = false
      dismiss()
    },
    async isWornOut(worker: Member): Promise<boolean> {
      if (++jobs >= MAX_JOBS) return true
      return ((await worker.residentBytes()) ?? 0) > RECYCLE_BYTES
    },
    setBans(fresh: PictureBans) {
      bans = fresh
      if (member?.isAlive()) member.tell({ kind: 'bans', bans })
    },
  }
}
