// explain <file…|-> [--json] [--actor <file>] [--now <time>] [--unproved]: the verdict on activities in files, offline.
import { readFileSync } from 'node:fs'
import { readEntries } from '../ban-list.ts'
import { loadConfig } from '../config.ts'
import { openExplainer, type Sample } from '../explain.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import type { Verdict } from '../verdict.ts'
import { splitArguments, WrongUse } from './arguments.ts'

const VALUED = ['actor', 'now'] as const
const SWITCHES = ['json', 'unproved'] as const

export async function explain(args: readonly string[]): Promise<number> {
  const { files, values, switches, config } = splitArguments(args, { VALUED, SWITCHES })
  if (files.length === 0) throw new WrongUse('explain needs a file, or - for standard input')
  const records = files.map((file) => ({ file, ...readRecord(file) }))
  const loaded = loadConfig(config, fallbackFor(records))
  if (loaded.status === 'wrong') throw new WrongUse(loaded.why)
  const { urls, files: lists } = loaded.config.banned
  const explainer = openExplainer(loaded.config, [...urls, ...lists.flatMap(readEntries)])
  const actor = values.actor === undefined ? [] : [objectIn(values.actor)]
  for (const record of records) {
    const documents = [...actor, ...record.documents]
    const at = timeOf(values.now) ?? record.at ?? Date.now()
    const sample: Sample = {
      ...record,
      name: record.file,
      documents,
      at,
      unproved: switches.unproved,
    }
    const verdict = await explainer(sample)
    process.stdout.write(switches.json ? `${JSON.stringify(verdict)}\n` : describe(verdict))
  }
  return 0
}

interface FileRecord {
  readonly body: Buffer
  readonly target: string
  readonly at: number | undefined
  readonly host: string | undefined
  readonly documents: readonly JsonObject[]
}

/** An activity as it is, or a recorded delivery with the documents of its people. */
function readRecord(file: string): FileRecord {
  const body = readBytes(file)
  const plain = { body, target: '/inbox', at: undefined, host: undefined, documents: [] }
  const json = tryJson(body)
  if (!isObject(json) || typeof json.bodyBase64 !== 'string') return plain
  const { path, receivedAt, headers, documents } = json
  const host = isObject(headers) ? headers.host : undefined
  return {
    body: Buffer.from(json.bodyBase64, 'base64'),
    target: typeof path === 'string' ? path : '/inbox',
    at: typeof receivedAt === 'string' ? timeOf(receivedAt) : undefined,
    host: typeof host === 'string' ? host : undefined,
    documents: isObject(documents) ? Object.values(documents).filter(isObject) : [],
  }
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

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new WrongUse(`--now ${text} is no time such as 2024-02-18T09:00:00Z`)
  return at
}

/** Offline no instance is needed, and a recorded delivery says whose inbox it came to. */
function fallbackFor(records: readonly FileRecord[]): object {
  const domain = records.find(({ host }) => host !== undefined)?.host
  const instance = { upstream: 'http://127.0.0.1:3000', ...(domain !== undefined && { domain }) }
  return { instance }
}

function describe({ id, action, score, hits, sender, block, notes }: Verdict): string {
  const who = `${sender.actor ?? sender.domain ?? 'nobody'} (${sender.proof})`
  const lines = [
    `${id}: ${action}, score ${score}, by ${who}`,
    ...hits.map((hit) => `  ${hit.rule} ${hit.shadow ? 'shadow' : `+${hit.score}`}  ${hit.why}`),
    ...(block ? [`  would block ${block.domain} (${block.by})`] : []),
    ...notes.map((note) => `  note: ${note}`),
  ]
  return `${lines.map(printable).join('\n')}\n`
}

/** A stranger's words must not move the terminal's cursor. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, '�')
}
