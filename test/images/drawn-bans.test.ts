import { expect, test } from 'vitest'
import { compileDrawnBans } from '../../src/images/drawn-bans.ts'

const find = compileDrawnBans({
  urls: [
    'discord.gg',
    'discord.gg/abc',
    'kurokracker.net',
    'spam.example',
    'gifts.example/claim',
    '*.raids.example',
    'https://whole.example/page?id=5',
    't.co',
    '荒らし.example',
    '/casino-[0-9]+\\.test/',
  ],
  aliases: [{ entry: '荒らし.example', readAs: ['荒〓.example', '〓荒.example'] }],
})

test.each(
  [
    { line: 'discord.gg/abcd', entry: 'discord.gg' },
    { line: 'Join discord.gg/Xy7pQ2', entry: 'discord.gg' },
    { line: 'Join:discord.gg/Xy7pQ2', entry: 'discord.gg' },
    { line: '参加 discord.gg/Xy7pQ2', entry: 'discord.gg' },
    { line: 'DISCORD.GG/XY7PQ2', entry: 'discord.gg' },
    { line: 'dlscord.gg/Xy7pQ2', entry: 'discord.gg' },
    { line: 'disc0rd.gq/Xy7pQ2', entry: 'discord.gg' },
    { line: 'discord,gg/Xy7pQ2', entry: 'discord.gg' },
    { line: 'discord.gglXy7pQ2', entry: 'discord.gg' },
    { line: 'https:lldiscord.gg/Xy7pQ2', entry: 'discord.gg' },
    { line: 'https://discord.com/invite/Xy7pQ2', entry: 'discord.gg' },
    { line: 'discord.comlinvite/Xy7pQ2', entry: 'discord.gg' },
    { line: 'discordapp. com/invite/Xy7pQ2', entry: 'discord.gg' },
    { line: 'discord.gg/abc', entry: 'discord.gg/abc' },
    { line: 'kurokracker.net', entry: 'kurokracker.net' },
    { line: 'www.kurokracker.net/join', entry: 'kurokracker.net' },
    { line: 'kur0kracker,net', entry: 'kurokracker.net' },
    { line: 'visit spam.example', entry: 'spam.example' },
    { line: 'visit spam.example.', entry: 'spam.example' },
    { line: '5pam.example', entry: 'spam.example' },
    { line: 'https:/spam.example', entry: 'spam.example' },
    { line: '(spam.example)', entry: 'spam.example' },
    { line: '「5pam.example」', entry: 'spam.example' },
    { line: 'gifts.example/claim', entry: 'gifts.example/claim' },
    { line: 'eu.raids.example', entry: '*.raids.example' },
    { line: 'eu.ra1ds.example', entry: '*.raids.example' },
    { line: 'raids.example', entry: '*.raids.example' },
    { line: 'https://whole.example/page?id=5', entry: 'https://whole.example/page?id=5' },
    { line: 't.co', entry: 't.co' },
    { line: '荒らし.example', entry: '荒らし.example' },
    { line: '荒L.example', entry: '荒らし.example' },
    { line: '参加 荒6L.example', entry: '荒らし.example' },
    { line: '→荒〓.example', entry: '荒らし.example' },
    { line: '荒 L.example', entry: '荒らし.example' },
    { line: '参加discord.gg/Xy7pQ2', entry: 'discord.gg' },
    { line: '-spam.example', entry: 'spam.example' },
    { line: 'https:l/spam.example', entry: 'spam.example' },
    { line: 'htps//spam.example', entry: 'spam.example' },
    { line: 'casino-77.test', entry: '/casino-[0-9]+\\.test/' },
  ].filter(({ entry }) => entry !== undefined),
)('"$line" is $entry', ({ line, entry }) => {
  expect(find(line)).toEqual({
    how: 'text',
    value: line,
    why: `drawn text "${line}" is ${entry}`,
  })
})

test.each([
  { line: 'gifts.examplelclaim', entry: 'gifts.example/claim' },
  { line: 'gifts.exampleclaim', entry: 'gifts.example/claim' },
  { line: 'gifts.example/c1aim', entry: 'gifts.example/claim' },
  { line: 'gifts.example/CLAIM', entry: 'gifts.example/claim' },
  { line: 'discord.gg/abC', entry: 'discord.gg/abc' },
])('"$line" only looks like $entry', ({ line, entry }) => {
  const why = `drawn text "${line}" looks like ${entry}`
  expect(find(line)).toEqual({ how: 'text-alike', value: line, why })
})

test('of two paths that look alike the one that is drawn is told', () => {
  const findOne = compileDrawnBans({
    urls: ['spam.example/evil', 'spam.example/evi1'],
    aliases: [],
  })
  const why = 'drawn text "5pam.example/evi1" is spam.example/evi1'
  expect(findOne('5pam.example/evi1')).toMatchObject({ how: 'text', why })
})

test.each([
  'Our Discord. GG everyone',
  'Our Discord. GG / everyone',
  'Discord. GG/everyone',
  'discord.gg',
  'discord.gg/',
  'discord.gg/ab',
  'discord.gg is down',
  'discord.gg like this',
  'discord.ggif',
  'discord.gglobal.example',
  'biscord.gg/Xy7pQ2',
  'diskord.gg/Xy7pQ2',
  'discord.gift/Xy7pQ2',
  'discord.com/channels/Xy7pQ2',
  'discord.com/invite',
  'thediscord.gg.example',
  'thediscord.gg/Xy7pQ2',
  'discord.gg.example/Xy7pQ2',
  'my-discord.gg/Xy7pQ2',
  'kurocracker.net',
  'kurokracker.network',
  'kurokracker.net.example',
  'notspam.example',
  'not-spam.example',
  'spam.example.org',
  'spam.examples',
  'bob@spam.example',
  'no more spam. Example follows',
  'spam . example',
  'eu.spam.example',
  'gifts.example',
  'gifts.example/claims',
  'gifts.example/other',
  'theraids.example',
  'raids.example.org',
  'tco',
  't,co',
  'l.t.co.example',
  '荒.example',
  '荒地.example',
  '荒abc.example',
  '荒〓地.example',
  '大荒〓.example',
  '〓〓荒〓.example.org',
  'スspam.examples',
  'casino-x.test',
  '',
  '...',
  '/'.repeat(500),
])('"%s" is nothing banned', (line) => {
  expect(find(line)).toBeUndefined()
})

test('an entry with a code means that invitation alone', () => {
  const findOne = compileDrawnBans({ urls: ['discord.gg/abcdef'], aliases: [] })
  const lines = [
    'discord.gg/abcdef',
    'discord.com/invite/abcdef',
    'discord.gglabcdef',
    'discord.gg/abcdefg',
    'discord.gg/abcxyz',
    'discord.gg',
  ]
  expect(lines.map((line) => findOne(line) !== undefined)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
})

test('another service of invitations is found under its own name', () => {
  const findOne = compileDrawnBans({ urls: ['dsc.gg'], aliases: [] })
  expect(findOne('dsc.gg/raiders')).toBeDefined()
  expect(findOne('discord.gg/raiders')).toBeUndefined()
})

test.each([
  'https://example.org/spam.example',
  'example.org/?u=spam.example',
  'see news.example/a/spam.example',
  'example.org/redirect#spam.example',
])('%s leads to another host', (line) => {
  expect(find(line)).toBeUndefined()
})

test.each(['https://spam.example', 'go:/spam.example', 'and/or spam.example'])(
  '%s leads there all the same',
  (line) => {
    expect(find(line)?.why).toContain('is spam.example')
  },
)
