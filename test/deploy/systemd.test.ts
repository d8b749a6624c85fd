// The unit as shipped: systemd's own judgement of it, and its command line in a real process.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { findProgram } from '../support/programs.ts'
import { ROOT, startAsTold } from '../support/told-processes.ts'

const run = promisify(execFile)
const ANALYZE = await findProgram('systemd-analyze')
const WORST_EXPOSURE = '15' // in tenths: 1.5 of 10
const DRAIN_SECONDS = 25

let unit: string

beforeAll(async () => {
  unit = await readFile(join(ROOT, 'config/systemd/sekisho.service'), 'utf8')
})

describe.skipIf(ANALYZE === undefined)('systemd', () => {
  test('takes the unit without a complaint', async () => {
    const { stdout, stderr } = await analyze('verify', '--man=no')
    expect(stdout + stderr).toBe('')
  })

  test('finds little that the service is exposed to', async () => {
    const threshold = `--threshold=${WORST_EXPOSURE}`
    const { stdout } = await analyze('security', '--offline=true', '--no-pager', threshold)
    expect(stdout).toMatch(/Overall exposure level for sekisho.service: 1\.\d OK/)
  })
})

test('the unit leaves the relay time to finish, and V8 its compiler', () => {
  expect(Number.parseInt(settingOf('TimeoutStopSec'), 10)).toBeGreaterThan(DRAIN_SECONDS)
  expect(unit).not.toMatch(/^MemoryDenyWriteExecute=/m)
})

test('its command starts a relay that keeps to its folder, reloads and stops as it is told', async () => {
  const folder = await aFolder()
  const settings = join(folder, 'sekisho.yaml')
  await writeFile(settings, SETTINGS)
  const state = join(folder, 'state')
  await mkdir(state)
  const command = settingOf('ExecStart')
    .replace('/etc/sekisho/sekisho.yaml', settings)
    .replaceAll('/opt/sekisho', ROOT)
  const relay = startAsTold({ command: command.split(' '), folder: state, environment: {} })
  await relay.until('Sekisho is listening')
  expect(await readFile(join(state, 'data/admin-token'), 'utf8')).toMatch(/^\S{16,}\n$/)
  const [kill, signal, pid] = settingOf('ExecReload').split(' ')
  expect(pid).toBe('$MAINPID')
  await run(kill!, [signal!, String(relay.child.pid)])
  await relay.until('read again: nothing changed')
  expect(await relay.endBy('SIGTERM')).toBe(0)
})

test('the command beside it runs as its user with its settings', async () => {
  const folder = await aFolder()
  const settings = join(folder, 'sekisho.yaml')
  await writeFile(settings, SETTINGS)
  const shipped = await readFile(join(ROOT, 'config/systemd/sekisho'), 'utf8')
  const command = shipped
    .replace('/etc/sekisho/sekisho.yaml', settings)
    .replaceAll('/opt/sekisho', ROOT)
  await writeFile(join(folder, 'sekisho'), command, { mode: 0o755 })
  // Who may become another user is not what is tried here: it says who it was asked to be, and goes on.
  const sudo = '#!/bin/sh\necho "as $2" >&2\nshift 2\nexec "$@"\n'
  await writeFile(join(folder, 'sudo'), sudo, { mode: 0o755 })
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` }
  const { stdout, stderr } = await run(join(folder, 'sekisho'), ['config', 'show', '--origin'], {
    env,
  })
  expect(stderr).toBe('as sekisho\n')
  expect(stdout).toContain(`# ${settings}, line `)
})

test('wrong settings end it with the code after which it is not started again', async () => {
  const folder = await aFolder()
  const settings = join(folder, 'sekisho.yaml')
  await writeFile(settings, 'no-such-key: 1\n')
  const command = settingOf('ExecStart')
    .replace('/etc/sekisho/sekisho.yaml', settings)
    .replaceAll('/opt/sekisho', ROOT)
  const [program = '', ...args] = command.split(' ')
  const code = Number(settingOf('RestartPreventExitStatus'))
  await expect(run(program, args, { cwd: folder })).rejects.toMatchObject({ code })
})

const SETTINGS = `
instance: { domain: home.example, upstream: "http://127.0.0.1:9", software: mastodon }
listen: { port: 0 }
admin: { port: 0 }
`

/** With the paths of this checkout, which systemd wants to see. */
async function analyze(...args: readonly string[]) {
  const file = join(await aFolder(), 'sekisho.service')
  await writeFile(file, unit.replaceAll('/opt/sekisho', ROOT))
  return run(ANALYZE!, [...args, file])
}

function settingOf(key: string): string {
  const [, value] = new RegExp(`^${key}=(.+)$`, 'm').exec(unit) ?? []
  if (value === undefined) throw new Error(`the unit says nothing of ${key}`)
  return value
}

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-unit-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
