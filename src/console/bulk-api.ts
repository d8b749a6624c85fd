// Many blocks at once by API: import, undo, backup, restore.
import { Readable } from 'node:stream'
import { z } from 'zod'
import { blockedName } from '../config/values.ts'
import { backupLines, restoreLines } from '../lists/backup.ts'
import { importBlocks } from '../lists/import-blocks.ts'
import { undoBlocks } from '../lists/undo-blocks.ts'
import { journalLineSchema } from '../store/journal-line.ts'
import type { Audit } from './audit.ts'
import type { ConsoleParts } from './listener.ts'
import type { Api } from './routes.ts'
import { answers, answersOf } from './shapes.ts'

const BULK_BYTES = 16_777_216 // a thousand blocks with their evidence
const MOST = 1_000
const TOLD = 1_000 // domains that an answer and the audit name
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

const undoing = z
  .strictObject({
    by: z.string().max(200).optional(),
    since: time.optional(),
    until: time.optional(),
    why: words.optional(),
    dryRun: z.boolean().default(false),
  })
  .refine(({ by, since }) => by !== undefined || since !== undefined, {
    path: ['by'],
    message: 'or since is needed: everything at once is not undone',
  })

const restoring = z.strictObject({ lines: z.array(journalLineSchema).max(MOST) })

export function addBulkApi(api: Api, parts: ConsoleParts, audit: Audit): void {
  addImport(api, parts, audit)
  addUndo(api, parts, audit)
  addBackup(api, parts)
  addRestore(api, parts, audit)
}

function addImport(api: Api, parts: ConsoleParts, audit: Audit): void {
  const { blocks, own, protectedDomains, now, newId } = parts
  const summary = 'Take up to 1,000 blocks of a list; what was lifted here stays lifted'
  const schema = { summary, body: importing, response: answersOf(answers.imported) }
  api.post('/blocks/import', { schema, bodyLimit: BULK_BYTES }, async (request) => {
    const { by, entries, dryRun: isDryRun, evenLifted: isEvenLifted } = request.body
    const options = { blocks, own, protectedDomains, by, isDryRun, isEvenLifted, now, newId }
    const imported = await importBlocks(entries, options)
    if (!isDryRun && imported.added > 0) {
      const { added, existed } = imported
      await audit(request, { what: 'list imported', after: { by, added, existed } })
    }
    return imported
  })
}

function addUndo(api: Api, { blocks, now }: ConsoleParts, audit: Audit): void {
  const summary = 'Lift all blocks of one maker, or all since a time'
  const schema = { summary, body: undoing, response: answersOf(answers.undone) }
  api.post('/blocks/undo', { schema }, async (request) => {
    const { by, since, until, why, dryRun: isDryRun } = request.body
    const from = since === undefined ? 0 : Date.parse(since)
    const to = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until)
    const wish = { by, since: from, until: to, why, isDryRun }
    const undone = await undoBlocks(wish, { blocks, now })
    const domains = undone.map(({ domain }) => domain).slice(0, TOLD)
    if (!isDryRun && undone.length > 0) {
      const before = { by, since, until, domains, blocks: undone.length }
      await audit(request, { what: 'blocks undone', why, before })
    }
    return { undone: undone.length, domains }
  })
}

function addBackup(api: Api, { blocks, now }: ConsoleParts): void {
  const summary = 'Every block with its evidence, and every mark, one JSON a line'
  api.get('/blocks/backup', { schema: { summary } }, (_request, reply) => {
    reply.type('application/x-ndjson')
    return reply.send(Readable.from(withBreaks(backupLines(blocks, now()))))
  })
}

async function* withBreaks(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`
}

function addRestore(api: Api, { blocks }: ConsoleParts, audit: Audit): void {
  const summary = 'Take up to 1,000 lines of a backup: adds what is missing'
  const schema = { summary, body: restoring, response: answersOf(answers.restored) }
  api.post('/blocks/restore', { schema, bodyLimit: BULK_BYTES }, async (request) => {
    const restored = await restoreLines(request.body.lines, blocks)
    const { added, existed, marks } = restored
    await audit(request, { what: 'backup restored', after: { added, existed, marks } })
    return restored
  })
}
