// Simulated servers of the demo: one listener plays all of them by Host, and each signs for real.
import { createHash, generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { request } from 'undici'

export interface Person {
  readonly id: string
  readonly domain: string
  readonly username: string
  /** The document that the person's server publishes. */
  readonly document: object
}

export interface Character {
  readonly domain: string
  readonly username: string
  readonly name?: string
  readonly summary?: string
  readonly icon?: boolean
  /** ISO 8601. */
  readonly since: string
}

export interface Fediverse {
  readonly port: number
  /** For `remote.overrides`: where each simulated domain is found. */
  readonly overrides: Readonly<Record<string, string>>
  join(character: Character): Person
  /** Under a simulated domain. */
  publish(url: string, type: string, body: Buffer): void
  /** Signs the activity as its author and posts it to the relay; resolves to the answer's status. */
  deliver(author: Person, activity: object, to: { port: number; host: string }): Promise<number>
  close(): Promise<void>
}

const ACTIVITY_JSON = 'application/activity+json'
const CONTEXTS = ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1']

export async function openFediverse(domains: readonly string[]): Promise<Fediverse> {
  const people = new Map<string, Person>()
  const files = new Map<string, File>()
  const keys = await makeKeys(domains)
  const keyOf = (domain: string) => keys.get(domain)!
  const server = await serve(people, files)
  const { port } = server.address() as AddressInfo
  return {
    port,
    overrides: Object.fromEntries(domains.map((domain) => [domain, `http://127.0.0.1:${port}`])),
    join(character) {
      const id = `https://${character.domain}/users/${character.username}`
      const person = {
        ...character,
        id,
        document: actorOf(id, character, keyOf(character.domain).pem),
      }
      people.set(id, person)
      return person
    },
    publish: (url, type, body) => void files.set(url, { type, body }),
    async deliver(author, activity, to) {
      const body = Buffer.from(JSON.stringify(activity))
      const headers = signed({ author, body, host: to.host, key: keyOf(author.domain).privateKey })
      return post(to.port, headers, body)
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

interface Keys {
  readonly pem: string
  readonly privateKey: KeyObject
}

/** One pair a server, made beside the event loop: the relay of the demo lives in this process. */
async function makeKeys(domains: readonly string[]): Promise<ReadonlyMap<string, Keys>> {
  const makePair = promisify(generateKeyPair)
  const pairs = domains.map(async (domain) => {
    const { publicKey, privateKey } = await makePair('rsa', { modulusLength: 2_048 })
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    return [domain, { pem, privateKey }] as const
  })
  return new Map(await Promise.all(pairs))
}

interface File {
  readonly type: string
  readonly body: Buffer | string
}

async function serve(
  people: ReadonlyMap<string, Person>,
  files: ReadonlyMap<string, File>,
): Promise<Server> {
  const find = (url: string): File | undefined => {
    const person = people.get(url)
    return person ? { type: ACTIVITY_JSON, body: JSON.stringify(person.document) } : files.get(url)
  }
  const server = createServer(({ headers, url }, response) => {
    const found = find(`https://${headers.host}${url}`)
    response.writeHead(found ? 200 : 404, { 'content-type': found?.type ?? 'text/plain' })
    response.end(found?.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function actorOf(id: string, character: Character, pem: string): object {
  const { username, name = '', summary = '', icon = false, since } = character
  return {
    '@context': CONTEXTS,
    id,
    type: 'Person',
    preferredUsername: username,
    name,
    summary,
    published: since,
    inbox: `${id}/inbox`,
    followers: `${id}/followers`,
    ...(icon && { icon: { type: 'Image', url: `${id}/avatar.png` } }),
    publicKey: { id: `${id}#main-key`, owner: id, publicKeyPem: pem },
  }
}

interface Draft {
  readonly author: Person
  readonly body: Buffer
  readonly host: string
  readonly key: KeyObject
}

/** draft-cavage, in the manner of Mastodon. */
function signed({ author, body, host, key }: Draft): Record<string, string> {
  const date = new Date().toUTCString()
  const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`
  const lines = [
    `(request-target): post /inbox`,
    `host: ${host}`,
    `date: ${date}`,
    `digest: ${digest}`,
    `content-type: ${ACTIVITY_JSON}`,
  ]
  const signature = sign('sha256', Buffer.from(lines.join('\n')), key).toString('base64')
  const covered = '(request-target) host date digest content-type'
  return {
    host,
    date,
    digest,
    'content-type': ACTIVITY_JSON,
    signature: `keyId="${author.id}#main-key",algorithm="rsa-sha256",headers="${covered}",signature="${signature}"`,
  }
}

async function post(port: number, headers: Record<string, string>, body: Buffer): Promise<number> {
  const answer = await request(`http://127.0.0.1:${port}/inbox`, { method: 'POST', headers, body })
  await answer.body.dump()
  return answer.statusCode
}
