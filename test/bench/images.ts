// npm run bench -- images [--seed 1] [--kinds qr-plain,near-cropped] [--count 50] [--full] [--strict]
// Pictures that are banned and pictures that are not, shown to the process that looks at them.
import { foreignHosts } from '../../src/images/foreign-hosts.ts'
import type { DrawnAlias } from '../../src/images/sight.ts'
import { atMost, type Figure, told } from './figures.ts'
import { BANNED_URLS } from './images/banned.ts'
import { encode } from './images/canvas.ts'
import { DRAWN_BANS } from './images/drawn-words.ts'
import { KINDS, type KindOfSample } from './images/kinds.ts'
import { type Looker, startLooker } from './images/looker.ts'
import { KNOWN_COUNT, knownPicture } from './images/near.ts'
import { randomFrom, seedOf } from './images/random.ts'
import type { Sample } from './images/sample.ts'
import { costFigures, openTally, type Tally } from './images/tally.ts'

export interface ImagesOptions {
  readonly seed?: string | undefined
  /** Names or beginnings of names, with commas: `qr,near-cropped`. */
  readonly kinds?: string | undefined
  /** Pictures a kind. */
  readonly count?: string | undefined
  readonly full?: boolean | undefined
}

/** What is tuned is tuned with this one. */
const DEVELOPMENT_SEED = 1
/** Looked at last, and never to tune anything: whether it held. */
const HELD_BACK_SEED = 1_001
const QUICK_SHARE = 0.1
const MAX_MIB = 700

export async function images(options: ImagesOptions): Promise<readonly Figure[]> {
  const seed = Number(options.seed ?? DEVELOPMENT_SEED)
  console.log(`seed ${seed}${seed >= HELD_BACK_SEED ? ', held back' : ''}`)
  const looker = await startLooker()
  await teach(looker)
  const tallies: Tally[] = []
  const figures: Figure[] = []
  for (const [kind, wanted] of kindsOf(options.kinds)) {
    const count = countOf(options, wanted)
    const tally = openTally(wanted.how)
    await show(looker, wanted.make(randomFrom(seedOf(seed, kind)), count), tally)
    for (const line of tally.wrong) console.log(`  ${line}`)
    figures.push(...tally.figures(kind, wanted))
    tallies.push(tally)
  }
  const ordinary = tallies.filter(({ stages }, at) => stages && !kindsOf(options.kinds)[at]![1].how)
  const condemned = ordinary.reduce((sum, tally) => sum + tally.condemned, 0)
  const passed = ordinary.reduce((sum, tally) => sum + tally.count, 0)
  const peak = looker.peakMib()
  looker.stop()
  return [
    ...figures,
    atMost(`condemned of all ${passed} that have to pass`, condemned, 0, ''),
    ...costFigures(tallies),
    atMost('most memory of the process that looks', peak, MAX_MIB, 'MiB'),
    told('known pictures', KNOWN_COUNT, ''),
  ]
}

function kindsOf(wanted: string | undefined): readonly (readonly [string, KindOfSample])[] {
  if (wanted === undefined) return Object.entries(KINDS)
  const names = wanted.split(',')
  const strange = names.find((name) => !Object.keys(KINDS).some((kind) => kind.startsWith(name)))
  if (strange) throw new Error(`${strange} is none of ${Object.keys(KINDS).join(', ')}`)
  return Object.entries(KINDS).filter(([kind]) => names.some((name) => kind.startsWith(name)))
}

function countOf({ count, full }: ImagesOptions, { count: whole }: KindOfSample): number {
  if (count !== undefined) return Number(count)
  return full ? whole : Math.ceil(whole * QUICK_SHARE)
}

/** Registers the known pictures as an operator does, and bans what is banned. */
async function teach(looker: Looker): Promise<void> {
  const known = []
  for (let index = 0; index < KNOWN_COUNT; index++) {
    const random = randomFrom(index)
    const bytes = await encode(random, await knownPicture(index))
    const { print } = await looker.ask({ kind: 'fingerprint', job: 0, bytes }, 'fingerprinted')
    if (print.status === 'unread') throw new Error(`known picture ${index}: ${print.why}`)
    known.push({ id: `${index}`, name: `picture ${index}`, ...print })
  }
  const urls = [...new Set<string>([...BANNED_URLS, ...DRAWN_BANS.urls, ...DRAWN_BANS.foreign])]
  const bans = { version: '1', urls, known, aliases: await learned(looker, urls) }
  looker.tell({ kind: 'bans', bans })
}

/** As the relay does when it loads the list. */
async function learned(looker: Looker, urls: readonly string[]): Promise<readonly DrawnAlias[]> {
  const aliases: DrawnAlias[] = []
  for (const { entry, host } of foreignHosts(urls)) {
    const { learned: answer } = await looker.ask({ kind: 'learn', job: 0, host }, 'learned')
    if (answer.status === 'learned') aliases.push({ entry, readAs: answer.readAs })
    else console.log(`  ${entry} cannot be learned: ${answer.why}`)
  }
  return aliases
}

/** The next picture is made while this one is looked at. */
async function show(looker: Looker, samples: AsyncIterable<Sample>, tally: Tally): Promise<void> {
  const making = samples[Symbol.asyncIterator]()
  let next = await making.next()
  while (!next.done) {
    const sample = next.value
    const before = looker.cpuMs()
    const looking = looker.ask(
      { kind: 'look', job: 1, bytes: sample.bytes, isThorough: false },
      'seen',
    )
    const following = making.next()
    const { sight } = await looking
    tally.add(sample, sight, looker.cpuMs() - before)
    next = await following
  }
}
