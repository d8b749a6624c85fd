// The other end of children.ts: what a measured process says about itself.

export type Answering = Readonly<Record<string, (about: unknown) => unknown>>

export interface Usage {
  /** Microseconds of CPU time, all threads. */
  readonly cpu: number
  /** Bytes. */
  readonly rss: number
}

export function setupOf<Setup>(): Setup {
  return JSON.parse(process.argv[2] ?? '{}') as Setup
}

/** Tells the parent that it may begin; `stop` ends the process, and so does the parent's own end. */
export function answerParent(ready: unknown, answering: Answering): void {
  const all: Answering = { usage, ...answering }
  process.on('message', async (message) => {
    const { question, about } = message as { question: string; about: unknown }
    const answer = await all[question]?.(about)
    if (question === 'stop') process.exit()
    process.send?.({ answerTo: question, answer })
  })
  process.once('disconnect', () => process.exit())
  process.send?.({ answerTo: 'ready', answer: ready })
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpu: user + system, rss: process.memoryUsage.rss() }
}
