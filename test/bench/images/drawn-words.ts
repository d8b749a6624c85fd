// What is written into the pictures of the bench: banned places, their honest neighbours, and talk around them.

/** Held against all drawn pictures. */
export const DRAWN_BANS = {
  urls: [
    'discord.gg',
    'kurokracker.test',
    'spam-casino.example',
    'free.gifts.example/claim',
    '*.raidhub.example',
    'discord.gg/banned77',
  ],
  /** Hosts that the recogniser has to learn; of 闇バイト.example it makes too little. */
  foreign: [
    '荒らし.example',
    '無料配布.example',
    '破壊者.example',
    '黒猫団.test',
    '賭け事.example',
    '日本荒らし連合.example',
    '裏サイト.test',
    '通信販売.example',
    '祭り会場.test',
  ],
} as const

const CODE = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

export function inviteCode(random: () => number): string {
  const length = 6 + Math.floor(random() * 5)
  return Array.from({ length }, () => pick(random, [...CODE])).join('')
}

export function bannedUrl(random: () => number): string {
  const code = inviteCode(random)
  const url = pick(random, [
    `discord.gg/${code}`,
    `discord.gg/${code}`,
    `discord.com/invite/${code}`,
    `discordapp.com/invite/${code}`,
    'kurokracker.test',
    'kurokracker.test/join',
    'spam-casino.example',
    'www.spam-casino.example',
    'free.gifts.example/claim',
    'eu.raidhub.example',
  ])
  return pick(random, ['', '', 'https://']) + url
}

/** A human at a glance takes them for something else, or they belong to somebody else. */
export function neighbour(random: () => number): string {
  const code = inviteCode(random)
  return pick(random, [
    'Our Discord. GG everyone',
    'we met on discord.gg',
    'discord.gg',
    'discord.gg is down again',
    `biscord.gg/${code}`,
    `discord.gift/${code}`,
    `diskord.gg/${code}`,
    `discord.com/channels/${code}`,
    'discord.com/download',
    'kurocracker.test',
    'kurokracker.test.example',
    'notkurokracker.test',
    'my-spam-casino.example',
    'spam-casino.example.org',
    'spam-casino.examples',
    'casino.example',
    'free.gifts.example',
    'free.gifts.example/claims',
    'gifts.example/claim',
    'raidhub.example.net',
    'theraidhub.example',
    'thediscord.gg.example',
    'No more spam casino. Example follows',
    'good.example/@alice',
    'mastodon.social/@someone',
    'example.com/discord',
  ])
}

const TALK = [
  'Happy birthday!',
  'see you tomorrow',
  'the quick brown fox',
  'おはようございます',
  '新しい動画を公開しました',
  'Free Nitro for everyone',
  'JOIN NOW',
  'limited offer',
  'ok, sounds good to me',
  'meeting at 10:30 in room 4.12',
  'version 2.4.1 is out',
  'v1.2 / 3 items left',
  '今日の天気は晴れ',
  'and/or maybe not',
  'Price: $12.99',
  'mail me at bob@example.org',
  'lunch? I am hungry',
  'https://example.com/news/2024',
] as const

export function talk(random: () => number): string {
  return pick(random, TALK)
}

export function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!
}

export function between(random: () => number, low: number, high: number): number {
  return low + random() * (high - low)
}
