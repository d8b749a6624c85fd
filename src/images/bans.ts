// What pictures are held against: the rules' URLs, the known pictures of the store, and how drawn hosts are misread.
import { createHash } from 'node:crypto'
import type { Log } from '../log.ts'
import type { KnownPicture, PictureStore } from '../store/store.ts'
import { learnAliases } from './aliases.ts'
import type { Learn } from './learner.ts'
import type { DrawnAlias, PictureBans } from './sight.ts'

export interface BansOptions {
  /** As they are in force; another array where they changed. */
  readonly urls: () => readonly string[]
  readonly pictures: Pick<PictureStore, 'all' | 'version'>
  readonly learn: Learn
  /** Told when anything changed. */
  readonly onChange: (bans: PictureBans) => void
  readonly log: Log
  readonly onFault: (what: string) => void
  readonly askEveryMs?: number
}

export interface Bans {
  current(): PictureBans
  /** Resolves when what the store has now is in force. */
  refresh(): Promise<void>
  close(): void
}

const ASK_EVERY_MS = 5_000

export function openBans(options: BansOptions): Bans {
  const { urls, onChange, askEveryMs = ASK_EVERY_MS } = options
  const known = openKnown(options)
  const aliases = openAliases(options)
  let bans: PictureBans | undefined

  function current(): PictureBans {
    const held = { urls: urls(), known: known.all(), aliases: aliases.of(urls()) }
    if (bans && isSame(bans, held)) return bans
    bans = { ...held, version: versionOf(held) }
    onChange(bans)
    return bans
  }

  const refresh = async () => {
    await known.refresh()
    current()
  }
  const timer = setInterval(() => void refresh(), askEveryMs).unref()
  void refresh()
  return {
    current,
    refresh,
    close() {
      clearInterval(timer)
      aliases.close()
    },
  }
}

type Held = Omit<PictureBans, 'version'>

function isSame(one: Held, other: Held): boolean {
  return one.urls === other.urls && one.known === other.known && one.aliases === other.aliases
}

function versionOf({ urls, known, aliases }: Held): string {
  const hash = createHash('sha256')
  for (const url of urls) hash.update(url).update('\n')
  for (const { id, hashes } of known) hash.update(`${id} ${hashes.length}\n`)
  hash.update(JSON.stringify(aliases))
  return hash.digest('base64url').slice(0, 16)
}

/** While the store is away, what it said last goes on. */
function openKnown({ pictures, log, onFault }: BansOptions) {
  let known: readonly KnownPicture[] = []
  let version: string | undefined
  return {
    all: () => known,
    async refresh(): Promise<void> {
      try {
        const latest = await pictures.version()
        if (latest === version) return
        known = await pictures.all()
        version = latest
      } catch (cause) {
        onFault('known-pictures')
        log.debug({ err: cause }, 'the known pictures could not be read again')
      }
    },
  }
}

/** In the background: until it is learned, a host is only found where it is read right. */
function openAliases({ learn, log }: BansOptions) {
  let learned: readonly DrawnAlias[] = []
  let wanted: readonly string[] | undefined
  let isOpen = true

  async function learnAll(urls: readonly string[]): Promise<void> {
    const isOver = () => !isOpen || wanted !== urls
    const tell = (complaint: string) => log.warn({}, complaint)
    const lesson = { urls, learn, known: learned, tell, isOver }
    for await (const aliases of learnAliases(lesson)) learned = aliases
  }

  return {
    of(urls: readonly string[]): readonly DrawnAlias[] {
      if (urls !== wanted && isOpen) {
        wanted = urls
        learnAll(urls).catch((cause) => {
          log.error({ err: cause }, 'how hosts look when they are drawn could not be learned')
        })
      }
      return learned
    },
    close() {
      isOpen = false
    },
  }
}
