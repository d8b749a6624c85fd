// The block list in Redis: additions and removals as one atomic step each, evidence apart from the entries.
import { parseMark } from '../journal-line.ts'
import { checkBlock, MAX_OFFENCES } from '../limits.ts'
import type { Block, BlockStore, Mark } from '../store.ts'
import {
  assembleBlock,
  entryTail,
  evidenceText,
  parseEntry,
  type StoredEntry,
} from './block-codec.ts'
import { ADD, BLOCK_KEYS, REMOVE } from './block-scripts.ts'
import { KEYS, offencesKey } from './keys.ts'
import type { Ledger } from './ledger.ts'
import type { Link } from './link.ts'
import type { OwnKnowledge } from './restore.ts'

const READ_AT_ONCE = 500

interface BlockLinks {
  readonly hot: Link
  readonly slow: Link
  readonly ledger: Ledger
  readonly own: OwnKnowledge
}

export function redisBlocks({
  hot,
  slow,
  ledger,
  own,
}: BlockLinks): Pick<BlockStore, 'add' | 'remove' | 'find' | 'mark' | 'marks' | 'page'> {
  return {
    async add({ block, evidenceAt }) {
      checkBlock(block)
      const { domain, since, offences } = block
      const tail = entryTail(block, since)
      const pairs = offences.flatMap((offence) => [offence.object, JSON.stringify(offence)])
      const args = [domain, evidenceAt, tail, evidenceText(block), MAX_OFFENCES, ...pairs]
      const reply = await hot.run(ADD, keysOf(domain), args)
      const [outcome, change] = reply as [string, string]
      own.change = change || own.change
      if (outcome !== 'added' && outcome !== 'existed') return 'marked'
      if (offences.length > 0 || block.by === 'operator') {
        await ledger.note({ kind: 'block', block, evidenceAt })
      }
      return outcome
    },
    async remove(mark) {
      const { domain, at } = mark
      const change = await slow.run(REMOVE, keysOf(domain), [domain, at, JSON.stringify(mark)])
      own.change = String(change) || own.change
      await ledger.note({ kind: 'mark', mark })
      return change !== ''
    },
    async find(domain) {
      const entry = await slow.call('HGET', KEYS.blocks, domain)
      return typeof entry === 'string' ? explain(slow, parseEntry(domain, entry)) : undefined
    },
    async mark(domain) {
      const text = await slow.call('HGET', KEYS.marks, domain)
      return typeof text === 'string' ? markIn(text) : undefined
    },
    marks: () => readMarks(slow),
    page: (page) => readPage(slow, page),
  }
}

/** HGETALL would hold up Redis for a long list. A hash that grows meanwhile may show one twice. */
async function readMarks(slow: Link): Promise<readonly Mark[]> {
  const found = new Map<string, Mark>()
  for (let cursor: string | undefined = '0'; cursor !== undefined; ) {
    const reply = await slow.call('HSCAN', KEYS.marks, cursor, 'COUNT', READ_AT_ONCE)
    const [next, pairs] = reply as [string, string[]]
    for (let at = 0; at < pairs.length; at += 2) found.set(pairs[at]!, markIn(pairs[at + 1]!))
    cursor = next === '0' ? undefined : next
  }
  return [...found.values()]
}

function markIn(text: string): Mark {
  return parseMark(text.slice(text.indexOf('|') + 1))
}

/** The places of blocks are theirs for ever, so a page's cursor is the place where it ended. */
async function readPage(
  slow: Link,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<{ blocks: Block[]; total: number; next?: string }> {
  const total = Number(await slow.call('HLEN', KEYS.blocks))
  const length = Number(await slow.call('LLEN', KEYS.order))
  let before = after === undefined ? length : Math.min(length, Number(after))
  const found: StoredEntry[] = []
  while (before > 0 && found.length <= limit) {
    const from = Math.max(0, before - Math.max(limit + 1, READ_AT_ONCE))
    found.push(...(await entriesBetween(slow, from, before)))
    before = from
  }
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return {
    blocks: await Promise.all(shown.map((entry) => explain(slow, entry))),
    total,
    ...(last !== undefined && found.length > limit && { next: String(last.place) }),
  }
}

/** Last added first; removed ones have left a gap. */
async function entriesBetween(slow: Link, from: number, before: number): Promise<StoredEntry[]> {
  const domains = (await slow.call('LRANGE', KEYS.order, from, before - 1)) as string[]
  const places = domains.map((domain, i) => ({ domain, place: from + i }))
  const filled = places.filter(({ domain }) => domain !== '').reverse()
  if (filled.length === 0) return []
  const names = filled.map(({ domain }) => domain)
  const entries = (await slow.call('HMGET', KEYS.blocks, ...names)) as (string | null)[]
  return filled.flatMap(({ domain, place }, i) => {
    const text = entries[i]
    const entry = typeof text === 'string' ? parseEntry(domain, text) : undefined
    return entry?.place === place ? [entry] : []
  })
}

async function explain(slow: Link, entry: StoredEntry): Promise<Block> {
  const [evidence, offences] = await Promise.all([
    slow.call('HGET', KEYS.evidence, entry.domain),
    slow.call('HVALS', offencesKey(entry.domain)),
  ])
  return assembleBlock(entry, evidence as string | null, offences as string[])
}

function keysOf(domain: string): readonly string[] {
  return [...BLOCK_KEYS, offencesKey(domain)]
}
