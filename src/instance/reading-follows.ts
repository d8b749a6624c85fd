// Goes through all accounts of the instance and their lists, slowly: the instance has its people to serve.
import type { Followed, FollowsReader, LocalAccount, Page } from './follows.ts'

export type Reading =
  | {
      readonly status: 'account'
      readonly account: LocalAccount
      readonly followed: readonly Followed[]
      /** It follows nobody else for certain. */
      readonly isWhole: boolean
    }
  /** The last one: not everything was read. */
  | { readonly status: 'stopped'; readonly why: string; readonly isRefused: boolean }

export interface ReadingPace {
  /** Called before every request; rejects when it is over. */
  readonly rest: () => Promise<void>
  /** While the instance does not answer. */
  readonly wait: () => Promise<void>
}

const ATTEMPTS = 10 // an instance that is upgraded is away for minutes
const MAX_ACCOUNT_PAGES = 10_000
const MAX_LIST_PAGES = 250 // who follows more than 10,000 is no measure

export async function* readFollows(
  reader: FollowsReader,
  pace: ReadingPace,
): AsyncGenerator<Reading> {
  const ask = (after: string | undefined) => reader.accounts(after)
  for await (const accounts of pagesOf(ask, { ...pace, most: MAX_ACCOUNT_PAGES })) {
    if (accounts.status !== 'read') return yield stopped(accounts, reader)
    for (const account of accounts.items) {
      const reading = await readAccount(account, reader, pace)
      yield reading
      if (reading.status === 'stopped') return
    }
    if (accounts.isCut)
      return yield { status: 'stopped', why: 'too many accounts', isRefused: true }
  }
}

async function readAccount(
  account: LocalAccount,
  reader: FollowsReader,
  pace: ReadingPace,
): Promise<Reading> {
  const followed: Followed[] = []
  const { following = 0 } = account
  let isWhole = true
  // Nobody to ask for: half of all accounts.
  if (account.following === 0) return { status: 'account', account, followed, isWhole }
  const ask = (after: string | undefined) => reader.following(account, after)
  for await (const page of pagesOf(ask, { ...pace, most: MAX_LIST_PAGES })) {
    if (page.status === 'hidden') return { status: 'account', account, followed, isWhole: false }
    if (page.status !== 'read') return stopped(page, reader)
    followed.push(...page.items)
    isWhole = !page.isCut
  }
  return { status: 'account', account, followed, isWhole: isWhole && followed.length >= following }
}

type Turned<Item> =
  | (Extract<Page<Item>, { status: 'read' }> & { readonly isCut: boolean })
  | Exclude<Page<Item>, { status: 'read' }>

/** Ends with the last page, or with what is none. */
async function* pagesOf<Item>(
  ask: (after: string | undefined) => Promise<Page<Item>>,
  { most, ...pace }: ReadingPace & { readonly most: number },
): AsyncGenerator<Turned<Item>> {
  let after: string | undefined
  // One that names the same next page again and again must not be read for ever.
  for (let number = 1; number <= most; number++) {
    const page = await patiently(() => ask(after), pace)
    if (page.status !== 'read') return yield page
    after = page.next
    yield { ...page, isCut: after !== undefined && number === most }
    if (after === undefined) return
  }
}

async function patiently<Item>(
  ask: () => Promise<Page<Item>>,
  { rest, wait }: ReadingPace,
): Promise<Page<Item>> {
  for (let attempt = 1; ; attempt++) {
    await rest()
    const page = await ask()
    if (page.status !== 'unreachable' || attempt === ATTEMPTS) return page
    await wait()
  }
}

function stopped(page: Exclude<Page<unknown>, { status: 'read' }>, reader: FollowsReader): Reading {
  if (page.status === 'hidden') return { status: 'stopped', why: 'hidden', isRefused: true }
  if (page.status === 'unreachable') return { status: 'stopped', why: page.why, isRefused: false }
  const why = `${page.why}; the token needs ${reader.needs}`
  return { status: 'stopped', why, isRefused: true }
}
