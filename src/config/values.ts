// The values that a config file spells in its own way: durations, sizes, domains, URLs.
import { isIP } from 'node:net'
import { z } from 'zod'
import { canonicalDomain } from '../domains.ts'

const A_DURATION = 'is a duration such as 90s, 10m, 24h or 30d'
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `90s`, `10m`, `24h` → milliseconds. */
export const duration = z
  .string(A_DURATION)
  .regex(/^\d+(ms|s|m|h|d)$/, A_DURATION)
  .transform((text) => {
    const unit = text.replace(/^\d+/, '') as keyof typeof UNIT_MS
    return Number.parseInt(text, 10) * UNIT_MS[unit]
  })

export const domain = z.string().transform((text, context) => {
  const canonical = canonicalDomain(text)
  if (canonical !== undefined) return canonical
  context.addIssue({ code: 'custom', message: `is a domain such as example.social, not "${text}"` })
  return z.NEVER
})

/** Whose word is taken: one address or a range of them. */
export const address = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  'is neither an address nor a CIDR range',
)

/** What one listens at: an address, or a name that this machine knows. */
export const listenHost = z.string().refine(isListenHost, {
  error: ({ input }) => `is an address such as 127.0.0.1 or ::, or a name, not "${input}"`,
})

export const upstreamUrl = z
  .string()
  .refine(isPlainOrigin, 'is the URL of your instance without a path, e.g. http://127.0.0.1:3000')

export const httpUrl = z
  .string()
  .refine((text) => text === '' || isHttpUrl(text), 'is an http or https URL')

export const storeUrl = z
  .string()
  .regex(
    /^(embedded:.+|rediss?(\+sentinel|\+cluster)?:\/\/.+)$/,
    'is embedded:<folder> or a redis:// URL',
  )

/** What a block may be of: a domain, or an address as URLs spell it. */
export const blockedName = z.string().transform((text, context) => {
  const canonical = /^\[[0-9a-f:.]+\]$/i.test(text) ? text.toLowerCase() : canonicalDomain(text)
  if (canonical !== undefined) return canonical
  context.addIssue({ code: 'custom', message: `is a domain such as spam.example, not "${text}"` })
  return z.NEVER
})

/** An address as people write it; what only a mail server would take is none here. */
export const email = z.string().refine(isEmail, {
  error: ({ input }) => `is an e-mail address such as admin@example.social, not "${input}"`,
})

/** A language that is shipped, or a file of the operator's with one. */
export const language = z
  .string()
  .regex(/^(en|ja|.+\.ya?ml)$/, 'is en, ja, or the path of a .yaml file with the texts')

export const port = z.int().min(0).max(65_535)

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol)
}

function isListenHost(text: string): boolean {
  if (isIP(text) !== 0) return true
  const isName = /^(?=.{1,253}$)[a-z\d]([\w-]*[a-z\d])?(\.[a-z\d]([\w-]*[a-z\d])?)*$/i.test(text)
  return isName && !/(^|\.)\d+$/.test(text) // an address that is none
}

function isEmail(text: string): boolean {
  const [, name = '', host = ''] = /^([^@]{1,64})@([^@]{3,253})$/u.exec(text) ?? []
  const isName = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u.test(
    name,
  )
  return isName && /^[^.]+\.[^\s]*[^.\s]$/.test(host) && canonicalDomain(host) !== undefined
}

function isPlainOrigin(text: string): boolean {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) return false
  return url.pathname === '/' && url.search === '' && url.username === ''
}
