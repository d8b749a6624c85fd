// What the instance behind us runs, asked of itself, and what follows from it.
import { request } from 'undici'
import { z } from 'zod'
import type { Log } from '../log.ts'

export const MISSKEY_FAMILY = /misskey|sharkey|firefish|iceshrimp$|cherrypick|foundkey|calckey/
const MISSKEY_BODY_BYTES = 65_536
const BODY_BYTES = 1_048_576
const MAX_ANSWER_BYTES = 262_144

const wellKnown = z.object({ links: z.array(z.object({ rel: z.string(), href: z.string() })) })
const nodeinfo = z.object({ software: z.object({ name: z.string() }) })

export interface Software {
  /** What the instance itself would take; its kind becomes known some time after the start. */
  maxBodyBytes(): number
  close(): void
}

const ASK_AGAIN_MS = 60_000

/** `instance.software`: a name, or `auto`: then the instance is asked until it answers. */
export function watchSoftware(
  instance: InstanceSettings,
  log: Log,
  againMs = ASK_AGAIN_MS,
): Software {
  let name = instance.software === 'auto' ? undefined : instance.software
  let lastWhy: string | undefined
  let timer: NodeJS.Timeout | undefined
  let isOpen = true
  if (name === undefined) ask()
  return {
    maxBodyBytes: () => maxBodyBytes(name),
    close() {
      isOpen = false
      clearTimeout(timer)
    },
  }

  /** Again only after an answer, or its absence: one that is slow must not be asked twice at once. */
  function ask(): void {
    askSoftware(instance).then(
      (answer) => {
        name = answer
        log.info({ software: answer ?? 'unknown' }, 'the instance told its software')
      },
      (cause: Error) => {
        if (cause.message !== lastWhy)
          log.warn({ why: cause.message }, 'the instance does not answer yet')
        lastWhy = cause.message
        if (isOpen) timer = setTimeout(ask, againMs).unref()
      },
    )
  }
}

function maxBodyBytes(software: string | undefined): number {
  return software !== undefined && MISSKEY_FAMILY.test(software) ? MISSKEY_BODY_BYTES : BODY_BYTES
}

export interface InstanceSettings {
  readonly software: string
  readonly upstream: string
  readonly domain: string
  /** Milliseconds. */
  readonly timeout: number
}

/** Lower-case name of the software, or undefined when the instance does not tell; throws when it is away. */
export async function askSoftware(instance: InstanceSettings): Promise<string | undefined> {
  const links = wellKnown.safeParse(await getJson(instance, '/.well-known/nodeinfo'))
  const href = links.data?.links.findLast(({ rel }) => rel.includes('nodeinfo'))?.href
  const path = href === undefined ? undefined : URL.parse(href)?.pathname
  if (path === undefined) return undefined
  const described = nodeinfo.safeParse(await getJson(instance, path))
  return described.data?.software.name.toLowerCase()
}

async function getJson({ upstream, domain, timeout }: InstanceSettings, path: string) {
  const { statusCode, body } = await request(new URL(path, upstream), {
    headers: { host: domain, accept: 'application/json', 'x-forwarded-proto': 'https' },
    signal: AbortSignal.timeout(timeout),
  })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw new Error(`${path} of the instance is too large`)
    chunks.push(chunk)
  }
  // One that is starting up, or its proxy, says 502 or 503: that tells nothing of its software.
  if (statusCode !== 200) throw new Error(`${path} of the instance answered ${statusCode}`)
  return parseJson(Buffer.concat(chunks).toString('utf8'))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new Error('the instance answered no JSON', { cause })
  }
}
