// What an operator got wrong, as one sentence: the key, why, and the file and line, variable or flag.
import type { z } from 'zod'
import type { Layer, Sources } from './layers.ts'
import type { Path } from './yaml-file.ts'

type Merged = Extract<Sources, { status: 'merged' }>

export interface Complaint {
  readonly path: Path
  readonly message: string
}

const MISSING: Readonly<Record<string, string>> = {
  'instance.domain': 'the domain in your users’ handles, e.g. example.social',
  'instance.upstream': 'where your instance listens, e.g. http://127.0.0.1:3000',
}

export function complain({ path, message }: Complaint, { merged, layers }: Merged): string {
  const key = path.map(String).join('.')
  const hint = MISSING[key]
  if (hint !== undefined && valueAt(merged, path) === undefined) {
    return `config: ${key} is missing: ${hint} (set it in config/sekisho.local.yaml or with --${key})`
  }
  return `config: ${nameOf(path)} ${message} (${placeOf(path, layers)})`
}

export function complaintOf(issue: z.core.$ZodIssue): Complaint {
  if (issue.code === 'unrecognized_keys') {
    return {
      path: [...issue.path, ...issue.keys.slice(0, 1)],
      message: 'is no key of the configuration',
    }
  }
  const nested = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined
  const message = nested ?? issue.message
  return { path: issue.path, message: message.replace(/^Invalid/, 'is invalid:') }
}

const KINDS: Readonly<Record<string, string>> = {
  number: 'is no number',
  int: 'is no whole number',
  string: 'is no text',
  boolean: 'is neither true nor false',
  array: 'is no list',
  object: 'holds no keys',
  record: 'holds no keys',
}

/** For zod, where the schema has no words of its own. */
export function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing'
      if (issue.input === null) return 'is empty'
      return KINDS[issue.expected]
    case 'invalid_value':
      return `is none of ${issue.values.map(String).join(', ')}`
    case 'too_small':
    case 'too_big':
      return outOfBounds(issue)
    default:
      return undefined
  }
}

type OutOfBounds = Extract<z.core.$ZodRawIssue, { code: 'too_small' | 'too_big' }>

function outOfBounds(issue: OutOfBounds): string {
  const isText = issue.origin === 'string'
  if (issue.code === 'too_big') {
    if (isText) return `is longer than ${issue.maximum} characters`
    return `${issue.origin === 'array' ? 'has more entries than' : 'is above'} ${issue.maximum}`
  }
  if (isText || issue.origin === 'array') return 'is empty'
  return issue.inclusive ? `is below ${issue.minimum}` : `is not above ${issue.minimum}`
}

/** `banned.urls.1` → `entry 2 of banned.urls`: people count from one. */
function nameOf(path: Path): string {
  const last = path.at(-1)
  if (typeof last !== 'number') return path.map(String).join('.')
  return `entry ${last + 1} of ${path.slice(0, -1).map(String).join('.')}`
}

/** What is missing altogether is missed where the key above it stands. */
export function placeOf(path: Path, layers: readonly Layer[]): string {
  for (let depth = path.length; depth > 0; depth--) {
    const known = path.slice(0, depth)
    const layer = layers.findLast(({ values }) => valueAt(values, known) !== undefined)
    if (layer) return layer.placeOf(known)
  }
  return 'default'
}

function valueAt(tree: unknown, path: Path): unknown {
  let at = tree
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<PropertyKey, unknown>)[part]
  }
  return at
}
