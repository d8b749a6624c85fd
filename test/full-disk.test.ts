// A disk that is full under a relay that runs: blocks stay in force, and are written when there is room again.
// The kernel's limit on the size of files plays the full disk: it needs no mount and can be lifted.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const CLI = new URL('../src/cli.ts', import.meta.url).pathname
const EMPTY = new URL('support/empty.yaml', import.meta.url).pathname

/** util-linux; elsewhere nothing sets another process's limits. */
const PRLIMIT = '/usr/bin/prlimit'
const hasPrlimit = spawnSync(PRLIMIT, ['--version']).status === 0

interface Started {
  readonly child: ChildProcess
  readonly output: () => string
  readonly api: (method: string, path: string, body?: object) => Promise<Response>
  readonly limitFiles: (bytes: number | 'unlimited') => void
}

async function start(folder: string): Promise<Started> {
  const flags = ['--config', EMPTY, '--store', `embedded:${folder}`, '--data', folder]
  const instance = ['--instance.domain=home.example', '--instance.upstream=http://127.0.0.1:9']
  const ports = ['--listen.port=0', '--admin.port=0']
  const child = spawn(process.execPath, [CLI, 'start', ...instance, ...ports, ...flags])
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await expect.poll(() => output, { timeout: 20_000 }).toContain('"adminPort"')
  const [, port] = /"adminPort":(\d+)/.exec(output) ?? []
  const token = readFileSync(join(folder, 'admin-token'), 'utf8').trim()
  return {
    child,
    output: () => output,
    api: (method, path, body) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    limitFiles(bytes) {
      const done = spawnSync(PRLIMIT, [`--pid=${child.pid}`, `--fsize=${bytes}:unlimited`])
      expect(done.status).toBe(0)
    },
  }
}

test.skipIf(!hasPrlimit)(
  'a block made on a full disk is in force, and is in the journal once there is room',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sekisho-full-'))
    const { child, output, api, limitFiles } = await start(folder)
    const journal = () => readFileSync(join(folder, 'journal.ndjson'), 'utf8')
    await api('POST', '/api/blocks', { domain: 'before.example' })
    const before = journal()
    limitFiles(100)
    const added = await api('POST', '/api/blocks', { domain: 'spam.example' })
    expect(added.ok).toBe(true)
    expect(output()).toContain('the block of spam.example is in force, but could not be written')
    // Two looks of the upkeep later it is still there.
    const retried = /the block list cannot be read/
    await expect.poll(output, { timeout: 10_000 }).toMatch(retried)
    const metrics = await (await api('GET', '/metrics')).text()
    expect(metrics).toContain('sekisho_blocked_domains 2')
    expect(metrics).toContain('sekisho_failed_open_total{what="blocks-unwritten"} 1')
    expect(journal()).toBe(before)
    limitFiles('unlimited')
    await expect.poll(journal, { timeout: 10_000 }).toContain('"spam.example"')
    expect(readdirSync(join(folder, 'pending'))).toEqual([])
    child.kill('SIGKILL')
    await once(child, 'exit')
    const again = await start(folder)
    expect(await (await again.api('GET', '/api/blocks')).json()).toMatchObject({ total: 2 })
  },
  60_000,
)
