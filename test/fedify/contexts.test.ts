import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { preloadedContexts } from '@fedify/vocab-runtime'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bundledUrl, contextLoader, withBundledContexts } from '../../src/fedify/contexts.ts'
import { expandOnce } from '../../src/fedify/expand.ts'

const AS = 'https://www.w3.org/ns/activitystreams'
const NS = `${AS}#`

/** The IRIs of the properties that a document comes down to under these contexts. */
async function propertiesOf(context: unknown, members: object): Promise<readonly string[]> {
  const json = { '@context': context, id: 'https://a.example/1', ...members }
  const node = await expandOnce(JSON.parse(JSON.stringify(json)))
  return Object.keys(node ?? {}).filter((key) => !key.startsWith('@'))
}

describe('what is bundled', () => {
  test.each(Object.keys(preloadedContexts))('%s is served from the bundle', async (url) => {
    const loaded = await contextLoader(url)
    expect(loaded).toMatchObject({ documentUrl: url, contextUrl: null })
    expect(loaded.document).toBe(preloadedContexts[url])
    expect(bundledUrl(url)).toBe(url)
  })

  test.each([
    'http://www.w3.org/ns/activitystreams',
    'https://www.w3.org/ns/activitystreams#',
    'https://www.w3.org/ns/activitystreams.jsonld',
    'https://www.w3.org/ns/activitystreams/',
    'https://w3.org/ns/activitystreams',
    'https://mbin.example/contexts',
  ])('%s means the vocabulary', async (url) => {
    expect(bundledUrl(url)).toBe(AS)
    expect(await propertiesOf(url, { content: 'x' })).toEqual([`${NS}content`])
  })

  test.each([
    'https://akkoma.example/schemas/litepub-0.1.jsonld',
    'https://litepub.social/litepub/context.jsonld',
    'http://old.example:4000/schemas/litepub.jsonld',
  ])('%s is litepub whatever its host, the vocabulary included', async (url) => {
    const node = await expandOnce({ '@context': url, type: 'ChatMessage', content: 'x' })
    expect(node).toMatchObject({
      '@type': ['http://litepub.social/ns#ChatMessage'],
      [`${NS}content`]: [{ '@value': 'x' }],
    })
  })

  test.each([
    'https://evil.example/activitystreams',
    'https://evil.example/ns/activitystreams',
    'https://www.w3.org.evil.example/ns/activitystreams',
    'https://evil.example/?/contexts',
    'https://evil.example/a/contexts',
    'https://evil.example/litepub.json',
    `https://evil.example/${'a'.repeat(3_000)}/litepub.jsonld`,
  ])('%s is unknown, defines nothing and is no error', async (url) => {
    expect(bundledUrl(url)).toBeUndefined()
    expect(await contextLoader(url)).toMatchObject({ document: { '@context': {} } })
    expect(await propertiesOf([AS, url], { content: 'x' })).toEqual([`${NS}content`])
  })

  test('an unknown context opens no connection', async () => {
    let connections = 0
    const server = createServer().on('connection', () => connections++)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    try {
      const url = `http://127.0.0.1:${port}/context`
      expect(await propertiesOf([AS, url], { name: 'x' })).toEqual([`${NS}name`])
      expect(connections).toBe(0)
    } finally {
      server.close()
    }
  })

  test('names that senders choose do not spoil the bundle', async () => {
    const before = JSON.stringify(preloadedContexts)
    for (let at = 0; at < 150; at++) {
      await propertiesOf([AS, `https://h${at}.example/c`, { [`t${at}`]: 'as:name' }], { name: 'x' })
      await propertiesOf(`https://h${at}.example/schemas/litepub-0.1.jsonld`, { name: 'x' })
    }
    expect(await propertiesOf(AS, { name: 'x' })).toEqual([`${NS}name`])
    expect(JSON.stringify(preloadedContexts)).toBe(before)
  })

  test('no string makes the loader throw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.webUrl()), async (url) => {
        expect(await contextLoader(url)).toHaveProperty('document')
      }),
    )
  })
})

describe('a document under our names', () => {
  test.each([
    ['no context', undefined, [AS]],
    ['only a stranger’s', 'https://odd.example/c', [AS, 'https://odd.example/c']],
    ['only inline terms', { x: 'as:name' }, [AS, { x: 'as:name' }]],
    ['the vocabulary', AS, [AS]],
    ['another spelling of it', [`${AS}#`, { x: 'as:name' }], [AS, { x: 'as:name' }]],
    [
      'a host’s own litepub',
      ['https://a.example/schemas/litepub-0.1.jsonld'],
      ['https://litepub.social/litepub/context.jsonld'],
    ],
    ['null', null, [AS, null]],
  ])('%s', (_, context, expected) => {
    const json = { ...(context !== undefined && { '@context': context }), type: 'Note' }
    expect(withBundledContexts(json)).toEqual({ '@context': expected, type: 'Note' })
  })
})
