// The container's image, as far as it can be tried without Docker: what goes into it, and what it runs.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { quietPort } from '../support/listening.ts'
import { ROOT, startAsTold } from '../support/told-processes.ts'

const run = promisify(execFile)

let dockerfile: string

beforeAll(async () => {
  dockerfile = (await readFile(join(ROOT, 'Dockerfile'), 'utf8')).replace(/\\\n\s*/g, ' ')
})

test('everything that is copied is there and let through, and nothing else is sent', async () => {
  const lines = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).trim().split('\n')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)]
    .flatMap(([, sources = '']) => sources.split(' '))
    .filter((source) => !source.startsWith('--'))
  expect(lines[0]).toBe('*')
  expect(new Set(lines.slice(1))).toEqual(new Set(copied.map((source) => `!${source}`)))
  expect(copied.filter((source) => !existsSync(join(ROOT, source)))).toEqual([])
})

test('the packages that the sources use are not for development alone', async () => {
  const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  const files = await readdir(join(ROOT, 'src'), { recursive: true })
  const used = new Set<string>()
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const text = await readFile(join(ROOT, 'src', file), 'utf8')
    for (const [, name = ''] of text.matchAll(/(?:from|import) '((?:@[\w-]+\/)?[a-z][\w-]*)/g)) {
      used.add(name)
    }
  }
  expect([...used].filter((name) => !(name in dependencies))).toEqual(['node'])
})

test('it is not root who runs, and after that nothing is built', () => {
  const [, after = ''] = dockerfile.split(/^USER node$/m)
  expect(after).toContain('CMD')
  expect(after).not.toMatch(/^(?:RUN|COPY|USER)/m)
})

test('its command starts a relay with its data beside, which its health check finds and misses', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-image-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const port = await quietPort()
  const environment = {
    ...variables(),
    ...{ SEKISHO_LISTEN_PORT: '0', SEKISHO_ADMIN_PORT: String(port) },
    ...{ SEKISHO_INSTANCE_DOMAIN: 'home.example', SEKISHO_INSTANCE_UPSTREAM: 'http://127.0.0.1:9' },
  }
  const relay = startAsTold({ command: commandAfter(/^CMD/m), folder, environment })
  await relay.until('Sekisho is listening')
  expect(await readdir(join(folder, 'data'))).toContain('admin-token')
  const [program = '', ...args] = commandAfter(/^HEALTHCHECK .*? CMD/m).map((part) =>
    part.replace('8421', String(port)),
  )
  await run(program, args)
  expect(await relay.endBy('SIGTERM')).toBe(0)
  await expect(run(program, args)).rejects.toMatchObject({ code: 1 })
})

/** The JSON array behind these words, for this checkout in place of the image's folder. */
function commandAfter(words: RegExp): string[] {
  const [, json] = new RegExp(`${words.source} (\\[.+\\])$`, 'm').exec(dockerfile) ?? []
  const command = JSON.parse(json!) as string[]
  return command.map((part) => part.replace('/app', ROOT).replace(/^node$/, process.execPath))
}

function variables(): Record<string, string> {
  const [, assignments = ''] = /^ENV (.+)$/m.exec(dockerfile) ?? []
  return Object.fromEntries(assignments.split(/ +/).map((each) => each.split('=')))
}
