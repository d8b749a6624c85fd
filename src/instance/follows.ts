// Whom our people follow, as the instance's API tells it page by page: what its families have in common.
import { objectsOf } from '../plain-keys.ts'
import type { ApiAnswer } from './api.ts'

/** One of ours. */
export interface LocalAccount {
  /** As the API calls it. */
  readonly key: string
  /** Actor id. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly createdAt?: number
  /** How many it follows by the count that the instance keeps, where it must be compared with the list. */
  readonly following?: number
}

export interface Followed {
  /** Actor id, or what it most likely is. */
  readonly id: string
  /** The instance named the actor's own id; false: it was put together from the page of its profile. */
  readonly isExact: boolean
  /** Epoch milliseconds. */
  readonly since?: number
}

export type Page<Item> =
  | { readonly status: 'read'; readonly items: readonly Item[]; readonly next?: string }
  /** It is kept from us. */
  | { readonly status: 'hidden' }
  | Exclude<ApiAnswer, { status: 'answered' }>

export interface FollowsReader {
  /** What the token must allow, for people. */
  readonly needs: string
  accounts(after: string | undefined): Promise<Page<LocalAccount>>
  following(account: LocalAccount, after: string | undefined): Promise<Page<Followed>>
}

/** The objects of a list, or why there are none. */
export function listIn(answer: ApiAnswer) {
  if (answer.status !== 'answered') return answer
  const { value, next } = answer
  if (!Array.isArray(value)) {
    return { status: 'unreachable', why: 'the instance answered no list' } as const
  }
  const items = objectsOf(value)
  return {
    status: 'read',
    items,
    count: value.length,
    ...(next !== undefined && { next }),
  } as const
}
