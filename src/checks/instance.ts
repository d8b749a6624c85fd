// The instance behind the relay: does it answer, and to nobody but the relay?
import { type Check, doubtful, fine, type Remark, skipped, wrong } from './check.ts'

export const checkInstance: Check = async ({ config, visit }) => {
  const { upstream, domain } = config.instance
  const headers = { host: domain, 'x-forwarded-proto': 'https', 'x-forwarded-host': domain }
  const visited = await visit({ origin: upstream, path: '/.well-known/nodeinfo', headers })
  const about = 'instance'
  if (visited.status === 'unreachable') {
    const advice = 'Is it running? Does instance.upstream name its address?'
    return [wrong(about, `nobody answers at ${upstream} (${visited.why})`, advice)]
  }
  const { httpStatus } = visited
  if (httpStatus >= 500) return [wrong(about, `${upstream} answers with HTTP ${httpStatus}`)]
  if (httpStatus !== 200) {
    const says = `${upstream} answers with HTTP ${httpStatus} where nodeinfo belongs`
    return [doubtful(about, says, 'Is that your instance?')]
  }
  return [fine(about, `it answers at ${upstream}`)]
}

/** From this machine: what a firewall keeps out is open here all the same. */
export const checkWayAround: Check = async ({ config, publicUrl, visit, lookup }) => {
  const { port } = new URL(config.instance.upstream)
  const about = 'way around'
  if (port === '') return [skipped(about, 'the instance listens on a standard port')]
  const { hostname } = new URL(publicUrl)
  const found = await lookup(hostname)
  const addresses = found.filter((address) => !/^(127\.|::1$)/.test(address))
  if (addresses.length === 0) {
    const why =
      found.length === 0 ? 'has no address that can be found here' : 'is this machine alone'
    return [skipped(about, `${hostname} ${why}`)]
  }
  const remarks = await Promise.all(
    addresses.map(async (address): Promise<Remark | undefined> => {
      const place = `${address.includes(':') ? `[${address}]` : address}:${port}`
      const visited = await visit({
        origin: `http://${place}`,
        path: '/',
        headers: { host: hostname },
      })
      if (visited.status === 'unreachable') return undefined
      const says = `something answers at ${place}: whoever asks there goes around the relay`
      return wrong(about, says, 'Let the instance listen on loopback or a private network.')
    }),
  )
  const open = remarks.filter((remark) => remark !== undefined)
  if (open.length > 0) return open
  return [fine(about, `port ${port} of the instance is not open under ${hostname}`)]
}
