// The statement's routes in the bad moments: slow readers, a list that is not there yet, a fault.
import { setImmediate as turn } from 'node:timers/promises'
import { type FastifyInstance, fastify } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import type { FileAnswer } from '../../src/statement/block-files.ts'
import { addStatement } from '../../src/statement/routes.ts'

const open: FastifyInstance[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

function routes(file: () => Promise<FileAnswer>) {
  const app = fastify()
  open.push(app)
  const faults: unknown[] = []
  const page = async () => {
    throw new Error('a secret of ours')
  }
  addStatement(app, {
    statement: { page, file, close() {} },
    reportFault: (_what, cause) => faults.push(cause),
  })
  const ask = (url: string, method: 'GET' | 'HEAD' = 'GET') => app.inject({ method, url })
  return { ask, faults }
}

test('more downloads than can be open at once are asked to come again, and a place that is free is taken', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let reading = 0
  async function* read() {
    reading += 1
    yield Buffer.from('[')
    await promise
    yield Buffer.from(']')
  }
  const file = { length: 2, etag: 'W/"1"', changedAt: 0, read }
  const { ask } = routes(async () => ({ status: 'file', file }))
  const downloads = Array.from({ length: 50 }, () => ask('/sekisho/blocks.json'))
  while (reading < 50) await turn()
  const late = await ask('/sekisho/blocks.json')
  expect([late.statusCode, late.headers['retry-after'], late.body]).toEqual([503, '10', ''])
  expect(late.headers).toMatchObject({ 'cache-control': 'no-store' })
  expect(late.headers.etag).toBeUndefined()
  expect((await ask('/sekisho/blocks.json', 'HEAD')).statusCode).toBe(200)
  resolve()
  const bodies = (await Promise.all(downloads)).map(({ body }) => body)
  expect(new Set(bodies)).toEqual(new Set(['[]']))
  expect((await ask('/sekisho/blocks.json')).body).toBe('[]')
})

test('a list that was not read yet is asked for later', async () => {
  const { ask } = routes(async () => ({ status: 'not-ready' }))
  const { statusCode, headers, body } = await ask('/sekisho/blocks.csv')
  expect([statusCode, headers['retry-after'], body]).toEqual([503, '10', ''])
})

test('a fault is the operator’s to know', async () => {
  const { ask, faults } = routes(async () => ({ status: 'unpublished' }))
  const { statusCode, headers, body } = await ask('/sekisho/')
  expect([statusCode, headers['cache-control'], body]).toEqual([503, 'no-store', ''])
  expect(faults).toMatchObject([{ message: 'a secret of ours' }])
})
