// The API of our own instance, asked with the operator's token. Nobody else ever sees the token.
import type { JsonValue } from '../json.ts'
import { MISSKEY_FAMILY } from './software.ts'
import { type Visit, visit } from './visit.ts'

/** Whose API it speaks: GoToSocial, Pleroma and Akkoma have Mastodon's, the forks of Misskey have Misskey's. */
export type ApiFamily = 'mastodon' | 'misskey'

export interface ApiCall {
  /** With its query. */
  readonly path: string
  /** Sent as JSON, by POST. */
  readonly body?: Readonly<Record<string, unknown>>
}

export type ApiAnswer =
  | {
      readonly status: 'answered'
      /** Undefined where there is nothing to read: 204. */
      readonly value: JsonValue | undefined
      /** Path and query of the next page. */
      readonly next?: string
    }
  /** It will say so again: the token, the call, or what is asked for. */
  | {
      readonly status: 'refused'
      readonly httpStatus: number
      readonly code: string
      readonly why: string
    }
  /** Nobody knows whether it has done what it was asked. */
  | { readonly status: 'unreachable'; readonly why: string }

export interface InstanceApi {
  call(call: ApiCall): Promise<ApiAnswer>
}

export interface ApiOptions {
  readonly upstream: string
  readonly domain: string
  readonly token: string
  readonly family: ApiFamily
}

export function openApi(options: ApiOptions): InstanceApi {
  return {
    async call(call) {
      const { path } = call
      const visited = await visit({ ...requestOf(call, options), path })
      if (visited.status === 'unreachable') {
        return { status: 'unreachable', why: `${path}: ${visited.why}` }
      }
      return answerOf(visited, pathAlone(path))
    },
  }
}

const MASTODON = /mastodon|glitch|hometown|gotosocial|pleroma|akkoma|pixelfed|fedibird|kmyblue/

/** Of a software's name in lower case; undefined: it has an API that we do not speak. */
export function apiFamilyOf(software: string | undefined): ApiFamily | undefined {
  if (software === undefined) return undefined
  if (MISSKEY_FAMILY.test(software)) return 'misskey'
  return MASTODON.test(software) ? 'mastodon' : undefined
}

function requestOf({ body }: ApiCall, options: ApiOptions): Omit<Visit, 'path'> {
  const { upstream, domain, token, family } = options
  const headers = {
    ...{ host: domain, accept: 'application/json', 'x-forwarded-proto': 'https' },
    authorization: `Bearer ${token}`,
  }
  const origin = new URL(upstream).origin
  if (!body) return { origin, headers }
  // Misskey reads the header since 2023; its forks and elders read the body.
  const sent = family === 'misskey' ? { i: token, ...body } : body
  return {
    ...{ origin, method: 'POST', body: JSON.stringify(sent) },
    headers: { ...headers, 'content-type': 'application/json' },
  }
}

type Answered = Extract<Awaited<ReturnType<typeof visit>>, { status: 'answered' }>

function answerOf({ httpStatus, text, headers }: Answered, path: string): ApiAnswer {
  const told = `${path} answered ${httpStatus}`
  const isBusy = httpStatus === 429 || httpStatus === 408 || httpStatus >= 500
  if (isBusy) return { status: 'unreachable', why: told }
  if (httpStatus < 200 || httpStatus >= 300) {
    const code = codeIn(text)
    const why = code === '' ? told : `${told} (${code})`
    return { status: 'refused', httpStatus, code, why }
  }
  if (text.trim() === '') return { status: 'answered', value: undefined }
  const value = parse(text)
  if (value === undefined) return { status: 'unreachable', why: `${told}, and no whole JSON` }
  const next = nextIn(headers.link)
  return { status: 'answered', value, ...(next !== undefined && { next }) }
}

/** What it calls its refusal: `{ error: { code } }`, or `{ error }` in words. */
function codeIn(text: string): string {
  const parsed = parse(text) as { error?: { code?: unknown } | string } | undefined
  const error = parsed?.error
  const code = typeof error === 'object' ? error?.code : error
  return typeof code === 'string' ? code.slice(0, 200) : ''
}

function nextIn(link: string | string[] | undefined): string | undefined {
  const target = /<([^<>]+)>\s*;[^,]*\brel="?next"?/i.exec([link ?? ''].flat().join(','))?.[1]
  const url = target === undefined ? undefined : URL.parse(target, 'https://localhost')
  return url ? `${url.pathname}${url.search}` : undefined
}

function pathAlone(path: string): string {
  return path.replace(/\?.*$/s, '')
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined // a page for people, or a part of an answer
  }
}
