// What the commands say of themselves, and what shells make of it.
import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { commandNames, commands } from '../../src/commands/catalog.ts'
import { completion } from '../../src/commands/completion.ts'
import { helpOn, overview, useOf } from '../../src/commands/help.ts'
import { runCommand } from '../support/run-command.ts'

describe('help', () => {
  test('names every command', () => {
    for (const name of commandNames) expect(overview()).toContain(`  ${name} `)
  })

  test.each(commandNames)('on %s shows how to call it and an example', (name) => {
    const text = helpOn(name)
    expect(text).toContain(`npm run -s sekisho -- ${name}`)
    expect(text).toMatch(/^ {2}# \S/m)
    expect(useOf(name)).not.toContain('\n')
  })

  test.each(['blocks', 'evidence'] as const)('on %s says what a time is', (name) => {
    expect(helpOn(name)).toMatch(
      / a time is a day in UTC .*\n.*--until a day takes in the whole of it/,
    )
  })

  test('fits a terminal of a hundred columns, but for the longest uses', () => {
    const lines = overview().split('\n')
    expect(lines.filter((line) => line.length > 100)).toEqual([])
  })
})

describe('completion', () => {
  /** What bash offers after these words. */
  async function offers(...words: string[]): Promise<string[]> {
    const { out } = await runCommand(completion, 'bash')
    const list = ['sekisho', ...words].map((word) => `'${word}'`).join(' ')
    const call = `COMP_WORDS=(${list}); COMP_CWORD=${words.length}; _sekisho; echo "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', `${out}\n${call}`], { encoding: 'utf8' })
      .trim()
      .split(' ')
  }

  test('offers commands, their deeds, their flags and the keys of the configuration', async () => {
    expect(await offers('bl')).toEqual(['blocks'])
    expect(await offers('blocks', 're')).toEqual(['remove', 'restore'])
    expect(await offers('log', '--fo')).toEqual(['--follow'])
    expect(await offers('start', '--blocks.max')).toEqual(['--blocks.maxPerHour'])
    expect(await offers('help', '')).toEqual([...commandNames])
  })

  test('is well formed for bash', async () => {
    const { out } = await runCommand(completion, 'bash')
    expect(spawnSync('bash', ['-n'], { input: out, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    })
  })

  test.each(['zsh', 'fish'])('knows every command for %s', async (shell) => {
    const { code, out } = await runCommand(completion, shell)
    expect(code).toBe(0)
    for (const name of commandNames) expect(out).toContain(name)
    for (const deed of commands.blocks.deeds) expect(out).toContain(deed)
  })

  test('of a shell that it does not know ends with 2', async () => {
    expect(await runCommand(completion, 'powershell')).toMatchObject({ code: 2 })
  })
})
