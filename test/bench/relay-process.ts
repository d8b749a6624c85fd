// The real relay, as `npm start` runs it; its verdicts are counted, and its CPU time can be profiled.
import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { loadConfig } from '../../src/config.ts'
import { openLog } from '../../src/log.ts'
import { openRelay } from '../../src/main.ts'
import { answerParent, setupOf } from './answering.ts'

export interface RelayReady {
  readonly port: number
  readonly adminPort: number
  readonly adminToken: string
}

const { flags } = setupOf<{ flags: string[] }>()
const loaded = loadConfig(flags)
if (loaded.status === 'wrong') throw new Error(loaded.why)
const verdicts = new Map<string, number>()
const opened = await openRelay({
  config: loaded.config,
  log: openLog({ terminal: false }),
  onVerdict({ action, sender, notes }) {
    const key = [action, sender.proof, ...notes].join(' ')
    verdicts.set(key, (verdicts.get(key) ?? 0) + 1)
  },
})
if (opened.status === 'failed') throw new Error(opened.why)
const { port, adminPort, adminToken } = opened
const session = new Session()
answerParent({ port, adminPort, adminToken } satisfies RelayReady, {
  verdicts: () => Object.fromEntries(verdicts),
  stop: () => opened.close(),
  async profile() {
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.start')
  },
  async profiled(file) {
    const { profile } = await session.post('Profiler.stop')
    await writeFile(file as string, JSON.stringify(profile))
  },
})
