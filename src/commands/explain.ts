// explain <file…|-> [--json] [--actor <file>] [--now <time>] [--unproved]: the verdict on activities in files, offline.
import { readFileSync } from 'node:fs'
import { loadConfig } from '../config.ts'
import { type Recorded, readRecorded } from '../explain/recorded.ts'
import { offlineExplainer } from '../explain.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import { safeJson } from '../printable.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { explainedText } from './explained-text.ts'

const VALUED = ['actor', 'now'] as const
const SWITCHES = ['json', 'unproved'] as const

export async function explain(args: readonly string[]): Promise<number> {
  const { files, values, switches, config } = splitArguments(args, { VALUED, SWITCHES })
  if (files.length === 0) throw new WrongUse('explain needs a file, or - for standard input')
  const records = files.map((file) => ({ file, ...readRecord(file) }))
  const loaded = loadConfig(config, fallbackFor(records))
  if (loaded.status === 'wrong') throw new WrongUse(loaded.why)
  const explainer = offlineExplainer(loaded.config)
  const actor = values.actor === undefined ? [] : [objectIn(values.actor)]
  const now = values.now === undefined ? undefined : timeOf(values.now)
  const { unproved } = switches
  for (const { file: name, body, target, documents, ...record } of records) {
    const at = now ?? record.at ?? Date.now()
    const people = [...actor, ...documents]
    const explained = await explainer({ name, body, target, at, documents: people, unproved })
    const { verdict, explanation } = explained
    const line = switches.json ? safeJson({ ...verdict, explanation }) : undefined
    process.stdout.write(`${line ?? explainedText(explained, isColourful())}\n`)
  }
  return 0
}

/** An activity as it is, or a recorded delivery with the documents of its people. */
function readRecord(file: string): Recorded {
  const body = readBytes(file)
  const plain = { body, target: '/inbox', at: undefined, host: undefined, documents: [] }
  const json = tryJson(body)
  return (isObject(json) ? readRecorded(json) : undefined) ?? plain
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (cause) {
    throw new WrongUse(`${file} cannot be read`, { cause })
  }
}

/** What is no JSON at all is for the pipeline to refuse, as it would refuse it at the inbox. */
function tryJson(body: Buffer): JsonValue | undefined {
  try {
    return JSON.parse(body.toString('utf8')) as JsonValue
  } catch {
    return undefined
  }
}

function objectIn(file: string): JsonObject {
  const json = tryJson(readBytes(file))
  if (!isObject(json)) throw new WrongUse(`${file} holds no JSON object`)
  return json
}

function timeOf(text: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new WrongUse(`--now ${text} is no time such as 2024-02-18T09:00:00Z`)
  return at
}

/** Offline no instance is needed, and a recorded delivery says whose inbox it came to. */
function fallbackFor(records: readonly Recorded[]): object {
  const domain = records.find(({ host }) => host !== undefined)?.host
  const instance = { upstream: 'http://127.0.0.1:3000', ...(domain !== undefined && { domain }) }
  return { instance }
}

/** On a terminal that has colours and whose owner wants them (NO_COLOR). */
function isColourful(): boolean {
  return process.stdout.isTTY === true && process.stdout.hasColors()
}
