// Blocks and stores for these tests; a builder shows only what its test is about.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll } from 'vitest'
import type { Evidence } from '../../src/store/evidence-store.ts'
import type { Notice, NoticeOffence } from '../../src/store/notice-store.ts'
import type { Block, BlockAddition, KnownPicture, Offence } from '../../src/store/store.ts'

export const NOON = Date.UTC(2026, 1, 15, 12)
export const quiet = pino({ level: 'silent' })

let built = 0

export function aBlock(block: Partial<Block> = {}): Block {
  built++
  return {
    id: `block-${built}`,
    domain: `spam${built}.example`,
    scope: 'subtree',
    since: NOON,
    by: 'rule:mention-flood',
    reason: 'a flood of mentions',
    offences: [],
    ...block,
  }
}

export function anAddition(block: Partial<Block> = {}, evidenceAt = NOON): BlockAddition {
  return { block: aBlock(block), evidenceAt }
}

export function anOffence(object: string, at = NOON): Offence {
  return {
    object,
    author: 'https://spam.example/users/a',
    keyId: 'https://spam.example/users/a#main-key',
    at,
    hits: [{ rule: 'mention-flood', score: 10, why: '12 mentions, limit 5' }],
  }
}

export function aPicture(picture: Partial<KnownPicture> = {}): KnownPicture {
  built++
  return {
    id: built.toString(16).padStart(64, '0'),
    name: `spam-${built}.png`,
    addedAt: NOON,
    hashes: [built.toString(16).padEnd(64, 'f')],
    blurhashes: ['LEHV6nWB2yk8pyo0adR*.7kCMdnj'],
    ...picture,
  }
}

const folders: string[] = []
// Registered first, so that it runs last: after everything that may still write there.
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

/** Goes away with the test file. */
export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-store-'))
  folders.push(folder)
  return folder
}

export function aNotice(notice: Partial<Notice> = {}): Notice {
  built++
  const author = `https://good.example/users/spammer${built}`
  return {
    id: `notice-${built}`,
    domain: 'good.example',
    author,
    openedAt: NOON,
    deadline: NOON + 24 * 3600_000,
    why: 'good.example has dealt with its spam before',
    offences: [aNoticed(`${author}/1`)],
    dueAt: NOON + 3600_000,
    ...notice,
  }
}

export function aNoticed(object: string, at = NOON): NoticeOffence {
  return { ...anOffence(object, at), isPublic: true }
}

export function anEvidence(evidence: Partial<Evidence> = {}): Evidence {
  built++
  return {
    id: `delivery-${built}`,
    at: NOON,
    domain: 'spam.example',
    author: 'https://spam.example/users/a',
    keyId: 'https://spam.example/users/a#main-key',
    request: { target: '/inbox', headers: ['Host: home.example', 'Date: ☂ | "x"'] },
    bodySha256: '0'.repeat(64),
    bodyBytes: 2,
    body: 'e30=',
    hits: [{ rule: 'mention-flood', score: 10, why: '12 mentions, limit 5' }],
    led: 'block',
    ...evidence,
  }
}
