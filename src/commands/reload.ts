// Lets the running relay read its rules, thresholds and ban lists again.

import { splitArguments, WrongUse } from './arguments.ts'
import { openDesk } from './desk.ts'
import { useOf } from './help.ts'
import { configFor } from './settled-config.ts'

export async function reload(args: readonly string[]): Promise<number> {
  const { files, config } = splitArguments(args, { VALUED: [], SWITCHES: [] })
  if (files.length > 0) throw new WrongUse(useOf('reload'))
  const desk = await openDesk(configFor(config))
  try {
    if (!desk.isRunning) throw new Error('no relay runs that could read its settings again')
    const { text } = await desk.ask('POST', '/api/reload')
    const { wrong } = JSON.parse(text) as { wrong: readonly string[] }
    for (const why of wrong) process.stderr.write(`${why}\n`)
    if (wrong.length === 0) process.stdout.write('read again; the log says what changed\n')
    return wrong.length === 0 ? 0 : 1
  } finally {
    await desk.close()
  }
}
