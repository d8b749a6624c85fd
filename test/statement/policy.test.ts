// Which paragraphs hold, by the settings and lists in force.
import { describe, expect, test } from 'vitest'
import { type Config, loadConfig } from '../../src/config.ts'
import { policyOf } from '../../src/statement/policy.ts'

function configOf(...flags: readonly string[]): Config {
  const empty = new URL('../support/empty.yaml', import.meta.url).pathname
  const needed = ['--instance.domain=home.example', '--instance.upstream=http://127.0.0.1:9']
  const loaded = loadConfig([`--config=${empty}`, ...needed, ...flags])
  if (loaded.status === 'wrong') throw new Error(loaded.why)
  return loaded.config
}

const policy = (...flags: readonly string[]) => {
  const config = configOf(...flags)
  return policyOf(config, { config, banned: config.banned })
}

const URLS = '--banned.urls=["raid.example/x"]'

describe('what is not accepted', () => {
  test.each([
    { flags: [], refused: ['refusedFlood', 'refusedKnownImage', 'refusedSigns'] },
    { flags: [URLS], refused: ['refusedFlood', 'refusedUrl', 'refusedImage', 'refusedSigns'] },
    {
      flags: [URLS, '--images.enabled=false'],
      refused: ['refusedFlood', 'refusedUrl', 'refusedSigns'],
    },
    {
      flags: ['--images.enabled=false', '--banned.text=["x"]'],
      refused: ['refusedFlood', 'refusedText', 'refusedSigns'],
    },
    {
      flags: [URLS, '--rules.banned-url.shadow=true', '--rules.mention-flood.shadow=true'],
      refused: ['refusedImage', 'refusedSigns'],
    },
    {
      flags: ['--rules.mention-flood.score=0', '--images.enabled=false'],
      refused: ['refusedSigns'],
    },
  ])('by $flags: $refused', ({ flags, refused }) => {
    expect(policy(...flags).refused).toEqual(refused)
  })

  test('follows the list files in force', () => {
    const config = configOf()
    const banned = { urls: ['raid.example'], text: [] }
    expect(policyOf(config, { config, banned }).refused).toContain('refusedUrl')
  })
})

describe('what a server is blocked for', () => {
  test.each([
    { flags: [URLS], offences: ['offenceFlood', 'offenceUrl', 'offenceImage'] },
    { flags: [], offences: ['offenceFlood', 'offenceKnownImage'] },
    {
      flags: [URLS, '--rules.banned-url.offence=false'],
      offences: ['offenceFlood', 'offenceImage'],
    },
    {
      flags: [URLS, '--rules.mention-flood.shadow=true'],
      offences: ['offenceUrl', 'offenceImage'],
    },
    {
      flags: ['--images.enabled=false', '--rules.campaign.offence=true'],
      offences: ['offenceFlood', 'offenceOther'],
    },
    {
      flags: [
        '--images.enabled=false',
        '--composites={x: {all: [campaign], score: 1, offence: true}}',
      ],
      offences: ['offenceFlood', 'offenceOther'],
    },
    {
      flags: [
        '--images.enabled=false',
        '--composites={x: {all: [campaign], score: 1, offence: true, shadow: true}}',
      ],
      offences: ['offenceFlood'],
    },
  ])('by $flags: $offences', ({ flags, offences }) => {
    expect(policy(...flags).offences).toEqual(offences)
  })

  test('is nothing by itself when that is turned off', () => {
    expect(policy().blocksByItself).toBe(true)
    expect(policy('--blocks.dryRun=true').blocksByItself).toBe(false)
    expect(policy('--blocks.maxPerHour=0').blocksByItself).toBe(false)
  })
})

test('what waits for the next start is not in force', () => {
  const started = configOf('--mode=observe', URLS)
  const told = configOf(
    '--mode=enforce',
    '--standing.grace=1h',
    '--rules.mention-flood.shadow=true',
  )
  const { isTrial, graceMs, refused, bans } = policyOf(started, {
    config: told,
    banned: told.banned,
  })
  expect({ isTrial, graceMs, refused, bans }).toEqual({
    isTrial: true,
    graceMs: 86_400_000,
    refused: ['refusedKnownImage', 'refusedSigns'],
    bans: true,
  })
})

test.each([
  { flag: '--statement.languages=["fr"]', why: 'is en, ja, or the path of a .yaml file' },
  { flag: '--statement.languages=[]', why: 'statement.languages' },
  { flag: '--statement.publishBlocks=some', why: 'is true, false or masked' },
])('$flag is refused', ({ flag, why }) => {
  expect(() => configOf(flag)).toThrow(why)
})

test.each([
  { flag: '--statement.publishBlocks=masked', value: 'masked' },
  { flag: '--statement.publishBlocks=true', value: true },
])('$flag is $value', ({ flag, value }) => {
  expect(configOf(flag).statement.publishBlocks).toBe(value)
})
