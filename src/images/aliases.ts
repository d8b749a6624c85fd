// How the banned hosts in other scripts are misread when they are drawn, learned one after the other.
import { type ForeignHost, foreignHosts } from './foreign-hosts.ts'
import type { Learn } from './learner.ts'
import type { DrawnAlias } from './sight.ts'

export interface AliasLesson {
  readonly urls: readonly string[]
  readonly learn: Learn
  /** Learned before. */
  readonly known?: readonly DrawnAlias[]
  /** For the operator: a host that will not be recognised when it is drawn. */
  readonly tell: (complaint: string) => void
  /** Asked after each host: true ends the lesson. */
  readonly isOver?: () => boolean
}

const MAX_LEARNED = 100 // five seconds of a core each

/** What is known so far: at once, and after each host. */
export async function* learnAliases(lesson: AliasLesson): AsyncGenerator<readonly DrawnAlias[]> {
  const { urls, learn, known = [], tell, isOver = () => false } = lesson
  const hosts = foreignHosts(urls)
  const isKnown = ({ entry }: ForeignHost) => known.some((alias) => alias.entry === entry)
  let aliases = known.filter(({ entry }) => hosts.some((host) => host.entry === entry))
  const fresh = hosts.filter((host) => !isKnown(host))
  yield aliases
  for (const { entry, host } of fresh.slice(0, MAX_LEARNED)) {
    const answer = await learn(host)
    if (isOver()) return
    if (answer.status === 'learned') aliases = [...aliases, { entry, readAs: answer.readAs }]
    else tell(`${entry} will not be recognised when it is drawn: ${answer.why}`)
    yield aliases
  }
  const left = fresh.slice(MAX_LEARNED)
  if (left.length > 0) {
    tell(
      `${left.length} more hosts, such as ${left[0]!.host}, will not be: ${MAX_LEARNED} are learned`,
    )
  }
}
