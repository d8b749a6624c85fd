// The commands that ask the admin API, at a running relay and over the store of one that is down.
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { blocks } from '../../src/commands/blocks.ts'
import { log } from '../../src/commands/log.ts'
import { reload } from '../../src/commands/reload.ts'
import { ALICE, aCreate, aNote, BOB } from '../support/build.ts'
import { runCommand } from '../support/run-command.ts'
import { startWorld, type World } from '../support/world.ts'

const EMPTY = new URL('../support/empty.yaml', import.meta.url).pathname

let world: World | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

const freshFolder = () => mkdtempSync(join(tmpdir(), 'sekisho-operator-'))

function fileWith(text: string): string {
  const file = join(freshFolder(), 'list.txt')
  writeFileSync(file, text)
  return file
}

/** Flags for a store that no relay uses. */
function atRest(folder = freshFolder()): string[] {
  const where = ['--store', `embedded:${folder}`, '--data', folder, '--admin.port', '1']
  return ['--config', EMPTY, '--instance.domain', 'home.example', ...where]
}

async function running(...more: string[]): Promise<{ world: World; flags: string[] }> {
  world = await startWorld({ flags: ['--banned.urls=raid.example', ...more] })
  const { adminPort } = world.relay()
  return {
    world,
    flags: ['--config', EMPTY, '--data', world.folder, '--admin.port', `${adminPort}`],
  }
}

const namesIn = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => line.split('  ')[1])

