// The settings of a running relay, read again as they were read at the start.
import { existsSync } from 'node:fs'
import { type Loaded, loadConfig } from '../config.ts'

export interface Settings {
  /** What to watch; the operator's file need not be there. */
  readonly files: readonly string[]
  read(): Loaded
}

type First = Extract<Loaded, { status: 'loaded' }>

export function rereading(flags: readonly string[], { files }: First): Settings {
  const [, own] = files
  // Once there, the operator's file is needed: what vanishes for a moment must not take its settings along.
  let pinned = pin(own)
  return {
    files,
    read() {
      const loaded = loadConfig([...flags, ...pinned])
      if (loaded.status === 'loaded' && pinned.length === 0) pinned = pin(own)
      return loaded
    },
  }
}

function pin(file: string): readonly string[] {
  return existsSync(file) ? [`--config=${file}`] : []
}
