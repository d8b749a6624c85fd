// What the operator bans and puts together, tried one by one: each that is none is named for itself.
import type { Config } from '../config.ts'
import { compileUrlList } from '../links/url-list.ts'
import { catalog } from '../rules/catalog.ts'
import { checkComposites } from '../rules/composites.ts'
import { checkText } from '../rules/text-list.ts'
import type { Complaint } from './complaints.ts'

export function wrongEntry({ banned, composites }: Config): Complaint | undefined {
  return (
    firstWrong('urls', banned.urls, wrongUrlEntry) ??
    firstWrong('text', banned.text, wrongTextEntry) ??
    wrongComposite(composites)
  )
}

const MAX_SHOWN = 300 // a file that is no list at all may be one line

export function wrongUrlEntry(entry: string): string | undefined {
  return fault(() => compileUrlList([entry]))?.slice(0, MAX_SHOWN)
}

function wrongTextEntry(entry: string): string | undefined {
  const check = checkText(entry)
  return check.status === 'bad' ? check.why : undefined
}

function firstWrong(
  key: 'urls' | 'text',
  entries: readonly string[],
  wrong: (entry: string) => string | undefined,
): Complaint | undefined {
  for (const [index, entry] of entries.entries()) {
    const why = wrong(entry)
    if (why !== undefined) return { path: ['banned', key, index], message: `is wrong: ${why}` }
  }
  return undefined
}

function wrongComposite(composites: Config['composites']): Complaint | undefined {
  const why = fault(() => checkComposites(composites, Object.keys(catalog)))
  if (why === undefined) return undefined
  const [, name, rest] = /^composites\.([^:]+): (.*)$/s.exec(why) ?? []
  if (name === undefined) return { path: ['composites'], message: `is wrong: ${why}` }
  return { path: ['composites', name], message: `is wrong: ${rest}` }
}

/** What its maker says against it. */
function fault(make: () => unknown): string | undefined {
  try {
    make()
    return undefined
  } catch (cause) {
    const { message, cause: reason } = cause as Error
    return reason instanceof Error ? `${message}: ${reasonOf(reason)}` : message
  }
}

/** Without what the compiler adds: the flag is ours and not the operator's. */
function reasonOf({ message }: Error): string {
  return message.replace(/^error parsing regexp: /, '').replace('`(?i)', '`')
}
