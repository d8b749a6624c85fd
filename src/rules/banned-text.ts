// Posts with banned words are not accepted, wherever they come from.
import { visibleText } from '../links/markup.ts'
import type { Rule } from './rule.ts'
import { compileTextList } from './text-list.ts'

const MAX_SHOWN = 200

export function bannedText(entries: readonly string[]): Rule {
  const banned = compileTextList(entries)
  return {
    name: 'banned-text',
    description: 'the post contains words that are not accepted here',
    absolute: true,
    evaluate({ texts }) {
      if (entries.length === 0) return undefined
      for (const { at, text } of texts) {
        const found = banned.find(visibleText(text))
        if (found) return { why: `${cut(found.entry)} in ${at}: ${cut(found.words)}` }
      }
      return undefined
    },
  }
}

function cut(shown: string): string {
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown
}
