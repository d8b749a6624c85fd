// The commands as an operator runs them, each in a process of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'

const CLI = new URL('../src/cli.ts', import.meta.url).pathname
const ROOT = '/'
const EMPTY = new URL('support/empty.yaml', import.meta.url).pathname

const running: ChildProcess[] = []
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
})

function freshFolder(): string {
  return mkdtempSync(join(tmpdir(), 'sekisho-commands-'))
}

function baseOf(folder: string): string[] {
  const where = ['--store', `embedded:${folder}`, '--data', folder]
  return ['--config', EMPTY, '--instance.domain', 'home.example', ...where]
}

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const instance = ['--instance.domain', 'home.example', '--instance.upstream', 'http://127.0.0.1:9']

/** Resolves when the relay says where it listens. */
async function startRelay(...args: string[]): Promise<{ child: ChildProcess; adminPort: number }> {
  const ports = ['--listen.port', '0', '--admin.port', '0']
  const child = spawn(process.execPath, [CLI, 'start', ...instance, ...ports, ...args])
  running.push(child)
  let text = ''
  for await (const chunk of child.stdout!) {
    text += String(chunk)
    const [, adminPort] = /"adminPort":(\d+)/.exec(text) ?? []
    if (adminPort !== undefined) return { child, adminPort: Number(adminPort) }
  }
  throw new Error(`the relay ended before it listened: ${text}`)
}

describe('blocks', () => {
  test('adds, lists, exports and removes in the store while no relay runs', () => {
    const base = [...baseOf(freshFolder()), '--admin.port', '1']
    expect(run('blocks', 'add', 'Spam.Example.', '--reason', 'raid', ...base).status).toBe(0)
    expect(run('blocks', 'add', 'spam.example', ...base).status).toBe(1)
    expect(run('blocks', 'list', ...base).stdout).toMatch(
      / {2}spam\.example {2}operator {2}raid\n$/,
    )
    expect(run('blocks', 'export', ...base).stdout).toBe(
      '#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n' +
        'spam.example,suspend,true,true,operator,false\n',
    )
    expect(run('blocks', 'remove', 'spam.example', ...base).status).toBe(0)
    expect(run('blocks', 'remove', 'spam.example', ...base).status).toBe(1)
    expect(run('blocks', 'list', ...base).stdout).toBe('')
  }, 60_000)

  test('goes through the running relay, which enforces at once', async () => {
    const folder = freshFolder()
    const { adminPort } = await startRelay(...baseOf(folder))
    const base = [...baseOf(folder), '--admin.port', String(adminPort)]
    expect(run('blocks', 'add', 'spam.example', '--note', 'by hand', ...base).status).toBe(0)
    const listed = run('blocks', 'list', '--json', ...base).stdout
    expect(JSON.parse(listed)).toMatchObject({ domain: 'spam.example', note: 'by hand' })
    const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
    expect(metrics).toContain('sekisho_blocked_domains 1')
    expect(run('blocks', 'remove', 'spam.example', ...base).status).toBe(0)
  })

  test.each([
    { args: ['blocks'], says: 'use: blocks list' },
    { args: ['blocks', 'fly'], says: 'use: blocks list' },
    { args: ['blocks', 'add', 'no domain'], says: '"no domain" is no domain' },
    { args: ['nonsense'], says: 'nonsense: no such command' },
  ])('$args ends with 2 and says why', ({ args, says }) => {
    const { status, stderr } = run(
      ...args,
      ...(args.length > 1 ? [...baseOf(freshFolder()), '--admin.port', '1'] : []),
    )
    expect(status).toBe(2)
    expect(stderr).toContain(says)
  })
})

