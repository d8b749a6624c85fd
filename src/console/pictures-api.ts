// The known pictures by API: look, add, remove. The caller brings the hashes; nothing is decoded here.
import { z } from 'zod'
import { toldPicture } from '../images/told-picture.ts'
import { pictureSchema } from '../store/journal-line.ts'
import type { KnownPicture, PictureStore } from '../store/store.ts'
import type { Audit } from './audit.ts'
import type { ConsoleParts } from './listener.ts'
import type { Api } from './routes.ts'
import { answers, answersOf } from './shapes.ts'

const addition = z.strictObject({
  ...pictureSchema.omit({ addedAt: true }).shape,
  note: z.string().max(2_000).optional(),
  blurhashes: pictureSchema.shape.blurhashes.default([]),
})

const params = z.object({
  id: z
    .string()
    .toLowerCase()
    .regex(/^[0-9a-f]{8,64}$/, 'is 8 to 64 hex digits: the id or its beginning'),
})

export function addPicturesApi(api: Api, parts: ConsoleParts, audit: Audit): void {
  addReading(api, parts)
  addAdding(api, parts, audit)
  addRemoving(api, parts, audit)
}

function addReading(api: Api, { pictures, running }: ConsoleParts): void {
  const summary =
    'The known pictures, last added first, and how banned hosts in other scripts are read when drawn'
  const schema = { summary, response: answersOf(answers.images) }
  api.get('/images', { schema }, async () => {
    const images = (await pictures.all()).toReversed()
    return { images, total: images.length, drawn: running?.drawnAliases?.() ?? [] }
  })
}

function addAdding(api: Api, { pictures, now, running }: ConsoleParts, audit: Audit): void {
  const schema = {
    summary: 'Let a picture be known by its hashes; 200 instead of 201 when it was already',
    body: addition,
    response: answersOf(answers.imageAdded, 200, 201),
  }
  api.post('/images', { schema }, async (request, reply) => {
    const { note, ...given } = request.body
    const image = { ...given, addedAt: now(), ...(note !== undefined && { note }) }
    const status = await pictures.add(image)
    if (status === 'existed') {
      const known = (await pictures.all()).find(({ id }) => id === given.id)
      return { status, image: known ?? image }
    }
    await running?.onPicturesChanged?.()
    await audit(request, { what: 'picture added', why: note, after: toldPicture(image) })
    return reply.code(201).send({ status, image })
  })
}

function addRemoving(api: Api, { pictures, running }: ConsoleParts, audit: Audit): void {
  const schema = {
    summary: 'Forget a known picture, named by its id or the beginning of it',
    params,
    response: answersOf(answers.imageRemoved),
  }
  api.delete('/images/:id', { schema }, async (request) => {
    const { id } = await onlyOne(request.params.id, pictures)
    const before = await pictures.remove(id)
    if (before === undefined) throw noSuch(id)
    await running?.onPicturesChanged?.()
    await audit(request, { what: 'picture removed', before: toldPicture(before) })
    return { status: 'removed' as const, id }
  })
}

async function onlyOne(
  beginning: string,
  pictures: Pick<PictureStore, 'all'>,
): Promise<KnownPicture> {
  const meant = (await pictures.all()).filter(({ id }) => id.startsWith(beginning))
  const [picture] = meant
  if (picture === undefined) throw noSuch(beginning)
  if (meant.length === 1) return picture
  const why = `${meant.length} known pictures begin with ${beginning}: give more of the id`
  throw Object.assign(new Error(why), { statusCode: 409 })
}

function noSuch(id: string): Error {
  return Object.assign(new Error(`No known picture has the id ${id}.`), { statusCode: 404 })
}
