// The Compose files: every name in them leads somewhere, and every setting is one that the relay knows.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { parseDocument } from 'yaml'
import { type Config, loadConfig } from '../../src/config.ts'
import { ROOT } from '../support/told-processes.ts'

interface Service {
  readonly environment: Readonly<Record<string, string>>
  readonly volumes: readonly (string | { readonly target: string; readonly read_only: boolean })[]
  readonly ports?: readonly string[]
  readonly networks?: readonly string[]
  readonly depends_on: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly [key: string]: unknown
}

/** What the instances' own files call things. */
const OFFICIAL = [
  { file: 'compose.yaml', services: ['web'], networks: undefined, upstreamPort: 8420 },
  {
    file: 'config/compose/mastodon.yaml',
    services: ['db', 'redis', 'web', 'streaming', 'sidekiq'],
    networks: ['internal_network', 'external_network'],
    upstreamPort: 3000,
  },
  {
    file: 'config/compose/misskey.yaml',
    services: ['web', 'redis', 'db'],
    networks: ['internal_network', 'external_network'],
    upstreamPort: 3000,
  },
]
const DRAIN_SECONDS = 25
const EMPTY = join(ROOT, 'test/support/empty.yaml')

afterEach(() => vi.unstubAllEnvs())

describe.each(OFFICIAL)('$file', ({ file, services, networks, upstreamPort }) => {
  let text: string
  let document: ReturnType<typeof parseDocument>
  let own: Record<'sekisho' | 'sekisho-redis', Service>
  let top: { readonly volumes: object }

  beforeAll(async () => {
    text = await readFile(join(ROOT, file), 'utf8')
    document = parseDocument(text, { logLevel: 'error' })
    top = document.toJS()
    own = document.toJS().services
  })

  test('is YAML in which no key stands twice', () => {
    expect(document.errors).toEqual([])
  })

  test('lets the relay wait for a Redis that says it is well', () => {
    expect(own.sekisho.depends_on).toEqual({ 'sekisho-redis': { condition: 'service_healthy' } })
    expect(own['sekisho-redis'].healthcheck?.test).toEqual(['CMD', 'redis-cli', 'ping'])
    expect(own['sekisho-redis'].command).toMatch(/--appendonly yes --appendfsync everysec/)
    expect(own['sekisho-redis'].command).toContain('--maxmemory-policy noeviction')
  })

  test('declares the volumes that it uses, and no other', () => {
    const named = Object.values(own)
      .flatMap(({ volumes = [] }) => volumes)
      .flatMap((volume) => (typeof volume === 'string' ? [volume.split(':')[0]] : []))
    expect(new Set(named)).toEqual(new Set(Object.keys(top.volumes)))
  })

  test('publishes ports on loopback alone, the admin listener’s among them', () => {
    const ports = Object.values(own).flatMap((service) => service.ports ?? [])
    expect(ports).toEqual([`127.0.0.1:${upstreamPort}:8420`, '127.0.0.1:8421:8421'])
  })

  test('gives the relay time to finish and nothing that it does not need', () => {
    const { sekisho } = own
    expect(Number.parseInt(String(sekisho.stop_grace_period), 10)).toBeGreaterThan(DRAIN_SECONDS)
    expect(sekisho.mem_limit).toBe('2g')
    for (const service of [sekisho, own['sekisho-redis']]) {
      expect(service.mem_limit).toMatch(/^[12]g$/)
      expect(service).toMatchObject({
        ...{ read_only: true, cap_drop: ['ALL'] },
        security_opt: ['no-new-privileges:true'],
      })
    }
    expect(sekisho.ulimits).toEqual({ nofile: { soft: 65_536, hard: 65_536 } })
  })

  test('names services that exist, and settings that the relay takes', () => {
    const config = configured(own.sekisho.environment)
    const known = [...services, ...Object.keys(own)]
    for (const url of [config.instance.upstream, config.store]) {
      expect(known).toContain(new URL(url).hostname)
    }
    expect(config.listen.passthrough).toBe(networks !== undefined)
  })

  test('keeps the operator’s file in a folder that is mounted', () => {
    const folder = own.sekisho.environment.SEKISHO_CONFIG?.replace(/\/[^/]+$/, '')
    expect(own.sekisho.volumes).toContainEqual(
      expect.objectContaining({ target: folder, read_only: true }),
    )
  })
})

test.each(OFFICIAL.filter(({ networks }) => networks))(
  '$file takes the instance’s own port away, and shuts Redis in',
  async ({ file, networks }) => {
    const text = await readFile(join(ROOT, file), 'utf8')
    const document = parseDocument(text, { logLevel: 'error' })
    expect(document.getIn(['services', 'web', 'ports'], true)).toMatchObject({ tag: '!reset' })
    const { services } = document.toJS()
    expect(services.sekisho.networks).toEqual(networks)
    expect(services['sekisho-redis'].networks).toEqual(['internal_network'])
  },
)

test.each([...OFFICIAL.map(({ file }) => file), 'Dockerfile', 'config/systemd/sekisho.service'])(
  '%s mentions no variable that the relay does not know',
  async (file) => {
    const text = await readFile(join(ROOT, file), 'utf8')
    const names = new Set(text.match(/\bSEKISHO_[A-Z_]*[A-Z]\b/g))
    names.delete('SEKISHO_SOURCE') // Compose's own
    expect(names.size).toBeGreaterThan(0)
    for (const name of names) vi.stubEnv(name, '1')
    vi.stubEnv('SEKISHO_CONFIG', EMPTY)
    const loaded = loadConfig([])
    expect(loaded).not.toMatchObject({ why: expect.stringContaining('is no key') })
  },
)

/** As the container reads it; the operator's file is empty. */
function configured(environment: Readonly<Record<string, string>>): Config {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  vi.stubEnv('SEKISHO_CONFIG', EMPTY)
  const loaded = loadConfig([])
  if (loaded.status === 'wrong') throw new Error(loaded.why)
  return loaded.config
}
