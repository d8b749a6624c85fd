// The relay's own pages on the public address: its actor, and how to find it.
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ActorDoor } from './remote/actor-door.ts'

const ACTIVITY_JSON = 'application/activity+json'

export function addOwnPages(app: FastifyInstance, door: ActorDoor): void {
  app.get('/sekisho/actor', (_request, reply) => {
    const actor = door.current()
    if (!actor) return notYet(reply)
    return reply.type(ACTIVITY_JSON).send(JSON.stringify(actor.document))
  })
  // The actor posts nothing; ActivityPub §4.1 demands that it says so.
  app.get('/sekisho/actor/outbox', (_request, reply) => {
    const actor = door.current()
    if (!actor) return notYet(reply)
    return reply.type(ACTIVITY_JSON).send(JSON.stringify(emptyOutbox(actor.id)))
  })
  app.get('/.well-known/webfinger', (request, reply) => {
    const found = door.current()?.webfinger(resourceOf(request.originalUrl))
    if (!found) return reply.code(404).send()
    return reply.type('application/jrd+json').send(JSON.stringify(found))
  })
}

/** The resource that a WebFinger request asks for. */
export function resourceOf(target: string): string {
  return new URLSearchParams(target.split('?')[1] ?? '').get('resource') ?? ''
}

function notYet(reply: FastifyReply): FastifyReply {
  return reply.code(503).header('retry-after', '5').send()
}

function emptyOutbox(actorId: string): object {
  const context = 'https://www.w3.org/ns/activitystreams'
  const id = `${actorId}/outbox`
  return { '@context': context, id, type: 'OrderedCollection', totalItems: 0, orderedItems: [] }
}
