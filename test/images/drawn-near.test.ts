import { expect, test } from 'vitest'
import { compileNearBans } from '../../src/images/drawn-near.ts'

const isNear = compileNearBans({ urls: ['discord.gg', 'spam-casino.example'], aliases: [] })

test.each([
  { line: 'discord.gg/Xy7pQ2', why: 'is one' },
  { line: 'discordgg/Xy7pQ2', why: 'lost its dot' },
  { line: 'disord.g/Xy7pQ2', why: 'lost two letters' },
  { line: 'join discord.com/1nvlte', why: 'is another name of it' },
  { line: 'ord.gg/Xy7pQ2', why: 'is cut at its beginning' },
  { line: 'https://spam-cas', why: 'is cut at its end' },
  { line: 'spam.casino.exarnple', why: 'has other signs' },
])('"$line" $why: worth a second look', ({ line }) => {
  expect(isNear(line)).toBe(true)
})

test.each(['Happy birthday!', 'the quick brown fox', 'mastodon.social/@alice', '2024', '', '...'])(
  '"%s" is nothing like it',
  (line) => {
    expect(isNear(line)).toBe(false)
  },
)
