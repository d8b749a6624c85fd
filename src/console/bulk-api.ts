// Many blocks at once by API: import, undo, backup, restore.
import { Readable } from 'node:stream'
import { z } from 'zod'
import { blockedName } from '../config/values.ts'
import { backupLineSchema, backupLines, restoreLines } from '../lists/backup.ts'
import { importBlocks } from '../lists/import-blocks.ts'
import { newTally, type Tally } from '../lists/tally.ts'
import { undoBlocks } from '../lists/undo-blocks.ts'
import type { Audit } from './audit.ts'
import type { ConsoleParts } from './listener.ts'
import type { Api } from './routes.ts'
import { answers, answersOf } from './shapes.ts'

const BULK_BYTES = 16_777_216 // a thousand blocks with their evidence
const MOST = 1_000
const TOLD = 1_000 // domains that the answer and the audit name; of the rest they tell the number
const words = z.string().max(2_000)

const importing = z.strictObject({
  by: z.string().regex(/^list:[\w.@-]{1,64}$/, 'is list:<name>'),
  entries: z
    .array(
      z.strictObject({
        domain: blockedName,
        scope: z.enum(['host', 'subtree']).default('subtree'),
        reason: words.default(''),
        note: words.optional(),
      }),
    )
    .max(MOST),
  dryRun: z.boolean().default(false),
  evenLifted: z.boolean().default(false),
})

const time = z.iso.datetime({ offset: true })

const undoing = z.strictObject({
  by: z.string().min(1).max(200),
  since: time.optional(),
  until: time.optional(),
  why: words.optional(),
  dryRun: z.boolean().default(false),
})

const restoring = z.strictObject({ lines: z.array(backupLineSchema).max(MOST) })

export function addBulkApi(api: Api, parts: ConsoleParts, audit: Audit): void {
  addImport(api, parts, audit)
  addUndo(api, parts, audit)
  addBackup(api, parts)
  addRestore(api, parts, audit)
}

function addImport(api: Api, parts: ConsoleParts, audit: Audit): void {
  const summary = 'Take up to 1,000 blocks of a list; what was lifted here stays lifted'
  const schema = { summary, body: importing, response: answersOf(answers.imported) }
  api.post('/blocks/import', { schema, bodyLimit: BULK_BYTES }, async (request) => {
    const { by, entries, dryRun: isDryRun, evenLifted: isEvenLifted } = request.body
    const tally = newTally()
    try {
      await importBlocks(entries, { ...parts, by, isDryRun, isEvenLifted }, tally)
    } finally {
      // What was done is told even where the rest failed.
      if (!isDryRun && tally.added.length > 0) {
        await audit(request, { what: 'list imported', why: by, after: { by, ...told(tally) } })
      }
    }
    const { added, existed, refused } = tally
    return { added: added.length, existed, refused }
  })
}

function told({ added, marks, pictures, notices }: Tally) {
  const beside = {
    ...(marks > 0 && { marks }),
    ...(pictures > 0 && { pictures }),
    ...(notices > 0 && { notices }),
  }
  return { blocks: added.length, domains: added.slice(0, TOLD), ...beside }
}

function addUndo(api: Api, { blocks, now }: ConsoleParts, audit: Audit): void {
  const summary = 'Lift all blocks of one maker, or its blocks within a time'
  const schema = { summary, body: undoing, response: answersOf(answers.undone) }
  api.post('/blocks/undo', { schema }, async (request) => {
    const { by, since, until, why, dryRun: isDryRun } = request.body
    const from = since === undefined ? 0 : Date.parse(since)
    const to = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until)
    const wish = { by, since: from, until: to, why, isDryRun }
    const lifted: string[] = []
    try {
      await undoBlocks(wish, { blocks, now, onLifted: (domain) => lifted.push(domain) })
    } finally {
      if (!isDryRun && lifted.length > 0) {
        const domains = lifted.slice(0, TOLD)
        const before = { by, since, until, domains, blocks: lifted.length }
        await audit(request, { what: 'blocks undone', why, before })
      }
    }
    return { undone: lifted.length, domains: lifted.slice(0, TOLD) }
  })
}

function addBackup(api: Api, parts: ConsoleParts): void {
  const summary =
    'Every block with its evidence, every mark, open notice and known picture, one JSON a line'
  api.get('/blocks/backup', { schema: { summary } }, (_request, reply) => {
    reply.type('application/x-ndjson')
    return reply.send(Readable.from(withBreaks(backupLines(parts, parts.now()))))
  })
}

async function* withBreaks(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`
}

function addRestore(api: Api, parts: ConsoleParts, audit: Audit): void {
  const summary = 'Take up to 1,000 lines of a backup: adds what is missing'
  const schema = { summary, body: restoring, response: answersOf(answers.restored) }
  api.post('/blocks/restore', { schema, bodyLimit: BULK_BYTES }, async (request) => {
    const tally = newTally()
    try {
      await restoreLines(request.body.lines, parts, tally)
    } finally {
      if (tally.pictures > 0) await parts.running?.onPicturesChanged?.()
      if (tally.added.length + tally.marks + tally.pictures + tally.notices > 0) {
        await audit(request, { what: 'backup restored', after: told(tally) })
      }
    }
    const { added, existed, marks, pictures, notices, refused } = tally
    return { added: added.length, existed, marks, pictures, notices, refused }
  })
}
