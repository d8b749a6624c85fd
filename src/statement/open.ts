// The statement of a running relay: pages by language and the lists to subscribe to, each made anew only after a while.
import { hash } from 'node:crypto'
import type { Blocks } from '../blocks.ts'
import type { Config } from '../config.ts'
import { compileContact } from '../contact.ts'
import { watchRegistrations } from '../instance/registrations.ts'
import type { Log } from '../log.ts'
import type { RulesInForce } from '../reload/rules-in-force.ts'
import { within } from '../within.ts'
import { blockFiles, type FileAnswer, type FileKind } from './block-files.ts'
import { chooseLanguage, type Wish } from './choose-language.ts'
import { latestBlocks } from './latest-blocks.ts'
import { renderPage } from './page.ts'
import { policyOf } from './policy.ts'
import { openWording } from './wording.ts'

export interface Statement {
  page(wish: Wish): Promise<Page>
  file(kind: FileKind): Promise<FileAnswer>
  close(): void
}

export interface Page {
  readonly html: string
  readonly language: string
  readonly etag: string
  /** Epoch milliseconds: when this process saw it become what it is. */
  readonly changedAt: number
}

export interface StatementOptions {
  readonly config: Config
  readonly blocks: Blocks
  readonly inForce: Pick<RulesInForce, 'current'>
  readonly log: Log
  readonly now: () => number
  readonly monotonic: () => number
  readonly lookEveryMs?: number
}

const FRESH_MS = 3_000
const PATIENCE_MS = 1_500 // with an instance that does not say whether one may sign up

interface Kept extends Page {
  readonly madeAt: number
}

export function openStatement(options: StatementOptions): Statement {
  const { config, log, monotonic, now } = options
  const { statement } = config
  const { lookEveryMs } = options
  const wording = openWording({ statement, log, ...(lookEveryMs !== undefined && { lookEveryMs }) })
  const write = writer(options)
  const pages = new Map<string, Kept>()
  const making = new Map<string, Promise<Kept>>()

  async function make(language: string): Promise<Kept> {
    const html = await write(language, wording.current())
    const etag = `"${hash('sha256', html, 'base64url').slice(0, 22)}"`
    const before = pages.get(language)
    const changedAt = before?.etag === etag ? before.changedAt : now()
    const page = { html, language, etag, changedAt, madeAt: monotonic() }
    pages.set(language, page)
    return page
  }

  return {
    async page(wish) {
      const tags = wording.current().languages.map(({ tag }) => tag)
      const language = chooseLanguage(wish, tags)
      const known = pages.get(language)
      if (known && monotonic() - known.madeAt < FRESH_MS) return known
      const made = making.get(language) ?? make(language).finally(() => making.delete(language))
      making.set(language, made)
      return made
    },
    file: blockFiles({ ...options, publishing: statement.publishBlocks }),
    close: wording.close,
  }
}

type Wording = ReturnType<ReturnType<typeof openWording>['current']>

/** One language's page as it is at this moment. */
function writer({ config, blocks, inForce, log, now, monotonic }: StatementOptions) {
  const { instance, contact, statement } = config
  const { publishBlocks: publishing } = statement
  const own = [instance.domain, ...instance.aliases]
  const withoutEmails = scrubber(contact)
  const latest = latestBlocks({ blocks, own, monotonic, log })
  const registrations = watchRegistrations({ ...instance, now })
  return async (tag: string, { languages, announcements }: Wording): Promise<string> => {
    const [signUp, newest] = await Promise.all([
      within(PATIENCE_MS, registrations()),
      publishing === false ? undefined : latest(),
    ])
    const html = renderPage({
      ...{ domain: instance.domain, languages, now: now() },
      language: languages.find((language) => language.tag === tag) ?? languages[0]!,
      policy: policyOf(config, inForce.current()),
      inquiryUrl: contact.inquiryUrl,
      hidesEmails: contact.emails.length > 0,
      registrations: signUp ?? 'unknown',
      announcements: announcements.get(tag) ?? { tag, entries: [] },
      blocked: { publishing, total: blocks.isReady() ? blocks.size : undefined, latest: newest },
    })
    return withoutEmails(html)
  }
}

/** Whoever wrote it, in an announcement or a translation, however spelt: the operator's addresses are not told here. */
function scrubber(contact: Config['contact']): (html: string) => string {
  const compiled = compileContact(contact)
  if (!compiled) return (html) => html
  return (html) => {
    const bytes = Buffer.from(html).toString('latin1')
    return Buffer.from(compiled.rewrite(bytes, 'html').text, 'latin1').toString()
  }
}
