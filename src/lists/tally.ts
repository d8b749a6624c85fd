// What became of many blocks: counted as it happens, so that it can be told even where the rest failed.
import type { Blocks } from '../blocks.ts'
import type { BlockAddition } from '../store/store.ts'

export interface Tally {
  readonly added: string[]
  existed: number
  marks: number
  pictures: number
  notices: number
  readonly refused: { readonly domain: string; readonly why: string }[]
}

export function newTally(): Tally {
  return { added: [], existed: 0, marks: 0, pictures: 0, notices: 0, refused: [] }
}

export async function addOne(
  addition: BlockAddition,
  blocks: Pick<Blocks, 'add'>,
  tally: Tally,
): Promise<void> {
  const { domain } = addition.block
  const outcome = await blocks.add(addition)
  switch (outcome) {
    case 'added':
    case 'journaled':
      tally.added.push(domain)
      return
    case 'existed':
      tally.existed++
      return
    case 'marked':
      tally.refused.push({ domain, why: `${domain} was lifted after that.` })
      return
    case 'unwritten':
      tally.refused.push({ domain, why: `${domain} could not be written: is the disk full?` })
  }
}
