// The block list as Mastodon imports it, line by line, without line ends.
import { printable } from '../printable.ts'
import type { Block } from '../store/store.ts'

type Written = Pick<Block, 'domain' | 'scope' | 'by'>

export async function* mastodonCsv(
  blocks: AsyncIterable<Written> | Iterable<Written>,
): AsyncGenerator<string> {
  yield '#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate'
  for await (const { domain, by, scope } of blocks) {
    // A Mastodon block covers subdomains, so one of a single host cannot be said in this format.
    if (scope === 'subtree') yield `${domain},suspend,true,true,${field(by)},false`
  }
}

/** RFC 4180 §2. Whoever opens the file in a spreadsheet must not run what a comment says. */
function field(text: string): string {
  const line = printable(text)
  const harmless = /^\s*[=+\-@]/.test(line) ? `'${line}` : line
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
