// The description of the API, made of the schemas that its requests are checked with.
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { createJsonSchemaTransform } from 'fastify-type-provider-zod'
import { version } from '../version.ts'

const info = {
  title: 'Sekisho',
  version,
  description: 'What the operator asks of the relay. Every change is kept in the audit.',
}

/** Serves `openapi.json` without a token: it tells nothing of this relay. */
export async function describeApi(api: FastifyInstance): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: 'any' } }),
  })
  api.get('/openapi.json', { schema: { hide: true } }, async () => api.swagger())
}
