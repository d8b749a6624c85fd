// One way to declare a route: checked at the door by its schemas, described by them too, answered in harmless JSON.
import type { FastifyInstance, FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { safeJson } from '../printable.ts'
import { checkRequest } from './parse.ts'

/** A Fastify instance whose requests have the types of their schemas. */
export type Api = FastifyInstance<
  import('node:http').Server,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  import('fastify').FastifyBaseLogger,
  ZodTypeProvider
>

export function withSchemas(app: FastifyInstance): Api {
  app.setValidatorCompiler(validate as FastifySchemaCompiler<unknown>)
  app.setSerializerCompiler(serialize as FastifySerializerCompiler<unknown>)
  return app.withTypeProvider<ZodTypeProvider>()
}

const validate: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (given) =>
    checkRequest(schema, given)

/** Strangers' words stand in the answers: nothing unseen goes out but spelt out. */
const serialize: FastifySerializerCompiler<z.ZodType> = () => (answer) => safeJson(answer)