describe('blocks import', () => {
  const list = [
    'domain,severity,public_comment',
    'spam.example,suspend,"raid, of February"',
    'quiet.example,silence,rude',
    'not a domain,suspend,',
  ].join('\n')

  test('adds blocks and says what it leaves out, by line', async () => {
    const base = atRest()
    const args = ['import', fileWith(list), '--name', 'friends', ...base]
    const { code, out, err } = await runCommand(blocks, ...args)
    expect(code).toBe(0)
    expect(out).toBe('1 added, 0 blocked already, 0 left out\n')
    expect(err).toMatch(/line 3 is skipped: .*silence/)
    expect(err).toMatch(/line 4 is skipped/)
    const listed = await runCommand(blocks, 'list', '--by', 'list:friends', ...base)
    expect(listed.out).toMatch(/ {2}spam\.example {2}list:friends {2}raid, of February\n$/)
  })

  test('adds nothing on a dry run', async () => {
    const base = atRest()
    const args = ['import', fileWith(list), '--name', 'friends', '--dry-run', ...base]
    expect((await runCommand(blocks, ...args)).out).toMatch(/^1 would be added/)
    expect((await runCommand(blocks, 'list', ...base)).out).toBe('')
  })

  test('takes more than one body holds, at a running relay', async () => {
    const { flags, world } = await running()
    const names = Array.from({ length: 1_100 }, (_, each) => `s${each}.spam.example`)
    const args = ['import', fileWith(names.join('\n')), '--name', 'many', ...flags]
    expect((await runCommand(blocks, ...args)).out).toMatch(/^1100 added/)
    expect(await world.metric('sekisho_blocked_domains')).toBe(1_100)
  })

  test.each([
    { args: ['import'], says: 'use: blocks import' },
    { args: ['import', 'list.csv'], says: 'use: blocks import' },
    { args: ['import', '/no/such/file', '--name', 'x'], says: 'there is no such file' },
    { args: ['import', EMPTY, '--name', 'x', '--format', 'y'], says: '"y" is none of mastodon' },
    { args: ['import', EMPTY, '--name', 'two words'], says: 'by: is list:<name>' },
    { args: ['undo'], says: 'use: blocks undo' },
    { args: ['undo', '--by', 'operator', '--since', 'yesterday'], says: '"yesterday" is no time' },
    { args: ['restore', EMPTY], says: 'does not begin as a backup' },
    { args: ['add', 'one.example', 'two.example'], says: 'use: blocks add' },
    {
      args: ['add', 'one.example', '--note', 'n'.repeat(2_001)],
      says: 'note: is longer than 2000 characters',
    },
    {
      args: ['remove', 'one.example', '--why', 'w'.repeat(2_001)],
      says: 'why: is longer than 2000 characters',
    },
  ])('$args ends with 2 and one line', async ({ args, says }) => {
    const list = args[1] === EMPTY && args[0] === 'import' ? fileWith('spam.example') : args[1]
    const given = args.map((arg, at) => (at === 1 ? list! : arg))
    const { code, err } = await runCommand(blocks, ...given, ...atRest())
    expect(code).toBe(2)
    expect(err).toContain(says)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('what could act without being meant to', () => {
  const blocked = async (base: string[]) => namesIn((await runCommand(blocks, 'list', ...base)).out)

  test.each([
    ['restore', '/dev/null', '--dry-run'],
    ['remove', 'one.example', '--dry-run'],
    ['add', 'one.example', '--dry-run'],
    ['export', '--by', 'operator'],
    ['undo', 'one.example', '--by', 'operator'],
    ['undo', '--by', 'operator', '--dry-run=1'],
    ['list', 'one.example'],
  ])('%s %s %s is refused, and nothing is changed', async (...args) => {
    const base = atRest()
    await runCommand(blocks, 'add', 'one.example', ...base)
    const { code, err } = await runCommand(blocks, ...args, ...base)
    expect(code).toBe(2)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect(await blocked(base)).toEqual(['one.example'])
  })

  test('a dry undo of one domain lifts nothing', async () => {
    const base = atRest()
    await runCommand(blocks, 'add', 'one.example', ...base)
    const { code, out } = await runCommand(blocks, 'undo', 'one.example', '--dry-run', ...base)
    expect({ code, out }).toEqual({ code: 0, out: 'one.example would be lifted\n' })
    expect(await blocked(base)).toEqual(['one.example'])
    expect((await runCommand(blocks, 'undo', 'two.example', '--dry-run', ...base)).code).toBe(1)
  })

  test.each([
    ['add', 'spam.example'],
    ['import', EMPTY, '--name', 'x'],
    ['restore', EMPTY],
  ])('%s over the store needs to know our own domain', async (...args) => {
    const folder = freshFolder()
    const store = ['--store', `embedded:${folder}`, '--data', folder, '--admin.port', '1']
    const { code, err } = await runCommand(blocks, ...args, '--config', EMPTY, ...store)
    expect(code).toBe(2)
    expect(err).toMatch(/^instance\.domain is missing/)
  })

  test('a folder that no relay has ever used is not made', async () => {
    const folder = join(freshFolder(), 'nowhere')
    const { code, err } = await runCommand(blocks, 'list', ...atRest(folder))
    expect(code).toBe(1)
    expect(err).toBe(`store: there is no ${folder}: no relay runs, and none has ever run on it\n`)
    expect(existsSync(folder)).toBe(false)
  })

  test.skipIf(process.getuid?.() !== 0)('a folder of another user is left alone', async () => {
    const folder = freshFolder()
    chownSync(folder, 65_534, 65_534)
    const { code, err } = await runCommand(blocks, 'list', ...atRest(folder))
    expect(code).toBe(1)
    expect(err).toBe(
      `${folder} belongs to another user (65534): run this as that user, with sudo -u\n`,
    )
    expect(readdirSync(folder)).toEqual([])
  })

  test('a backup takes the place of no device', async () => {
    const base = atRest()
    const { code, err } = await runCommand(blocks, 'backup', '/dev/null', ...base)
    expect(code).toBe(2)
    expect(err).toMatch(/^\/dev\/null is no file/)
  })

  test('whoever else listens at the port of the admin does not get to see the token', async () => {
    const seen: (string | undefined)[] = []
    const other = createServer((asked, response) => {
      seen.push(asked.headers.authorization)
      response.end('{"ok":true}')
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const folder = freshFolder()
    writeFileSync(join(folder, 'admin-token'), 'the-token-of-the-relay\n')
    const flags = [...atRest(folder), '--admin.port', String(port)]
    const { code, err } = await runCommand(blocks, 'list', ...flags)
    other.close()
    expect(code).toBe(1)
    expect(err).toContain('does not know the admin token')
    expect(seen).toEqual([undefined, undefined])
  })
})

describe('blocks undo', () => {
  test('lifts what one maker has blocked', async () => {
    const base = atRest()
    const file = fileWith('one.example\ntwo.example')
    await runCommand(blocks, 'import', file, '--name', 'bad', ...base)
    await runCommand(blocks, 'add', 'mine.example', ...base)
    const dry = await runCommand(blocks, 'undo', '--by', 'list:bad', '--dry-run', ...base)
    expect(dry.out).toBe('2 blocks would be lifted\n  two.example\n  one.example\n')
    const done = await runCommand(blocks, 'undo', '--by', 'list:bad', '--why', 'wrong', ...base)
    expect(done).toMatchObject({ code: 0, out: '2 blocks lifted\n  two.example\n  one.example\n' })
    expect(namesIn((await runCommand(blocks, 'list', ...base)).out)).toEqual(['mine.example'])
    expect((await runCommand(blocks, 'undo', '--by', 'list:bad', ...base)).code).toBe(1)
    expect((await runCommand(blocks, 'undo', 'mine.example', ...base)).code).toBe(0)
  })
})

describe('blocks backup and restore', () => {
  test('carry a list to another store, privately', async () => {
    const [from, to] = [atRest(), atRest()]
    await runCommand(blocks, 'add', 'one.example', '--host-only', '--note', 'kept', ...from)
    await runCommand(blocks, 'add', 'two.example', ...from)
    const file = join(freshFolder(), 'backup.ndjson')
    const written = await runCommand(blocks, 'backup', file, ...from)
    expect(written.out).toBe(`2 lines are in ${file}\n`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const restored = await runCommand(blocks, 'restore', file, ...to)
    expect(restored).toMatchObject({ code: 0, out: '2 added, 0 blocked already, 0 left out\n' })
    const one = await runCommand(blocks, 'list', '--json', ...from)
    const other = await runCommand(blocks, 'list', '--json', ...to)
    expect(other.out).toBe(one.out)
  })

  test('a backup that was cut off changes nothing', async () => {
    const base = atRest()
    await runCommand(blocks, 'add', 'one.example', ...base)
    const { out } = await runCommand(blocks, 'backup', ...base)
    const lines = out.split('\n')
    const short = [...lines.slice(0, 1), ...lines.slice(2)].join('\n')
    for (const cut of [out.slice(0, -1), out.slice(0, -20), `${out.slice(0, -20)}\n`, short]) {
      const { code, err } = await runCommand(blocks, 'restore', fileWith(cut), ...atRest())
      expect(code).toBe(2)
      expect(err).toMatch(/its end is cut off/)
    }
  })

  test('a backup of a newer version is left alone', async () => {
    const newer = '{"format":"sekisho-backup","version":2}\n'
    const { code, err } = await runCommand(blocks, 'restore', fileWith(newer), ...atRest())
    expect(code).toBe(2)
    expect(err).toContain('written by a newer version')
  })

  test('a place that cannot be written is told in one line', async () => {
    const { code, err } = await runCommand(blocks, 'backup', `${EMPTY}/b`, ...atRest())
    expect({ code, err }).toEqual({ code: 1, err: `${EMPTY}/b cannot be written: ENOTDIR\n` })
  })
})

test('an export says which blocks it leaves out', async () => {
  const { flags } = await running()
  await runCommand(blocks, 'add', 'one.example', ...flags)
  await runCommand(blocks, 'add', 'lone.example', '--host-only', ...flags)
  const { code, out, err } = await runCommand(blocks, 'export', ...flags)
  expect([code, out.includes('one.example,suspend')]).toEqual([0, true])
  expect(err).toMatch(/^1 block of a single host is left out, .*: lone\.example$/m)
})

describe('log', () => {
  const raid = () => {
    const note = aNote({ text: 'https://raid.example/x', mentions: [ALICE] })
    return aCreate({ ...note, published: new Date().toISOString() })
  }

  test('prints verdicts, the newest last, and filters them', async () => {
    const { world, flags } = await running()
    const bob = world.person(BOB)
    await world.send(bob, aCreate({ ...aNote(), published: new Date().toISOString() }))
    await world.send(bob, raid())
    const all = await runCommand(log, ...flags)
    const [first, second, ...more] = all.out.trim().split('\n')
    expect(first).toMatch(/^\S+Z forward +0 Create +verified +remote\.example/)
    expect(second).toMatch(/drop +1\d.* Create +verified +remote\.example +.*banned-url.* ■ remote/)
    expect(more).toEqual([])
    const dropped = await runCommand(log, '--action', 'drop', '--json', ...flags)
    expect(JSON.parse(dropped.out)).toMatchObject({ action: 'drop' })
    expect((await runCommand(log, '--domain', 'other.example', ...flags)).out).toBe('')
    expect((await runCommand(log, '--limit', '1', ...flags)).out.trim()).toBe(second)
  })

  test('shows what would have come of it, in a dry run too', async () => {
    const { world, flags } = await running('--blocks.dryRun=true')
    await world.send(world.person(BOB), raid())
    const { out } = await runCommand(log, ...flags)
    expect(out).toMatch(/drop .* banned-url.* □ remote\.example would have been blocked/)
  })

  test.each([
    { args: ['--limit', '0'], says: '--limit: "0" is no number from 1 to 1000' },
    { args: ['--action', 'fly'], says: 'action: ' },
    { args: ['something'], says: 'use: log' },
  ])('$args ends with 2', async ({ args, says }) => {
    const { code, err } = await runCommand(log, ...args, ...atRest())
    expect(code).toBe(2)
    expect(err).toContain(says)
  })

  test('has nothing to follow while no relay runs', async () => {
    const { code, err } = await runCommand(log, '--follow', ...atRest())
    expect({ code, err }).toEqual({ code: 1, err: 'no relay runs that could be followed\n' })
  })
})

describe('reload', () => {
  test('lets the relay read again', async () => {
    const { flags } = await running()
    expect(await runCommand(reload, ...flags)).toMatchObject({ code: 0, err: '' })
  })

  test('needs a relay', async () => {
    expect(await runCommand(reload, ...atRest())).toMatchObject({ code: 1 })
  })
})

test('a Redis that is away is told without its password', async () => {
  const flags = ['--config', EMPTY, '--data', freshFolder(), '--admin.port', '1']
  const store = ['--store', 'redis://:hunter2@127.0.0.1:1']
  const { code, err } = await runCommand(blocks, 'list', ...flags, ...store)
  expect({ code, err }).toEqual({
    code: 1,
    err: 'store: redis://:***@127.0.0.1:1 does not answer\n',
  })
})

test('a wrong token is told, and changes nothing', async () => {
  const { world, flags } = await running()
  writeFileSync(join(world.folder, 'admin-token'), 'some-other-token-of-length\n')
  const { code, err } = await runCommand(blocks, 'add', 'spam.example', ...flags)
  expect(code).toBe(1)
  expect(err).toContain('does not know the admin token')
  expect(await world.metric('sekisho_blocked_domains')).toBe(0)
  expect(readFileSync(join(world.folder, 'admin-token'), 'utf8')).toContain('other')
})
