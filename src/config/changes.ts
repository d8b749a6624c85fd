// Which settings differ, by key, and which of them a running relay can take.
import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../config.ts'

export interface Changes {
  readonly taken: readonly string[]
  /** Need a new start. */
  readonly waiting: readonly string[]
}

const LIVE = new Set(['thresholds', 'banned', 'rules', 'composites'])

export function changesBetween(before: Config, after: Config): Changes {
  const keys = differing(before, after, [])
  const isLive = ([top]: readonly string[]) => LIVE.has(top!)
  return {
    taken: keys.filter(isLive).map((key) => key.join('.')),
    waiting: keys.filter((key) => !isLive(key)).map((key) => key.join('.')),
  }
}

/** What a relay has in force that started with one and was then told the other. */
export function inForceOf(started: Config, told: Config): Config {
  const live = Object.entries(told).filter(([key]) => LIVE.has(key))
  return { ...started, ...Object.fromEntries(live) }
}

function differing(
  before: unknown,
  after: unknown,
  path: readonly string[],
): readonly (readonly string[])[] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isGroup(before) || !isGroup(after)) return [path]
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) => differing(before[key], after[key], [...path, key]))
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
