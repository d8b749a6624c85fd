// The judgement in force: rules, thresholds and ban lists. They are read again when their files change or the operator
// asks for it; what is wrong then is told and changes nothing.

import { changesBetween } from '../config/changes.ts'
import { WrongConfig } from '../config/layers.ts'
import type { Settings } from '../config/settings.ts'
import type { Config } from '../config.ts'
import type { CompiledRules } from '../rules/catalog.ts'
import { watchFiles } from './file-watch.ts'
import { type ListFiles, type ListFilesOptions, type Lists, openListFiles } from './list-files.ts'
import { listKeeper } from './list-keeper.ts'
import { openReloadLog } from './reload-log.ts'

export interface RulesInForce {
  /** Taken once, it judges a delivery by one set of rules. */
  current(): RuleSet
  /** Reads everything again and logs what changed; returns what is wrong with it, in sentences. */
  reload(): readonly string[]
  /** The same, but silent where nothing changed. */
  look(): void
  close(): void
}

export interface RuleSet {
  /** Another object whenever anything but `config` is another. */
  readonly rules: CompiledRules
  readonly thresholds: Config['thresholds']
  /** As it was last accepted, with keys that wait for the next start. */
  readonly config: Config
  /** With the entries of the list files. */
  readonly banned: Pick<Config['banned'], 'urls' | 'text'>
  readonly lists: Lists
}

export interface RulesOptions extends ListFilesOptions {
  readonly config: Config
  /** Where the configuration came from; without it the list files alone are read again. */
  readonly settings?: Settings | undefined
  readonly lookEveryMs?: number
}

const LOOK_EVERY_MS = 1_000

/** Throws WrongConfig for what cannot be read or compiled. */
export function openRules(options: RulesOptions): RulesInForce {
  const { config, settings, log, lookEveryMs = LOOK_EVERY_MS } = options
  const listFiles = openListFiles(options)
  const reloadLog = openReloadLog(log, config)
  const compiler = listKeeper()
  let current = compile(config, listFiles.read(config.banned.files), compiler)
  let wanted = config
  const reload = (isAsked: boolean) => {
    const attempt = attemptReload({ settings, listFiles, compiler, current })
    reloadLog.tell({ ...attempt, isAsked, before: current })
    ;({ after: current, wanted } = attempt)
    const faults = attempt.faults.map(({ message }) => message)
    return [...new Set([...faults, ...listFiles.complaints(current.lists)])]
  }
  const watch = watchFiles({
    // Those of a refused configuration too: it may only wait for a file.
    files: () => [...(settings?.files ?? []), ...filesOf(current.config), ...filesOf(wanted)],
    everyMs: lookEveryMs,
    onChange: () => void reload(false),
  })
  let closed = false
  return {
    current: () => current,
    reload: () => (closed ? [] : reload(true)),
    look() {
      if (!closed) reload(false)
    },
    close() {
      closed = true
      watch.close()
    },
  }
}

interface Attempt {
  readonly after: RuleSet
  readonly wanted: Config
  readonly faults: readonly Error[]
}

interface Reloading {
  readonly settings: Settings | undefined
  readonly listFiles: ListFiles
  readonly compiler: Compiler
  readonly current: RuleSet
}

type Compiler = ReturnType<typeof listKeeper>

/** A configuration that is refused as a whole does not keep the list files back. */
function attemptReload(reloading: Reloading): Attempt {
  const { settings, current } = reloading
  const faults: Error[] = []
  const attempt = <Result>(work: () => Result): Result | undefined => {
    try {
      return work()
    } catch (cause) {
      faults.push(cause as Error)
      return undefined
    }
  }
  const read = settings && attempt(() => readSettings(settings))
  const wanted = read ?? current.config
  const renewed = read && attempt(() => renew(read, reloading))
  const after = renewed ?? attempt(() => renew(current.config, reloading)) ?? current
  return { after, wanted, faults }
}

function readSettings(settings: Settings): Config {
  const loaded = settings.read()
  if (loaded.status === 'wrong') throw new WrongConfig(loaded.why)
  return loaded.config
}

function renew(config: Config, { listFiles, compiler, current }: Reloading): RuleSet {
  const lists = listFiles.read(config.banned.files)
  const isSame = [...lists].every(([file, list]) => current.lists.get(file) === list)
  const { taken } = changesBetween(current.config, config)
  return isSame && taken.length === 0 ? { ...current, config } : compile(config, lists, compiler)
}

function compile(config: Config, lists: Lists, compiler: Compiler): RuleSet {
  const { rules, composites, thresholds } = config
  const fromFiles = [...lists.values()].flatMap(({ entries }) => entries)
  const banned = { ...config.banned, urls: [...config.banned.urls, ...fromFiles] }
  try {
    const settings = { rules, composites, banned }
    return { rules: compiler(settings), thresholds, config, lists, banned }
  } catch (cause) {
    throw new WrongConfig(`config: ${(cause as Error).message}`, { cause })
  }
}

function filesOf({ banned }: Config): readonly string[] {
  return banned.files
}