describe('start', () => {
  test('ends with 0 on SIGTERM', async () => {
    const { child } = await startRelay(...baseOf(freshFolder()))
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('says who uses its folder', async () => {
    const folder = freshFolder()
    const { child } = await startRelay(...baseOf(folder))
    const second = run('start', ...instance, '--admin.port', '0', ...baseOf(folder))
    expect(second.status).toBe(1)
    expect(second.stderr).toBe(`${folder} is used by process ${child.pid}\n`)
  })

  test('ends where its data cannot lie, with Redis too', () => {
    const args = ['--config', EMPTY, '--data', `${EMPTY}/x`, '--store', 'redis://127.0.0.1:1']
    const { status, stderr } = run('start', ...instance, ...args)
    expect(status).toBe(1)
    expect(stderr).toBe(`data: ${EMPTY}/x cannot be used (ENOTDIR)\n`)
  })

  test('says which port is in use, and ends', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const args = ['--listen.port', String(port), '--admin.port', '0', ...baseOf(freshFolder())]
    const { status, stderr } = run('start', ...instance, ...args)
    server.close()
    expect(status).toBe(1)
    expect(stderr).toBe(`listen.port: 127.0.0.1:${port} is in use by another process\n`)
  })

  test('names a wrong key and ends with 2', () => {
    const { status, stderr } = run('start', ...instance, '--lisen.port', '1', '--config', EMPTY)
    expect(status).toBe(2)
    expect(stderr).toBe('config: lisen is no key of the configuration (flag --lisen.port)\n')
  })

  test.each([
    { args: ['--config'], says: 'config: --config needs a value\n' },
    { args: ['--config', ROOT], says: `config: ${ROOT} cannot be read: it is a folder\n` },
  ])('ends with 2 for $args', ({ args, says }) => {
    const { status, stderr } = run('start', ...instance, ...args)
    expect({ status, stderr }).toEqual({ status: 2, stderr: says })
  })

  test.each([
    { file: '/nowhere', says: '/nowhere cannot be read: there is no such file' },
    {
      file: '/dev/null',
      says: '/dev/null holds fewer than 16 characters; without it a new one is made',
    },
  ])('ends with 2 where the token file $file is none', ({ file, says }) => {
    const flags = ['--admin.tokenFile', file, '--listen.port', '0', '--admin.port', '0']
    const { status, stderr } = run('start', ...instance, ...flags, ...baseOf(freshFolder()))
    expect({ status, stderr }).toEqual({ status: 2, stderr: `the admin token: ${says}\n` })
  })

  test('names a ban list entry that is none', () => {
    const flags = ['--banned.urls', 'spam.example,/(/', ...baseOf(freshFolder())]
    const { status, stderr } = run('start', ...instance, ...flags)
    expect(status).toBe(2)
    expect(stderr).toBe(
      'config: entry 2 of banned.urls is wrong: "/(/" is no RE2 pattern: missing closing ): `(` (flag --banned.urls)\n',
    )
  })
})

test('the demo delivers what is ordinary, drops wave and pictures, and blocks their servers', () => {
  const { status, stdout } = run('demo', '--config', EMPTY)
  expect(status).toBe(0)
  expect(stdout).toContain('9 reached the instance, unchanged')
  expect(stdout).toMatch(/blocked domains +26/)
  expect(stdout).toMatch(/dropped +76/)
})

describe('a complaint', () => {
  const evil = 'a\u001b[2Jb\u009b2Jc\u202ed'
  const harmless = 'a\ufffd[2Jb\ufffd2Jc\ufffdd'

  test.each([
    { args: [evil], says: `sekisho ${harmless}: no such command\n` },
    {
      args: ['config', 'show', ...instance, `--instance.domain=${evil}`],
      says: `not "${harmless}"`,
    },
    {
      args: ['config', 'import', evil],
      says: `${harmless} cannot be read: there is no such file\n`,
    },
    {
      args: ['blocks', 'add', evil, '--admin.port', '1', ...baseOf(freshFolder())],
      says: `"${harmless}" is no domain`,
    },
  ])('repeats nothing that a terminal obeys: $says', ({ args, says }) => {
    const { status, stderr } = run(...args, ...(args.length > 1 ? ['--config', EMPTY] : []))
    expect(status).toBe(2)
    expect(stderr).toContain(says)
    expect(stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
  })

  test('about a command keeps the lines that name the others, and takes none from the argument', () => {
    const { stderr } = run('non\nsense')
    expect(stderr).toMatch(/^sekisho non\ufffdsense: no such command\n.+\n[\s\S]*^ +blocks .+$/m)
  })

  test('tells no password that was given in the wrong place', () => {
    const { stderr } = run('redis://u:hunter2@127.0.0.1')
    expect(stderr).toContain('sekisho redis://u:***@127.0.0.1: no such command\n')
    expect(stderr).not.toContain('hunter2')
  })
})
