// The rules in force, with the operator's list files in them: read again when they change, kept when they break.
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { Config } from './config.ts'
import type { Facts } from './facts.ts'
import type { Log } from './log.ts'
import { compileRules } from './rules/catalog.ts'
import type { Hit } from './rules/rule.ts'

export interface RulesInForce {
  evaluate(facts: Facts): readonly Hit[]
  close(): void
}

const LOOK_EVERY_MS = 2_000

/** Throws when a file cannot be read or an entry is none, and names it. */
export function openRules(config: Pick<Config, 'rules' | 'banned'>, log: Log): RulesInForce {
  const { files } = config.banned
  let current = compile(config)
  const reload = () => {
    try {
      current = compile(config)
      log.info({ files }, 'the list files were read again')
    } catch (cause) {
      log.error({ err: cause }, 'a list file is wrong: the rules stay as they were')
    }
  }
  for (const file of files) watchFile(file, { interval: LOOK_EVERY_MS }, reload).unref()
  return {
    evaluate: (facts) => current.evaluate(facts),
    close() {
      for (const file of files) unwatchFile(file, reload)
    },
  }
}

function compile({ rules, banned }: Pick<Config, 'rules' | 'banned'>) {
  const urls = [...banned.urls, ...banned.files.flatMap(readEntries)]
  return compileRules({ rules, banned: { urls } })
}

/** One entry a line; `#` begins a comment at the start of a line or after a blank. */
export function readEntries(file: string): readonly string[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Error(`banned.files: ${file} cannot be read`, { cause })
  }
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
}
