// Plays an ordinary hour and a spam wave against the relay, with signatures and blocks for real.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { type Config, loadConfig } from '../config.ts'
import { type Fediverse, openFediverse } from '../demo/fediverse.ts'
import { openStandInInstance } from '../demo/instance.ts'
import { PICTURE_DOMAINS, pictures } from '../demo/pictures.ts'
import {
  aftermath,
  BANNED_URL,
  DOMAINS,
  HOME,
  ordinaryHour,
  type Scene,
  wave,
} from '../demo/script.ts'
import { summary, verdictLine } from '../demo/show.ts'
import { openRelay } from '../main.ts'
import type { Verdict } from '../verdict.ts'

export async function demo(flags: readonly string[]): Promise<number> {
  const started = Date.now()
  say('Sekisho demo: a small instance, its neighbours, and a spam wave.')
  say('Making keys for 31 servers …')
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-demo-'))
  const fediverse = await openFediverse([...DOMAINS, ...PICTURE_DOMAINS])
  const instance = await openStandInInstance()
  const verdicts: Verdict[] = []
  try {
    const config = configOf({ folder, fediverse, upstream: instance.url, flags })
    if (typeof config === 'string') return fail(config, 2)
    const opened = await openRelay({
      config,
      log: pino({ level: 'silent' }),
      onVerdict(verdict) {
        verdicts.push(verdict)
        say(verdictLine(verdict))
      },
    })
    if (opened.status === 'failed') return fail(opened.why, 1)
    await play(fediverse, opened.port)
    say(summary({ verdicts, delivered: instance.received.length, tookMs: Date.now() - started }))
    await opened.close()
    if (instance.received.length > 0) return 0
    return fail('nothing was delivered: is this machine too busy? Try again.', 1)
  } finally {
    await fediverse.close()
    await instance.close()
    await rm(folder, { recursive: true })
  }
}

async function play(fediverse: Fediverse, port: number): Promise<void> {
  const now = Date.now()
  const storm = wave(fediverse, now)
  say('\nAn ordinary hour:')
  await playScenes(ordinaryHour(fediverse, now), fediverse, port)
  say(
    '\nPictures: one of a poster, two that lead to a place on the ban list, drawn and as a QR code:',
  )
  await playScenes(await pictures(fediverse, now), fediverse, port)
  say('\nThe wave: 72 young accounts on 24 servers, half of them with a link on the ban list:')
  await playScenes(storm, fediverse, port)
  say('\nAfterwards, from a server that is blocked now:')
  await playScenes(aftermath(storm[0]!), fediverse, port)
}

async function playScenes(
  scenes: readonly Scene[],
  fediverse: Fediverse,
  port: number,
): Promise<void> {
  for (const { author, activity } of scenes) {
    const to = { port, host: HOME }
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if ((await fediverse.deliver(author, activity, to)) !== 503) break
      await pause(RETRY_MS)
    }
  }
}

// As servers do, only sooner: on a slow machine the first picture is read by the second try.
const ATTEMPTS = 3
const RETRY_MS = 1_000

interface Stage {
  readonly folder: string
  readonly fediverse: Fediverse
  readonly upstream: string
  readonly flags: readonly string[]
}

function configOf({ folder, fediverse, upstream, flags }: Stage): Config | string {
  const loaded = loadConfig([
    `--instance.domain=${HOME}`,
    `--instance.upstream=${upstream}`,
    `--store=embedded:${folder}`,
    `--data=${folder}`,
    '--listen.port=0',
    '--admin.port=0',
    `--banned.urls=${BANNED_URL}`,
    '--standing.trusted=ferry.example',
    `--remote.overrides=${JSON.stringify(fediverse.overrides)}`,
    ...flags,
  ])
  return loaded.status === 'loaded' ? loaded.config : loaded.why
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

function fail(why: string, code: number): number {
  process.stderr.write(`${why}\n`)
  return code
}
