// Says at the start when Redis is set up to forget: blocks are for ever.
import type { Log } from '../log.ts'
import type { Link } from './link.ts'

export async function checkSettings({
  slow,
  log,
  onFault,
}: {
  readonly slow: Link
  readonly log: Log
  readonly onFault: (what: string) => void
}): Promise<void> {
  const told = `${await slow.call('INFO', 'memory')}\n${await slow.call('INFO', 'persistence')}`
  const policy = /^maxmemory_policy:(\S+)/m.exec(told)?.[1] ?? ''
  if (policy.startsWith('allkeys-') && !/^maxmemory:0\s/m.test(told)) {
    onFault('redis-evicts')
    log.warn(`Redis may evict blocks: set maxmemory-policy noeviction instead of ${policy}`)
  }
  if (/^aof_enabled:0/m.test(told)) {
    onFault('redis-volatile')
    log.warn('Redis keeps no append-only file: set appendonly yes, or a restart loses blocks')
  }
}
