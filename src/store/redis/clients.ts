// The three connections to Redis: a hot one that fails at once, a slow one for long lists, a subscriber.
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { Log } from '../log.ts'
import { parseRedisUrl, type RedisAddress } from './url.ts'

export type Client = Redis | Cluster

export interface Clients {
  readonly hot: Client
  readonly slow: Client
  readonly subscriber: Client
}

export const HOT_MS = 150 // what a delivery may wait for Redis
export const SLOW_MS = 2000
const RECONNECT_MS = 1000
const SPARE_MS = 100 // link.ts gives up first; the client drops what it still waits for

type Known = Exclude<RedisAddress, { kind: 'invalid' }>

// A lost reply leaves it unknown whether the command ran: nothing is ever resent behind our back.
const COMMON = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 1,
  connectTimeout: 1000,
  socketTimeout: 5000,
  retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 10), RECONNECT_MS),
  // After a failover the old master is read-only: look for the new one.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
} satisfies RedisOptions

type Options = Omit<RedisOptions, 'replyMapping'>

export function connectClients(url: string, log: Log): Clients {
  const address = parseRedisUrl(url)
  if (address.kind === 'invalid')
    throw new TypeError(`the store's URL cannot be used: ${address.why}`)
  return {
    hot: connect(address, { ...COMMON, commandTimeout: HOT_MS + SPARE_MS }, tellStates(log)),
    slow: connect(address, { ...COMMON, commandTimeout: SLOW_MS + SPARE_MS }),
    subscriber: connect(address, {
      ...COMMON,
      enableOfflineQueue: true, // subscriptions wait for the connection
      maxRetriesPerRequest: null,
    }),
  }
}

/** Without a listener the first connection error would end the process. */
function connect(
  address: Known,
  options: Options,
  listen: (client: Client) => void = ignoreErrors,
): Client {
  const client =
    address.kind === 'cluster' ? toCluster(address, options) : toRedis(address, options)
  listen(client)
  return client
}

function toRedis(address: Exclude<Known, { kind: 'cluster' }>, options: Options): Redis {
  const { tls, ...where } = address
  if (where.kind === 'single') {
    const { kind: _, ...single } = where
    return new Redis({ ...options, ...single, ...(tls && { tls: {} }) })
  }
  const { kind: _, sentinels, ...group } = where
  return new Redis({
    ...options,
    ...group,
    sentinels: [...sentinels],
    sentinelRetryStrategy: COMMON.retryStrategy,
    failoverDetector: true,
    ...(tls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
  })
}

function toCluster(address: Extract<Known, { kind: 'cluster' }>, options: Options): Cluster {
  const { kind: _, nodes, tls, ...login } = address
  const { enableOfflineQueue, retryStrategy: __, ...redisOptions } = options
  return new Cluster([...nodes], {
    enableOfflineQueue: enableOfflineQueue ?? false,
    clusterRetryStrategy: COMMON.retryStrategy,
    clusterNodeRetryStrategy: COMMON.retryStrategy,
    slotsRefreshTimeout: COMMON.connectTimeout,
    redisOptions: { ...redisOptions, ...login, ...(tls && { tls: {} }) },
  })
}

/** One connection tells when Redis comes and goes; the others would only repeat it. */
function tellStates(log: Log): (client: Client) => void {
  let isToldAway = false
  return (client) => {
    client.on('error', (error: Error) => {
      if (isToldAway) return
      isToldAway = true
      log.warn(
        `Redis is away: ${error.message || ('code' in error ? String(error.code) : error.name)}`,
      )
    })
    client.on('ready', () => {
      isToldAway = false
      log.info('Redis is ready')
    })
  }
}

function ignoreErrors(client: Client): void {
  client.on('error', () => undefined) // told once, by the hot connection
}
