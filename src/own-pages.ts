// The relay's own pages on the public address: its actor, and how to find it.
import type { FastifyInstance } from 'fastify'
import type { RelayActor } from './remote/relay-actor.ts'

const ACTIVITY_JSON = 'application/activity+json'

export function addOwnPages(app: FastifyInstance, actor: RelayActor): void {
  app.get('/sekisho/actor', (_request, reply) =>
    reply.type(ACTIVITY_JSON).send(JSON.stringify(actor.document)),
  )
  // The actor posts nothing; ActivityPub §4.1 demands that it says so.
  app.get('/sekisho/actor/outbox', (_request, reply) =>
    reply.type(ACTIVITY_JSON).send(JSON.stringify(emptyOutbox(actor.id))),
  )
  app.get('/.well-known/webfinger', (request, reply) => {
    const found = actor.webfinger(resourceOf(request.originalUrl))
    if (!found) return reply.code(404).send()
    return reply.type('application/jrd+json').send(JSON.stringify(found))
  })
}

/** The resource that a WebFinger request asks for. */
export function resourceOf(target: string): string {
  return new URLSearchParams(target.split('?')[1] ?? '').get('resource') ?? ''
}

function emptyOutbox(actorId: string): object {
  const context = 'https://www.w3.org/ns/activitystreams'
  const id = `${actorId}/outbox`
  return { '@context': context, id, type: 'OrderedCollection', totalItems: 0, orderedItems: [] }
}
