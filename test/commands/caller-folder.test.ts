// Paths on the command line are the operator's, who may stand elsewhere than where npm runs us.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fromCaller } from '../../src/config/caller-folder.ts'
import { aCreate } from '../support/build.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const byNpm = { INIT_CWD: '/home/op', npm_lifecycle_event: 'sekisho' }

describe('a path', () => {
  test.each([
    { what: 'run by npm', environment: byNpm, folder: PROJECT, comes: '/home/op/x.png' },
    { what: 'run by hand', environment: {}, folder: PROJECT, comes: 'x.png' },
    { what: 'run by hand elsewhere', environment: byNpm, folder: '/srv', comes: 'x.png' },
    {
      what: 'by a program that npm once began',
      environment: { INIT_CWD: '/home/op' },
      folder: PROJECT,
      comes: 'x.png',
    },
  ])('comes from $comes where we are $what', ({ environment, folder, comes }) => {
    expect(fromCaller('x.png', environment, folder)).toBe(comes)
  })

  test('that is whole stays as it is', () => {
    expect(fromCaller('/srv/x.png', byNpm, PROJECT)).toBe('/srv/x.png')
  })
})

/** As `npm run -s sekisho --` in a folder below the project's or elsewhere: npm tells where that was. */
function runFrom(folder: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli.ts', ...args], {
    ...{ cwd: PROJECT, encoding: 'utf8' },
    env: { PATH: process.env.PATH, INIT_CWD: folder, npm_lifecycle_event: 'sekisho' },
  })
  return { status, stdout, stderr }
}

function aFolder() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sekisho-caller-')))
  writeFileSync(
    join(folder, 'own.yaml'),
    'instance: { domain: home.example }\nthresholds: { hold: 3 }\n',
  )
  writeFileSync(join(folder, 'post.json'), JSON.stringify(aCreate()))
  writeFileSync(join(folder, 'list.csv'), '#domain\nspam.example\n')
  return folder
}

test('settings and files are found where the operator stands', () => {
  const folder = aFolder()
  const explained = runFrom(folder, 'explain', 'post.json', '--config', 'own.yaml', '--json')
  expect(explained).toMatchObject({ status: 0, stderr: '' })
  expect(JSON.parse(explained.stdout).explanation.thresholds.hold).toBe(3)

  const where = ['--store', `embedded:${folder}`, '--data', folder, '--admin.port', '1']
  const base = ['--config', 'own.yaml', '--instance.domain', 'home.example', ...where]
  const brought = runFrom(folder, 'blocks', 'import', 'list.csv', '--name', 'friends', ...base)
  expect(brought).toMatchObject({ status: 0, stdout: expect.stringMatching(/^1 added/) })
  expect(runFrom(folder, 'blocks', 'backup', 'kept.ndjson', ...base).status).toBe(0)
  expect(readFileSync(join(folder, 'kept.ndjson'), 'utf8')).toContain('spam.example')
}, 60_000)
