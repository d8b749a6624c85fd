// Where Redis is, as one URL. Credentials are percent-encoded; `rediss` instead of `redis` means TLS everywhere.
//   redis://user:password@host:6379/0
//   redis+sentinel://user:password@host:26379,host:26379/master-name?db=0&sentinelPassword=…&sentinelUsername=…
//   redis+cluster://user:password@host:6379,host:6379

export interface HostAndPort {
  readonly host: string
  readonly port: number
}

interface Login {
  readonly tls: boolean
  readonly username?: string
  readonly password?: string
}

export type RedisAddress =
  | ({ readonly kind: 'single'; readonly db: number } & HostAndPort & Login)
  | ({
      readonly kind: 'sentinel'
      readonly sentinels: readonly HostAndPort[]
      readonly name: string
      readonly db: number
      readonly sentinelUsername?: string
      readonly sentinelPassword?: string
    } & Login)
  | ({ readonly kind: 'cluster'; readonly nodes: readonly HostAndPort[] } & Login)
  /** `why` never repeats the URL, which may hold a password. */
  | { readonly kind: 'invalid'; readonly why: string }

const SHAPE =
  /^redis(?<tls>s?)(\+(?<kind>sentinel|cluster))?:\/\/((?<login>[^@/?#]*)@)?(?<hosts>[^@/?#]+)(\/(?<path>[^?#]*))?(\?(?<query>[^#]*))?$/
const HOST = /^(?<host>\[[0-9a-f:.]+\]|[\w.-]+)(:(?<port>\d{1,5}))?$/i
const OPTIONS = ['db', 'sentinelUsername', 'sentinelPassword']

type Parts = Readonly<Record<string, string | undefined>>

export function parseRedisUrl(url: string): RedisAddress {
  const parts: Parts | undefined = SHAPE.exec(url)?.groups
  if (parts === undefined) return invalid('it is not a redis://, rediss://, … URL')
  const hosts = parseHosts(parts.hosts ?? '', parts.kind === 'sentinel' ? 26_379 : 6379)
  if (hosts === undefined) return invalid('its hosts are not host:port,host:port')
  const login = parseLogin(parts)
  if (login === undefined) return invalid('its credentials are not percent-encoded')
  const options = new URLSearchParams(parts.query)
  const strange = [...options.keys()].find((name) => !OPTIONS.includes(name))
  if (strange !== undefined) return invalid(`it has the unknown option ${strange}`)
  if (parts.kind === 'sentinel') return sentinelAddress({ parts, hosts, login, options })
  if (parts.kind === 'cluster') return clusterAddress({ parts, hosts, login, options })
  return singleAddress({ parts, hosts, login, options })
}

interface Parsed {
  readonly parts: Parts
  readonly hosts: readonly HostAndPort[]
  readonly login: Login
  readonly options: URLSearchParams
}

function singleAddress({ parts, hosts, login, options }: Parsed): RedisAddress {
  const [first, ...more] = hosts
  if (first === undefined || more.length > 0) return invalid('it names several hosts')
  if (options.has('sentinelUsername') || options.has('sentinelPassword')) {
    return invalid('it has sentinel options without being redis+sentinel://')
  }
  const db = parseDb(parts.path || (options.get('db') ?? '0'))
  return db === undefined
    ? invalid('its database is not a number')
    : { kind: 'single', ...first, db, ...login }
}

function sentinelAddress({ parts, hosts, login, options }: Parsed): RedisAddress {
  const name = decode(parts.path ?? '')
  if (!name) return invalid('it does not name the master: redis+sentinel://host:port/name')
  const db = parseDb(options.get('db') ?? '0')
  if (db === undefined) return invalid('its database is not a number')
  const sentinelUsername = options.get('sentinelUsername')
  const sentinelPassword = options.get('sentinelPassword')
  return {
    kind: 'sentinel',
    sentinels: hosts,
    name,
    db,
    ...login,
    ...(sentinelUsername !== null && { sentinelUsername }),
    ...(sentinelPassword !== null && { sentinelPassword }),
  }
}

function clusterAddress({ parts, hosts, login, options }: Parsed): RedisAddress {
  if (parts.path || options.size > 0) return invalid('a cluster has no database and no options')
  return { kind: 'cluster', nodes: hosts, ...login }
}

function parseHosts(text: string, defaultPort: number): readonly HostAndPort[] | undefined {
  const hosts = text.split(',').map((part) => parseHost(part, defaultPort))
  return hosts.some((host) => host === undefined) ? undefined : hosts.filter((host) => !!host)
}

function parseHost(text: string, defaultPort: number): HostAndPort | undefined {
  const { host, port } = HOST.exec(text)?.groups ?? {}
  const number = Number(port ?? defaultPort)
  if (host === undefined || number < 1 || number > 65_535) return undefined
  return { host: host.replace(/^\[|\]$/g, ''), port: number }
}

/** Redis below 6 knows passwords without a user: `redis://:password@host`. */
function parseLogin(parts: Parts): Login | undefined {
  const tls = parts.tls === 's'
  const login = parts.login
  if (!login) return { tls }
  const colon = login.indexOf(':')
  const username = decode(colon < 0 ? login : login.slice(0, colon))
  const password = colon < 0 ? '' : decode(login.slice(colon + 1))
  if (username === undefined || password === undefined) return undefined
  return { tls, ...(username && { username }), ...(password && { password }) }
}

function parseDb(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined // no percent-encoding: told as such by the caller
  }
}

function invalid(why: string): RedisAddress {
  return { kind: 'invalid', why }
}
