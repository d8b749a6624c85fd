// What a server publishes of itself, as documents of the world around a relay.
import type { ServerResponse } from 'node:http'

/** So many are active there by its own word. */
export function describedAs(domain: string, active: number): Readonly<Record<string, unknown>> {
  const href = `https://${domain}/nodeinfo/2.0`
  const rel = 'http://nodeinfo.diaspora.software/ns/schema/2.0'
  const users = { total: 10 * active, activeMonth: active }
  const nodeinfo = { version: '2.0', software: { name: 'snac', version: '2.7' }, usage: { users } }
  return {
    [`https://${domain}/.well-known/nodeinfo`]: asJson({ links: [{ rel, href }] }),
    [href]: asJson(nodeinfo),
  }
}

function asJson(document: object) {
  return (response: ServerResponse) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(document))
  }
}
