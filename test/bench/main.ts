// npm run bench -- [parse|gate|refuse|latency|blocks|workers|wave|images] [--strict], or gate --profile
// [--into <folder>], or wave [--seeds 1..5 | --seed 1] [--posts 100000] [--full], or images [--seed 1]
// [--kinds qr,near-cropped] [--count 50] [--full]
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isPinned, pinLoad } from './children.ts'
import { type Figure, printFigures } from './figures.ts'

interface Bench {
  readonly title: string
  /** Figures to be printed; what prints by itself has none. */
  readonly run: () => Promise<readonly Figure[]>
}

const benches: Readonly<Record<string, Bench>> = {
  parse: {
    title: 'Fedify: reading a Create',
    run: async () => {
      await (await import('./parse.ts')).parseBench() // first: it wants the library untouched
      return []
    },
  },
  gate: {
    title:
      'The gate: 40 % Create, 60 % small activities, 32 connections; signed before, sent again',
    run: async () => (await import('./gate.ts')).gate(),
  },
  refuse: {
    title: 'Refusing a blocked sender',
    run: async () => (await import('./refuse.ts')).refuse(),
  },
  latency: {
    title: 'Waiting at half of the capacity of the pass-through, arrivals at a constant rate',
    run: async () => (await import('./latency.ts')).latency(),
  },
  blocks: {
    title: 'The block list with 1,000,000 domains',
    run: async () => (await import('./blocks.ts')).blocks(),
  },
  workers: {
    title: 'Two workers against one',
    run: async () => (await import('./workers.ts')).workers(),
  },
  wave: {
    title: 'Spam waves among ordinary traffic, in simulated time',
    run: async () => (await import('./wave.ts')).wave(values),
  },
  images: {
    title: 'Pictures: known ones, QR codes and ordinary ones',
    run: async () => (await import('./images.ts')).images(values),
  },
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    strict: { type: 'boolean' },
    profile: { type: 'boolean' },
    into: { type: 'string' },
    seeds: { type: 'string' },
    seed: { type: 'string' },
    posts: { type: 'string' },
    full: { type: 'boolean' },
    kinds: { type: 'string' },
    count: { type: 'string' },
  },
})
const names = positionals.length > 0 ? positionals : Object.keys(benches)
pinLoad()
if (!isPinned) console.log('Nothing is pinned to a core here: the figures say less.')
if (values.profile) await profile(resolve(values.into ?? join(tmpdir(), 'sekisho-bench-profile')))
else await runAll(names)

async function runAll(wanted: readonly string[]): Promise<void> {
  for (const name of wanted) {
    const bench = Object.hasOwn(benches, name) ? benches[name] : undefined
    if (!bench) throw new Error(`${name} is none of ${Object.keys(benches).join(', ')}`)
    const figures = await bench.run()
    if (figures.length > 0) printFigures(bench.title, figures)
    if (values.strict && figures.some(({ isMet }) => isMet === false)) process.exitCode = 1
  }
}

async function profile(folder: string): Promise<void> {
  const file = join(folder, 'gate.cpuprofile')
  await mkdir(folder, { recursive: true })
  await (await import('./gate.ts')).profileGate(file)
  console.log(`The profile is in ${file}`)
  await (await import('./profile.ts')).printProfile(file)
}
