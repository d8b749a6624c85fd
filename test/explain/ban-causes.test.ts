import { describe, expect, test } from 'vitest'
import { matchingEntries } from '../../src/explain/ban-causes.ts'
import { bannedUrl } from '../../src/rules/banned-url.ts'
import { aCreate, aNote, factsOf } from '../support/build.ts'

const facts = factsOf(
  aCreate(aNote({ text: 'see https://raid.example/join and https://b.example/' })),
)

describe('matchingEntries', () => {
  test('finds every entry that the post matches, also where one link has several', async () => {
    const entries = ['quiet.example', 'raid.example', '*.raid.example', '/raid/', 'b.example']
    expect(await matchingEntries(bannedUrl, entries, facts)).toEqual(entries.slice(1))
  })

  test('finds them in a long list, each once', async () => {
    const padding = Array.from({ length: 3_000 }, (_, at) => `host${at}.example`)
    const entries = ['raid.example', ...padding, 'b.example', 'raid.example']
    expect(await matchingEntries(bannedUrl, entries, facts)).toEqual(['raid.example', 'b.example'])
  })

  test('ends with the first twenty', async () => {
    const entries = Array.from({ length: 60 }, (_, at) => `/raid(${at})?/`)
    expect(await matchingEntries(bannedUrl, entries, facts)).toEqual(entries.slice(0, 20))
  })

  test('finds none in a post that matches none', async () => {
    expect(await matchingEntries(bannedUrl, ['quiet.example'], facts)).toEqual([])
    expect(await matchingEntries(bannedUrl, [], facts)).toEqual([])
  })
})
