// Everything that reads pictures, introduced to each other; nothing of it where pictures are not read.
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { closedEyes, type Pictures } from '../pictures.ts'
import { printable } from '../printable.ts'
import type { FetchPicture } from '../remote/pictures.ts'
import type { PictureStore } from '../store/store.ts'
import { openBans } from './bans.ts'
import { openCrew } from './crew.ts'
import { openLearner } from './learner.ts'
import { openLooker } from './looker.ts'
import type { DrawnAlias, PictureFinding } from './sight.ts'

export interface ImagesSetup {
  readonly config: Config['images']
  /** Banned URLs as they are in force. */
  readonly urls: () => readonly string[]
  readonly store: PictureStore
  readonly fetchPicture: FetchPicture
  readonly log: Log
  readonly onFault: (what: string) => void
}

export interface Images {
  readonly pictures: Pictures
  /** How banned hosts are misread when they are drawn, as far as it is learned. */
  aliases(): readonly DrawnAlias[]
  /** Resolves when what is known in the store is in force here. */
  refresh(): Promise<void>
  close(): void
}

export function openImages(setup: ImagesSetup): Images {
  const { config, urls, store, fetchPicture, log, onFault } = setup
  if (!config.enabled) return NOTHING
  const telling = {
    onFault(what: string, cause: unknown) {
      onFault(what)
      log.warn({ err: cause }, 'a picture could not be read')
    },
    onNoise: (line: string) => log.debug({ line: printable(line, 500) }, 'of a reading child'),
  }
  const crew = openCrew({ size: config.processes, ...telling })
  const learn = openLearner({ kept: store, ...telling })
  const bans = openBans({ urls, pictures: store, learn, onChange: crew.setBans, log, onFault })
  const version = () => bans.current().version
  return {
    pictures: {
      scope: config.scope,
      also: config.also,
      onTimeout: config.onTimeout,
      knownBlurhash: (blurhash) => findBlurhash(bans.current().known, blurhash),
      look: openLooker({ fetchPicture, crew, sights: store, version, onFault }),
    },
    aliases: () => bans.current().aliases,
    refresh: bans.refresh,
    close() {
      bans.close()
      crew.close()
    },
  }
}

const NOTHING: Images = {
  pictures: closedEyes,
  aliases: () => [],
  refresh: async () => {},
  close() {},
}

/** A few hundred at most: no index is worth it. */
function findBlurhash(
  known: readonly { readonly name: string; readonly blurhashes: readonly string[] }[],
  blurhash: string,
): PictureFinding | undefined {
  const found = known.find(({ blurhashes }) => blurhashes.includes(blurhash))
  return found && { how: 'blurhash', value: blurhash, why: `blurhash of ${found.name}` }
}
