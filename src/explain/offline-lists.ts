// The operator's lists where no relay runs: read once, with what is wrong in them told and skipped.
import { WrongConfig } from '../config/layers.ts'
import type { Config } from '../config.ts'
import { complaintsAbout, readList } from '../reload/ban-list.ts'

/** What is banned by the configuration and its files together. Throws WrongConfig for a file that cannot be read. */
export function readBanned(
  { urls, text, files }: Config['banned'],
  tell: (complaint: string) => void,
): Omit<Config['banned'], 'files'> {
  return { urls: [...urls, ...files.flatMap((file) => entriesOf(file, tell))], text }
}

function entriesOf(file: string, tell: (complaint: string) => void): readonly string[] {
  const reading = readList(file)
  if (reading.status === 'unreadable') throw new WrongConfig(reading.why, { cause: reading.cause })
  for (const complaint of complaintsAbout(file, reading.list)) tell(complaint)
  return reading.list.entries
}
