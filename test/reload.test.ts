// A relay in a process of its own whose operator edits its files, and tells it so or not.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { aCreate, aNote } from './support/build.ts'
import { startInstance } from './support/instance.ts'
import { aPost, aWorld, MOMO, RAID } from './support/raid.ts'

const ROOT = new URL('..', import.meta.url).pathname
const CLI = join(ROOT, 'src/cli.ts')
const PATIENCE = { timeout: 15_000, interval: 20 }

describe('a running relay', () => {
  test('takes a new entry of a list file when its operator says so, and when nobody does', async () => {
    const { folder, relay, list } = await aRelay()
    expect(await relay.post('https://raid.example/')).toBe(PASSED)
    appendFileSync(list, 'raid.example\n')
    relay.child.kill('SIGHUP')
    await relay.until(`read again: ${list} (entries: 1 → 2)`)
    expect(await relay.post('https://raid.example/')).toBe(DROPPED)
    writeFileSync(join(folder, 'list.txt'), '*.other.example\n')
    await relay.until(`read again: ${list} (entries: 2 → 1)`)
    expect(await relay.post('https://raid.example/')).toBe(PASSED)
    expect(await relay.post('https://a.other.example/')).toBe(DROPPED)
  })

  test('refuses a configuration that is wrong, names the line, and takes it when it is mended', async () => {
    const { config, relay, lines } = await aRelay()
    writeFileSync(config, [...lines, 'rules:', '  bare-link: { score: heavy }', ''].join('\n'))
    relay.child.kill('SIGHUP')
    await relay.until(
      `config: rules.bare-link.score is no number (${config}, line ${lines.length + 2})`,
    )
    expect(await relay.post('https://spam.example/')).toBe(DROPPED)
    const mended = [...lines, 'rules: { banned-url: { shadow: true } }', 'mode: observe', '']
    writeFileSync(config, mended.join('\n'))
    relay.child.kill('SIGHUP')
    await relay.until('read again: rules.banned-url.shadow')
    await relay.until('mode: takes effect at the next start')
    expect(await relay.post('https://spam.example/')).toBe(PASSED)
  })

  test('starts with what a list says rightly, and counts the rest', async () => {
    const { relay, list } = await aRelay({ list: ['no host', 'spam.example'] })
    await relay.until(`${list}, line 1: "no host" is neither`)
    expect(await relay.post('https://spam.example/')).toBe(DROPPED)
    const metrics = await (await fetch(`http://127.0.0.1:${relay.adminPort}/metrics`)).text()
    expect(metrics).toContain('sekisho_failed_open_total{what="list-line"} 1\n')
  })

  test('is not stopped by a word of its operator that comes while it starts', async () => {
    const { relay } = await aRelay({}, (child) => child.kill('SIGHUP'))
    expect(await relay.post('https://spam.example/')).toBe(DROPPED)
  })

  test('reads nothing again while it drains', async () => {
    const open = Promise.withResolvers<void>()
    const { relay, config, instance } = await aRelay({ answer: () => open.resolve() })
    const posting = relay.post('https://good.example/').catch(() => 'cut off')
    await open.promise
    const ended = once(relay.child, 'exit')
    relay.child.kill('SIGTERM')
    await relay.until('stopping: no new deliveries')
    writeFileSync(config, 'mode: [')
    relay.child.kill('SIGHUP')
    relay.child.kill('SIGHUP')
    await instance.close()
    expect(await ended).toEqual([0, null])
    expect(await posting).toBe(503)
    expect(relay.said().filter((line) => /again|config/.test(line))).toEqual([])
  })

  test('takes the operator’s file when there is one at last, and misses it when it is gone', async () => {
    const home = aHome()
    const own = join(home, 'config/sekisho.local.yaml')
    const { relay } = await aRelay({ home })
    expect(await relay.post('https://late.example/')).toBe(PASSED)
    writeFileSync(own, 'banned: { urls: [late.example] }\n')
    await relay.until('read again: banned.urls')
    expect(await relay.post('https://late.example/')).toBe(DROPPED)
    rmSync(own)
    await relay.until('config/sekisho.local.yaml cannot be read')
    expect(await relay.post('https://late.example/')).toBe(DROPPED)
  })
})

test('a delivery is judged by the rules that were in force when it came', async () => {
  const folder = aFolder()
  const list = join(folder, 'list.txt')
  writeFileSync(list, 'raid.example\n')
  const [came, read] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const world = await aWorld({
    flags: [`--banned.files=${list}`],
    replace: ({ signatures }) => ({
      signatures: {
        async verify(delivery) {
          came.resolve()
          await read.promise
          return signatures.verify(delivery)
        },
      },
    }),
  })
  const momo = world.person(MOMO)
  const posting = world.send(momo, aPost({ by: MOMO, text: RAID }))
  await came.promise
  writeFileSync(list, 'other.example\n')
  world.relay().reload()
  read.resolve()
  await posting
  expect(world.verdicts).toMatchObject([{ action: 'drop', hits: [{ rule: 'banned-url' }] }])
  await world.send(momo, aPost({ by: MOMO, text: RAID }))
  expect(world.verdicts.at(-1)).toMatchObject({ action: 'forward', hits: [] })
})

