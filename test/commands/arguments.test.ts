// Flags on the command line: a misspelt one is named as such, whatever stands behind it.
import { describe, expect, test } from 'vitest'
import { splitArguments } from '../../src/commands/arguments.ts'
import { blocks } from '../../src/commands/blocks.ts'
import { check } from '../../src/commands/check.ts'
import { config } from '../../src/commands/config.ts'
import { domain } from '../../src/commands/domain.ts'
import { evidence } from '../../src/commands/evidence.ts'
import { explain } from '../../src/commands/explain.ts'
import { images } from '../../src/commands/images.ts'
import { log } from '../../src/commands/log.ts'
import { reload } from '../../src/commands/reload.ts'
import { start } from '../../src/commands/start.ts'
import { runCommand } from '../support/run-command.ts'

const EMPTY = new URL('../support/empty.yaml', import.meta.url).pathname
const INSTANCE = ['--instance.domain=home.example', '--instance.upstream=http://127.0.0.1:9']

const calls = [
  { name: 'blocks', command: blocks, words: ['list'] },
  { name: 'check', command: check, words: [] },
  { name: 'config', command: config, words: ['show'] },
  { name: 'domain', command: domain, words: ['spam.example'] },
  { name: 'evidence', command: evidence, words: ['export'] },
  { name: 'explain', command: explain, words: [EMPTY] },
  { name: 'images', command: images, words: ['list'] },
  { name: 'log', command: log, words: [] },
  { name: 'reload', command: reload, words: [] },
  { name: 'start', command: start, words: [] },
]

describe.each(calls)('$name', ({ command, words }) => {
  test.each([['--bogus'], ['--bogus', '--data=/nowhere']])(
    'says of %s that there is no such flag, and not that it needs a value',
    async (...flags) => {
      const base = ['--config', EMPTY, ...INSTANCE]
      expect(await runCommand(command, ...words, ...base, ...flags)).toEqual({
        ...{ code: 2, out: '' },
        err: 'config: bogus is no key of the configuration (flag --bogus)\n',
      })
    },
  )

  test('says of a key without a value that it needs one', async () => {
    const base = ['--config', EMPTY, ...INSTANCE]
    const { code, err } = await runCommand(command, ...words, ...base, '--listen.port')
    expect({ code, err }).toEqual({ code: 2, err: 'config: --listen.port needs a value\n' })
  })
})

test('a flag of the command’s own needs its value', async () => {
  const { code, err } = await runCommand(images, 'add', EMPTY, '--note')
  expect({ code, err }).toEqual({ code: 2, err: '--note needs a value\n' })
})

test('a key that is true or false is true alone, before another flag too', () => {
  const args = ['list', '--images.enabled', '--json']
  const { files, switches, config: keys } = splitArguments(args, { VALUED: [], SWITCHES: ['json'] })
  expect({ files, switches, keys }).toEqual({
    ...{ files: ['list'], switches: { json: true }, keys: ['--images.enabled'] },
  })
})
