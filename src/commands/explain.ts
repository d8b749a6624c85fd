// explain <file…|-> [--json] [--actor <file>] [--now <time>] [--unproved]: the verdict on activities in files, offline.
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { WrongConfig } from '../config/layers.ts'
import { unreadable } from '../config/unreadable.ts'
import { type Config, loadConfig, pathFromCaller } from '../config.ts'
import { type Recorded, readRecorded } from '../explain/recorded.ts'
import { type Explainer, offlineExplainer } from '../explain.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import { printable, safeJson } from '../printable.ts'
import { readProfile } from '../remote/profile.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { explainedText } from './explained-text.ts'
import { timeOf } from './times.ts'

const VALUED = ['actor', 'now'] as const
const SWITCHES = ['json', 'unproved'] as const

export async function explain(args: readonly string[]): Promise<number> {
  const { files, values, switches, config } = splitArguments(args, { VALUED, SWITCHES })
  if (files.length === 0) throw new WrongUse('explain needs a file, or - for standard input')
  const records: (Recorded & { readonly file: string })[] = []
  for (const file of files) records.push({ file, ...(await readRecord(file)) })
  const loaded = loadConfig(config, fallbackFor(records))
  if (loaded.status === 'wrong') throw new WrongUse(loaded.why)
  const explainer = openExplainer(loaded.config)
  const actor = values.actor === undefined ? [] : [await actorIn(values.actor)]
  const now = values.now === undefined ? undefined : timeOf('now', values.now)
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

async function actorIn(file: string): Promise<JsonObject> {
  const document = await objectIn(file)
  if (readProfile(document, 0) !== undefined) return document
  throw new WrongUse(`${file} holds no actor: a whole one has an inbox`)
}

function openExplainer(config: Config): Explainer {
  try {
    return offlineExplainer(config, (complaint) =>
      process.stderr.write(`${printable(complaint)}\n`),
    )
  } catch (cause) {
    if (!(cause instanceof WrongConfig)) throw cause
    throw new WrongUse(cause.message, { cause })
  }
}

/** An activity as it is, or a recorded delivery with the documents of its people. */
async function readRecord(file: string): Promise<Recorded> {
  const body = await readBytes(file)
  const plain = { body, target: '/inbox', at: undefined, host: undefined, documents: [] }
  const json = tryJson(body)
  return (isObject(json) ? readRecorded(json) : undefined) ?? plain
}

/** Standard input as a stream: a pipe that is not full yet must be waited for. */
async function readBytes(file: string): Promise<Buffer> {
  try {
    return file === '-' ? await buffer(process.stdin) : await readFile(pathFromCaller(file))
  } catch (cause) {
    throw new WrongUse(unreadable(file, cause), { cause })
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

async function objectIn(file: string): Promise<JsonObject> {
  const json = tryJson(await readBytes(file))
  if (!isObject(json)) throw new WrongUse(`${file} holds no JSON object`)
  return json
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
