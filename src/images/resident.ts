// How much memory another process holds, as Linux tells it; elsewhere nobody says.
import { readFile } from 'node:fs/promises'

/** Undefined where it is not told, or the process is gone. */
export async function residentBytes(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024
}
