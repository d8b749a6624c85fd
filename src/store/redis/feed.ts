// Changes of the block list as they happen: the stream has them all, pub/sub only says when to look.
import type { BlockChange, BlockStore } from '../store.ts'
import { parseTailOf } from './block-codec.ts'
import type { Client } from './clients.ts'
import { type Health, hasGap, judge, NO_CHANGE, type Position, versionOf } from './health.ts'
import { CHANNEL, KEYS } from './keys.ts'
import type { Link } from './link.ts'
import { type OwnKnowledge, readHealth } from './restore.ts'

const LOOK_EVERY_MS = 1000 // also finds an emptied Redis, a lost wake-up and a hung server's return
const READ_AT_ONCE = 1000

export interface Feed {
  watch: BlockStore['watch']
  close(): void
}

interface Watcher {
  readonly onChange: (change: BlockChange, version: string) => void
  readonly resync: () => void
}

type StreamEntry = readonly [id: string, fields: readonly string[]]

export interface FeedOptions {
  readonly hot: Link
  readonly own: OwnKnowledge
  readonly clients: { readonly hot: Client; readonly subscriber: Client }
}

export function openFeed({ hot, own, clients }: FeedOptions): Feed {
  const watchers: Watcher[] = []
  const follower = createFollower({ link: hot, own, watchers })
  let looking: Promise<void> | undefined
  let again = false

  /** One look at a time; a wake-up during a look leads to another. */
  function look(): Promise<void> {
    again = true
    looking ??= lookOften().finally(() => {
      looking = undefined
    })
    return looking
  }

  async function lookOften(): Promise<void> {
    while (again) {
      again = false
      await follower.look()
    }
  }

  const wake = (): void => void look()
  const timer = setInterval(wake, LOOK_EVERY_MS).unref()
  clients.hot.on('ready', wake)
  clients.subscriber.on('message', wake)
  clients.subscriber.on('ready', wake)
  clients.subscriber.subscribe(CHANNEL).catch(() => undefined) // closed before it was ever open

  return {
    async watch(onChange, resync) {
      await look()
      watchers.push({ onChange, resync })
    },
    close: () => clearInterval(timer),
  }
}

/** Knows how far this process has read, and tells its watchers when that is not good enough. */
function createFollower({
  link,
  own,
  watchers,
}: {
  readonly link: Link
  readonly own: OwnKnowledge
  readonly watchers: readonly Watcher[]
}): { look(): Promise<void> } {
  let position: Position | undefined
  let isLost = false

  async function read(from: Position): Promise<void> {
    let change = from.change
    for (let entries = await after(link, change); entries.length > 0; ) {
      for (const [id, fields] of entries) {
        change = id
        position = { ...from, change }
        tell(fields, versionOf(position))
      }
      entries = entries.length < READ_AT_ONCE ? [] : await after(link, change)
    }
  }

  function tell(fields: readonly string[], version: string): void {
    const change = changeOf(fields)
    if (change !== undefined) for (const { onChange } of watchers) onChange(change, version)
  }

  function loseOnce(): void {
    if (!isLost) resyncAll()
    isLost = true
  }

  function startOver(health: Health): void {
    position = { epoch: health.epoch, change: health.newest }
    isLost = false
    own.hasSeenList = true
    resyncAll()
  }

  function resyncAll(): void {
    for (const { resync } of watchers) resync()
  }

  async function follow(health: Health): Promise<void> {
    if (health.wrong !== '') return loseOnce()
    const isNew = position === undefined || isLost || judge(health, position).kind === 'lost'
    if (isNew || position === undefined || hasGap(health, position.change)) startOver(health)
    else if (health.newest !== position.change) await read(position)
  }

  return {
    async look() {
      try {
        await follow(await readHealth(link, position?.change ?? NO_CHANGE, own.change))
      } catch {
        // Away: the breaker counts it and isUp() tells it; the next look begins where this one did.
      }
    },
  }
}

async function after(link: Link, change: string): Promise<readonly StreamEntry[]> {
  const reply = await link.call('XRANGE', KEYS.stream, `(${change}`, '+', 'COUNT', READ_AT_ONCE)
  return reply as readonly StreamEntry[]
}

/** Fields: k added|removed|named, d domain, t entry tail. */
function changeOf([, kind, , domain = '', , tail = '']: readonly string[]):
  | BlockChange
  | undefined {
  if (kind === 'added') return { kind, entry: parseTailOf(domain, tail) }
  return kind === 'removed' ? { kind, domain } : undefined
}
