// One process a folder: a lock file that names its owner, taken over only from the dead.
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../durable.ts'

const ATTEMPTS = 10

/** A living process holds the folder. */
export class FolderTaken extends Error {}

export interface FolderLock {
  /** Locks the folder again if the lock was taken away; throws when another living process has it by now. */
  renew(): Promise<void>
  release(): Promise<void>
}

/** Throws FolderTaken when a living process holds the folder. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const lock = join(folder, 'lock')
  const mine = `${process.pid} ${(await startOf(process.pid)) ?? 'unknown'}\n`
  const isMine = async () => (await readIfThere(lock)) === mine
  await take(folder, mine)
  return {
    async renew() {
      if (!(await isMine())) await take(folder, mine)
    },
    async release() {
      if (await isMine()) await rm(lock, { force: true })
    },
  }
}

async function take(folder: string, mine: string): Promise<void> {
  const lock = join(folder, 'lock')
  const draft = `${lock}.${process.pid}`
  await writeFile(draft, mine, { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await claim(draft, lock)) return
      await clearDead(lock, folder)
    }
  } finally {
    await rm(draft, { force: true })
  }
  throw new Error(`${folder} cannot be locked: other processes keep taking it`)
}

/** A link appears with its content or not at all, so nobody reads a lock without a name. */
async function claim(draft: string, lock: string): Promise<boolean> {
  try {
    await link(draft, lock)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function clearDead(lock: string, folder: string): Promise<void> {
  const seen = await readIfThere(lock)
  if (seen === undefined) return
  if (await isAlive(seen))
    throw new FolderTaken(`${folder} is used by process ${seen.split(' ')[0]}`)
  // Two processes may clear the same lock: whoever moved away a fresh one puts it back.
  const aside = `${lock}.${process.pid}.dead`
  await rename(lock, aside).catch(throwUnlessMissing)
  const moved = await readIfThere(aside)
  if (moved !== undefined && moved !== seen) await claim(aside, lock)
  await rm(aside, { force: true })
}

async function isAlive(owner: string): Promise<boolean> {
  const [pid = '', start = ''] = owner.trim().split(' ')
  if (!/^[1-9]\d*$/.test(pid)) return false
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  // The same number may be another process by now; in a container it usually is.
  return start === 'unknown' || start === (await startOf(Number(pid)))
}

/** Ticks since boot at which the process started; Linux only. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readIfThere(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] // proc(5): field 22
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(throwUnlessMissing)
}

function throwUnlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}
