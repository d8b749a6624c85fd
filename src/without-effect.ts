// Keys that are accepted already and do nothing yet: told at the start, so that nobody relies on them.
import type { Config } from './config.ts'

const UNUSED: Readonly<Record<string, (config: Config) => boolean>> = {
  lists: ({ lists }) => lists.length > 0,
}

export function keysWithoutEffect(config: Config): readonly string[] {
  return Object.keys(UNUSED).filter((key) => UNUSED[key]!(config))
}
