// npm run bench -- wave [--seeds 1..5 | --seed 1] [--posts 8000] [--full] [--strict]
// Spam waves among ordinary traffic, in simulated time, against the relay as it is wired.
import { atLeast, atMost, type Figure, told } from './figures.ts'
import { playWorld } from './wave/days.ts'
import { printTally, shareOf, sumOf, wavesOf } from './wave/report.ts'
import { SIZES } from './wave/stage.ts'
import { openTally, type Tally } from './wave/tally.ts'

export interface WaveOptions {
  /** `1..5` or `3`. */
  readonly seeds?: string | undefined
  readonly seed?: string | undefined
  /** Ordinary posts in all, over all seeds. */
  readonly posts?: string | undefined
  /** The goals as they are meant: 100,000 posts, five seeds, both sizes. */
  readonly full?: boolean | undefined
}

const QUICK = { seeds: '1', posts: '5000' }
const FULL = { seeds: '1..5', posts: '100000' }
const SMALL_SHARE = 0.2

/** Rules are tuned with 1 to 5; 101 to 105 tell afterwards whether that held. */
const DEVELOPMENT = 100

export async function wave(options: WaveOptions): Promise<readonly Figure[]> {
  const usual = options.full ? FULL : QUICK
  const seeds = seedsOf(options.seed ?? options.seeds ?? usual.seeds)
  const posts = countOf(options.posts ?? usual.posts) / seeds.length
  const tally = openTally()
  for (const seed of seeds) {
    const set = seed < DEVELOPMENT ? 'development' : 'held back'
    const own = openTally()
    for (const size of SIZES) {
      const share = size.name === 'small' ? SMALL_SHARE : 1 - SMALL_SHARE
      await playWorld({ seed, size, posts: Math.ceil(posts * share) }, own)
    }
    console.log(`seed ${seed} (${set}): ${lineOf(own)}`)
    tally.add(own)
  }
  printTally(tally)
  return figuresOf(tally)
}

function seedsOf(text: string): readonly number[] {
  const [, from = '', to = from] = /^(\d+)(?:\.\.(\d+))?$/.exec(text) ?? []
  const [first, last] = [Number(from), Number(to)]
  if (from === '' || last < first || last - first > 1_000) throw new Error(`--seeds: ${text}`)
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
}

function countOf(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new Error(`--posts: ${text}`)
  return Number(text)
}

function lineOf(tally: Tally): string {
  const { ordinary, blocked, deliveries, cpuSeconds } = tally
  const [banned, others] = [true, false].map((isBanned) => droppedShare(tally, isBanned).toFixed(1))
  return [
    `listed URL dropped ${banned} %, others ${others} %`,
    `ordinary: ${ordinary.posts} posts, ${ordinary.lost.length} deliveries lost, ${ordinary.held.length} held`,
    `blocked: ${blocked.spam} spam, ${blocked.open} open, ${blocked.innocent.length} innocent`,
    `${deliveries} deliveries, ${cpuSeconds.toFixed(0)} s of CPU`,
  ].join(' · ')
}

function droppedShare(tally: Tally, isBanned: boolean): number {
  const { dropped, posts } = sumOf(wavesOf(tally, isBanned).map(({ counted }) => counted))
  return shareOf(dropped, posts)
}

function figuresOf(tally: Tally): readonly Figure[] {
  const { ordinary, blocked, deliveries, cpuSeconds, neighbours } = tally
  const others = wavesOf(tally, false)
  const { posts, held } = sumOf(others.map(({ counted }) => counted))
  const givenUp = ordinary.lost.filter(({ end }) => end === 'given up')
  return [
    atLeast('waves with a listed URL: dropped', droppedShare(tally, true), 99, '%'),
    atLeast('other waves: dropped after the tenth post', droppedShare(tally, false), 95, '%'),
    told('other waves: held and forwarded in the end', shareOf(held, posts), '%'),
    told('ordinary posts', ordinary.posts, ''),
    told('other ordinary deliveries', ordinary.small, ''),
    atMost('ordinary deliveries lost: dropped, refused, given up', ordinary.lost.length, 0, ''),
    told('  of them given up by their senders', givenUp.length, ''),
    told('ordinary deliveries held and forwarded in the end', ordinary.held.length, ''),
    atMost('innocent domains blocked, open servers left out', blocked.innocent.length, 0, ''),
    told('open servers blocked', blocked.open, `of ${neighbours.hosts.size}`),
    told('domains of spammers alone blocked', blocked.spam, ''),
    told('posts of people on open servers lost', shareOf(neighbours.lost, neighbours.posts), '%'),
    told('deliveries, tries included', deliveries, ''),
    told('deliveries per second of our own CPU', deliveries / cpuSeconds, '/s'),
  ]
}
