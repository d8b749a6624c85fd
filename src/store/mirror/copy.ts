// The list as this process knows it: the table, what changes while it is read anew, and what the store has yet to take.
import type { Block, BlockChange, BlockEntry, BlockList } from '../store.ts'
import { createDomainTable, type DomainTable } from './domain-table.ts'

export interface ListCopy {
  readonly size: number
  get(domain: string): BlockEntry | undefined
  entries(): Iterable<BlockEntry>
  /** Another number after every change of what is here. */
  revision(): number
  /** The store's version of what is here; undefined until a list was read. */
  version(): string | undefined
  apply(change: BlockChange, version?: string): void
  /** Reads the list aside and takes it only when it is whole. */
  reload(load: (each: (entry: BlockEntry) => void) => Promise<BlockList>): Promise<BlockList>
  /** The store has become what is here. */
  moveTo(version: string): void
  /** Enforced although the store has not taken it yet. */
  hold(block: Block): void
  /** Domains that are held. */
  readonly held: ReadonlyMap<string, BlockEntry>
  release(block: Pick<Block, 'domain' | 'id'>, outcome: 'taken' | 'refused'): void
}

export function createListCopy(): ListCopy {
  let table = createDomainTable()
  let version: string | undefined
  let missed: BlockChange[] | undefined
  const held = new Map<string, BlockEntry>()
  let revision = 0

  return {
    held,
    get size() {
      return table.size
    },
    get: (domain) => table.get(domain),
    entries: () => table.entries(),
    revision: () => revision,
    version: () => version,
    apply(change, later) {
      applyTo(table, change)
      revision += 1
      missed?.push(change)
      if (version !== undefined) version = later ?? version
    },
    async reload(load) {
      missed = []
      try {
        const { list, fresh } = await readAside(load, missed, held)
        if (list.kind === 'lost') return list
        table = fresh
        revision += 1
        version = list.version
        return list
      } finally {
        missed = undefined
      }
    },
    moveTo(later) {
      version = later
    },
    hold(block) {
      held.set(block.domain, entryOf(block))
      addMissing(table, entryOf(block))
      revision += 1
    },
    release({ domain, id }, outcome) {
      held.delete(domain)
      revision += 1
      if (outcome === 'refused' && table.get(domain)?.id === id) table.delete(domain)
    },
  }
}

async function readAside(
  load: Parameters<ListCopy['reload']>[0],
  changes: readonly BlockChange[],
  held: ReadonlyMap<string, BlockEntry>,
): Promise<{ readonly list: BlockList; readonly fresh: DomainTable }> {
  const fresh = createDomainTable()
  const list = await load(fresh.set)
  // The list may be from before these changes or from after them: applying them again does no harm.
  for (const change of changes) applyTo(fresh, change)
  for (const entry of held.values()) addMissing(fresh, entry)
  return { list, fresh }
}

export function entryOf({ id, domain, scope, by }: Block): BlockEntry {
  return { id, domain, scope, by }
}

function applyTo(table: DomainTable, change: BlockChange): void {
  if (change.kind === 'added') table.set(change.entry)
  else table.delete(change.domain)
}

function addMissing(table: DomainTable, entry: BlockEntry): void {
  if (table.get(entry.domain) === undefined) table.set(entry)
}
