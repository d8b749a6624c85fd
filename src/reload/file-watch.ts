// Files that the operator edits: looked at again and again, which also sees what is replaced by renaming,
// mounted into a container, or not there yet.
import { stat } from 'node:fs/promises'

export interface FileWatch {
  close(): void
}

interface Watching {
  /** Asked at every look: the files may be others by then. */
  readonly files: () => readonly string[]
  readonly everyMs: number
  readonly onChange: () => void
}

/** How many looks a file that never rests is waited for. */
const MAX_RESTLESS = 10

/** Tells of a change when nothing has changed since the last look: what is half written is not read. The first look is one. */
export function watchFiles({ files, everyMs, onChange }: Watching): FileWatch {
  let told: string | undefined
  let last: string | undefined
  let restless = 0
  let closed = false
  const look = async () => {
    const seen = (await Promise.all(files().map(stateOf))).join('\n')
    if (closed) return
    const isDue = seen !== told && (seen === last || restless >= MAX_RESTLESS)
    restless = seen === told || isDue ? 0 : restless + 1
    last = seen
    if (isDue) {
      told = seen
      onChange()
    }
    timer = setTimeout(look, everyMs).unref()
  }
  let timer = setTimeout(look, everyMs).unref()
  return {
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

async function stateOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true })
    return [file, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch (cause) {
    return `${file} ${(cause as NodeJS.ErrnoException).code}`
  }
}
