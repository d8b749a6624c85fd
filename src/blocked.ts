// Whose words a block keeps out, and what a blocked domain may still send: taking its earlier words back.
import { type RawActivity, readActivity } from './activity.ts'
import type { Blocks } from './blocks.ts'
import type { Delivery } from './delivery.ts'
import { domainOf } from './domains.ts'
import { readJson } from './json.ts'
import { isContentFree, moveTarget, referencedDomains } from './references.ts'
import type { BlockEntry } from './store/store.ts'

/** A wave of a blocked server is turned away without its JSON being read. */
const MAY_PASS = /Delete|Undo|Reject|Move/
const PEEK_BYTES = 16_384 // a Delete with its contexts and signature is far smaller

/** True for a content-free Delete, Undo, Reject, or a Move to a host that is not blocked. */
export function contradictsBlock(delivery: Delivery, blocks: Pick<Blocks, 'find'>): boolean {
  if (delivery.body.length > PEEK_BYTES || !MAY_PASS.test(delivery.body.toString('latin1'))) {
    return false
  }
  const reading = readJson(delivery.body)
  if (reading.status === 'refused' || reading.activities.length === 0) return false
  const { activities, flags } = reading
  return activities.every((json) => passesBlock(readActivity(json, flags), blocks))
}

export function passesBlock(raw: RawActivity, blocks: Pick<Blocks, 'find'>): boolean {
  if (raw.doubts.kind || raw.doubts.keys || !isContentFree(raw)) return false
  if (!raw.types.includes('Move')) return true
  const target = moveTarget(raw)
  return target !== undefined && blocks.find(target) === undefined
}

/** Everything a blocked domain signs or wrote is dropped, boosts and quotes of it included. */
export function blockedHost(
  raw: RawActivity,
  people: readonly (string | undefined)[],
  blocks: Pick<Blocks, 'find'>,
): BlockEntry | undefined {
  if (passesBlock(raw, blocks)) return undefined
  const domains = people.flatMap((id) => (id === undefined ? [] : (domainOf(id) ?? [])))
  for (const domain of [...domains, ...referencedDomains(raw)]) {
    const entry = blocks.find(domain)
    if (entry) return entry
  }
  return undefined
}
