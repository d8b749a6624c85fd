// What the running relay would make of an activity or a recorded delivery, and why. Leaves no trace of it.
import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { readRecorded } from '../explain/recorded.ts'
import type { Sample } from '../explain/trial.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { scanJson } from '../json-scan.ts'
import { isObject } from '../plain-keys.ts'
import type { ConsoleParts, RunningParts } from './listener.ts'
import { parseRequest } from './parse.ts'
import { rawMember } from './raw-member.ts'
import type { Api } from './routes.ts'
import { answers, answersOf } from './shapes.ts'

const BODY_LIMIT = 1_572_864 // a delivery of a megabyte in base64, with the documents of its people
/** Wider than those of a delivery: what goes beyond those is refused as the inbox would refuse it. */
const LIMITS = { depth: 200, nodes: 200_000 }

type ExplainParts = Pick<ConsoleParts, 'newId' | 'now'> & Pick<RunningParts, 'explain'>

export function addExplainApi(api: Api, parts: ExplainParts): void {
  const summary = 'What would become of an activity, and why; leaves no trace'
  const schema = { summary, body: question, response: answersOf(answers.explained) }
  // The body is taken as bytes and checked below: an activity is judged as it was written.
  const options = { schema, bodyLimit: BODY_LIMIT, validatorCompiler: () => () => true }
  api.register((route, _, ready) => {
    route.removeAllContentTypeParsers()
    route.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (_, body, done) =>
      done(null, body),
    )
    route.post<{ Body?: Buffer }>('/explain', options, async (request) => {
      const body = request.body ?? Buffer.alloc(0)
      const asked = parseRequest(question, parseBody(body))
      return parts.explain(sampleOf(asked, body, parts))
    })
    ready()
  })
}

const time = z.iso.datetime({ offset: true })
const object = z.custom<JsonObject>((given) => isObject(given as JsonValue), 'is no JSON object')

const question = z
  .strictObject({
    activity: object.optional(),
    // Of a recorded delivery as it was kept: what else it tells is not needed here.
    delivery: z
      .looseObject({
        bodyBase64: z.base64(),
        path: z.string().startsWith('/').optional(),
        receivedAt: time.optional(),
        documents: z.record(z.string(), object).optional(),
      })
      .optional(),
    actor: object.optional(),
    now: time.optional(),
    unproved: z.boolean().default(false),
  })
  .refine(({ activity, delivery }) => (activity === undefined) !== (delivery === undefined), {
    path: ['activity'],
    message: 'is needed, or delivery in its place; not both',
  })

function sampleOf(
  { delivery, actor, now, unproved }: z.output<typeof question>,
  body: Buffer,
  parts: ExplainParts,
): Sample {
  const recorded = delivery && readRecorded(delivery as JsonObject)
  return {
    name: parts.newId(),
    body: recorded?.body ?? rawMember(body, 'activity') ?? Buffer.alloc(0),
    target: recorded?.target ?? '/inbox',
    at: now === undefined ? (recorded?.at ?? parts.now()) : Date.parse(now),
    documents: [...(actor ? [actor] : []), ...(recorded?.documents ?? [])],
    unproved,
  }
}

/** Before anything is built of it: what nests without end must not be walked. */
function parseBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw wrong('is not UTF-8')
  const { beyond } = scanJson(body, LIMITS)
  if (beyond) throw wrong(`has too many ${beyond === 'depth' ? 'levels' : 'values'}`)
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw wrong('is not JSON', cause)
  }
}

function wrong(what: string, cause?: unknown): Error {
  return Object.assign(new Error(`body: ${what}`, { cause }), { statusCode: 400 })
}
