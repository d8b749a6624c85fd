// The store's folder was deleted while the relay runs: said loudly once, and made good from memory.
import { mkdir } from 'node:fs/promises'
import type { Log } from '../log.ts'
import type { FolderLock } from './lock.ts'

export interface Losses {
  /** The journal is not where it was. */
  noticed(): void
  /** It is there again, with all that memory has. */
  madeGood(): void
  /** It cannot be written there. */
  lasts(cause: unknown): void
}

export interface LossOptions {
  readonly folder: string
  readonly log?: Log
  readonly onFault?: (what: string) => void
}

export function tellLosses({ folder, log, onFault }: LossOptions): Losses {
  let isLost = false
  let isTold = false
  return {
    noticed() {
      if (isLost) return
      isLost = true
      onFault?.('store-folder')
      log?.error(`the journal in ${folder} was taken away: it is written anew from memory`)
    },
    madeGood() {
      isLost = false
      isTold = false
      log?.warn(
        `the journal in ${folder} was written anew with every block, mark, notice, picture and key`,
      )
    },
    lasts(cause) {
      if (isTold) return
      isTold = true
      const what = 'what is in memory goes on, and ends with this process'
      log?.error({ err: cause }, `the journal in ${folder} cannot be written: ${what}`)
    },
  }
}

export async function regainFolder({
  folder,
  lock,
  loss,
}: {
  readonly folder: string
  readonly lock: FolderLock
  readonly loss: Losses
}): Promise<void> {
  loss.noticed()
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await lock.renew()
}
