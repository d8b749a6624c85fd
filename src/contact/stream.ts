// A body too long to be held, rewritten as it comes: an address is found wherever the chunks part it.
import { Transform, type TransformCallback } from 'node:stream'
import { withEdits } from '../contact.ts'
import type { Edit } from './edits.ts'
import { isWide } from './sight.ts'

/** Longer than any spelling of an address with its link; what is kept back until more is known. */
const KEPT_BACK = 16_384
/** What stands before an address decides about it. */
const KEPT_BEFORE = 4_096
/** Looked at together: every look begins with what was kept. */
const AT_ONCE = 262_144

export function rewriteAsItComes(
  editsOf: (part: string) => readonly Edit[],
  onUnreadable: () => void,
): Transform {
  let text = ''
  let sent = 0
  const take = (isEnd: boolean): string => {
    const edits = editsOf(text).filter(({ start }) => start >= sent)
    const safe = isEnd ? text.length : Math.max(sent, text.length - KEPT_BACK)
    const across = edits.find(({ start, end }) => start < safe && end > safe)
    const until = across ? across.start : safe
    const done = edits
      .filter(({ end }) => end <= until)
      .map((edit) => ({ ...edit, start: edit.start - sent, end: edit.end - sent }))
    const part = withEdits(text.slice(sent, until), done)
    const from = Math.max(0, until - KEPT_BEFORE)
    text = text.slice(from)
    sent = until - from
    return part
  }
  const give = (isEnd: boolean, done: TransformCallback) => {
    if (!isWide(text)) return done(null, Buffer.from(take(isEnd), 'latin1'))
    onUnreadable()
    done(new Error('characters of two bytes cannot be read'))
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      text += chunk.toString('latin1')
      if (text.length - sent < AT_ONCE) done()
      else give(false, done)
    },
    flush(done) {
      give(true, done)
    },
  })
}