test('a start names the list file that cannot be read, and ends with 2', () => {
  const folder = aFolder()
  const config = join(folder, 'local.yaml')
  const lines = configLines({ folder, upstream: 'http://127.0.0.1:9', list: '/nowhere/list.txt' })
  writeFileSync(config, lines.join('\n'))
  const args = [CLI, 'start', '--config', config]
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stderr).toBe('banned.files: /nowhere/list.txt cannot be read: there is no such file\n')
  expect(status).toBe(2)
})

const PASSED = 202
const DROPPED = 403

interface Setup {
  readonly list?: readonly string[]
  /** A folder of its own with the program in it; without the operator's file in another place. */
  readonly home?: string
  /** What the instance does with a delivery, which then gets no answer. */
  readonly answer?: () => void
}

async function aRelay(setup: Setup = {}, whileStarting: (child: ChildProcess) => void = () => {}) {
  const folder = aFolder()
  const { answer } = setup
  const instance = await startInstance(() => {
    if (!answer) return {}
    answer()
    return undefined
  })
  onTestFinished(() => instance.close())
  const list = join(folder, 'list.txt')
  writeFileSync(list, [...(setup.list ?? ['spam.example']), ''].join('\n'))
  const lines = configLines({ folder, upstream: instance.url, list })
  const config = join(folder, 'local.yaml')
  writeFileSync(config, lines.join('\n'))
  const { home } = setup
  const program = home === undefined ? [CLI] : [...AS_IT_STANDS, join(home, 'src/cli.ts')]
  const own = home === undefined ? ['--config', config] : flagsOf(folder, instance.url)
  const relay = await start([...program, 'start', ...own], whileStarting)
  return { folder, list, config, lines, instance, relay }
}

/** Node would follow the links back to where the program really is. */
const AS_IT_STANDS = ['--preserve-symlinks', '--preserve-symlinks-main']

/** The program in a place where nobody else looks for the operator's file. */
function aHome(): string {
  const home = aFolder()
  for (const each of ['src', 'node_modules', 'package.json']) {
    symlinkSync(join(ROOT, each), join(home, each))
  }
  mkdirSync(join(home, 'config'))
  cpSync(join(ROOT, 'config/sekisho.yaml'), join(home, 'config/sekisho.yaml'))
  return home
}

function configLines({
  folder,
  upstream,
  list,
}: {
  folder: string
  upstream: string
  list: string
}) {
  return [
    `instance: { domain: home.example, upstream: "${upstream}", software: mastodon }`,
    'listen: { port: 0 }',
    'admin: { port: 0 }',
    `store: embedded:${folder}`,
    `data: ${folder}`,
    'respond: { drop: 403 }',
    `banned: { files: [${list}] }`,
  ]
}

function flagsOf(folder: string, upstream: string): string[] {
  return [
    ...['--instance.domain=home.example', `--instance.upstream=${upstream}`],
    ...['--instance.software=mastodon', '--listen.port=0', '--admin.port=0'],
    ...[`--store=embedded:${folder}`, `--data=${folder}`, '--respond.drop=403'],
  ]
}

interface Line {
  readonly msg: string
  readonly port?: number
  readonly adminPort?: number
}

async function start(args: readonly string[], whileStarting: (child: ChildProcess) => void) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk
    })
  }
  const lines = () => text.split('\n').filter((line) => line.startsWith('{'))
  const parsed = () => lines().map((line) => JSON.parse(line) as Line)
  const until = async (words: string) => {
    const found = await vi.waitFor(() => {
      const line = parsed().find(({ msg }) => msg.includes(words))
      if (line) return line
      throw new Error(`"${words}" was not said, but: ${text}`)
    }, PATIENCE)
    return found
  }
  await until('Sekisho is starting')
  whileStarting(child)
  const { port, adminPort } = await until('Sekisho is listening')
  return {
    ...{ child, adminPort, until },
    said: () => parsed().map(({ msg }) => msg),
    post: async (link: string) => {
      const body = JSON.stringify(aCreate(aNote({ text: `<a href="${link}">${link}</a>` })))
      const headers = { 'content-type': 'application/activity+json' }
      // Its own connection: the relay would wait for one that is kept.
      const once = { method: 'POST', headers, body, reset: true } as const
      const answer = await request(`http://127.0.0.1:${port}/inbox`, once)
      await answer.body.dump()
      return answer.statusCode
    },
  }
}

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-reload-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
