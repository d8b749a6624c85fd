// What is kept of an offence can be checked again, holds no secret, and is kept when something of it cannot be had.
import { describe, expect, test } from 'vitest'
import { receive } from '../src/delivery.ts'
import { type Exhibit, evidenceKeeper } from '../src/evidence.ts'
import { signatures } from '../src/signature.ts'
import type { Evidence } from '../src/store/evidence-store.ts'
import type { KeyCache } from '../src/store/store.ts'
import { ALICE, aCreate, aHit, aNote, factsOf, proved } from './support/build.ts'
import { aSigner, keysOf, type Signing } from './support/sign.ts'

const signer = aSigner()
const body = aCreate(aNote({ by: signer.owner, mentions: [ALICE] }))
const pem = { pem: signer.publicKeyPem } as NonNullable<Awaited<ReturnType<KeyCache['get']>>>

async function keep(
  signing: Signing,
  parts: Partial<Exhibit['grounds']> = {},
  get = async () => pem,
) {
  const delivery = signer.deliver({ body, ...signing })
  const grounds = { hits: [aHit()], facts: factsOf(body), proof: proved(signer.owner), ...parts }
  const kept: Evidence[] = []
  const faults: string[] = []
  const keeper = evidenceKeeper({
    evidence: { keep: async (evidence) => void kept.push(evidence) },
    keys: { get },
    onFault: (what) => void faults.push(what),
  })
  await keeper({ delivery, grounds, keyId: signer.keyId, led: 'notice' })
  return { delivery, kept: kept[0]!, faults }
}

describe('the headers', () => {
  const special = { accept: 'application/json', 'x-odd': '1' }
  test.each<Signing>([
    { covered: ['(request-target)', 'host', 'date', 'digest', 'accept'] },
    { scheme: 'rfc9421', covered: ['@method', '@target-uri', 'content-digest', 'accept'] },
  ])('that are signed let the signature be checked again: $covered', async (signing) => {
    const { delivery, kept } = await keep({ ...signing, headers: special })
    const { target, headers } = kept.request
    const again = receive({ ...delivery, target, rawHeaders: headers })
    const { verify } = signatures({
      ...{ keys: keysOf(signer), hosts: ['social.example'], maxAgeMs: 60_000 },
      now: () => delivery.receivedAt,
    })
    expect(await verify(again)).toMatchObject({ status: 'verified' })
    expect(headers).not.toContain('x-odd')
  })

  test('hold no secret, whoever signs it, and no more than a request may have', async () => {
    const secret = {
      cookie: 'a=secret',
      authorization: 'Bearer secret',
      accept: 'x'.repeat(17_000),
    }
    const covered = ['(request-target)', 'host', 'date', 'digest', ...Object.keys(secret)]
    const { kept } = await keep({ covered, headers: secret })
    const { headers } = kept.request
    expect(headers.filter((_, at) => at % 2 === 0)).not.toContain('accept')
    expect(headers.join()).not.toMatch(/a=secret|Bearer/)
    expect(headers.join().length).toBeLessThan(20_000)
  })
})

test('without the key it is kept all the same, and the fault is counted', async () => {
  const away = async () => {
    throw new Error('the store is away')
  }
  const { kept, faults } = await keep({}, {}, away)
  expect(kept).toMatchObject({ author: signer.owner, keyId: signer.keyId })
  expect(kept).not.toHaveProperty('keyPem')
  expect(faults).toEqual(['evidence-key'])
  expect((await keep({})).kept.keyPem).toBe(signer.publicKeyPem)
})

test('a long reason is cut', async () => {
  const { kept } = await keep({}, { hits: [{ ...aHit(), why: '☂'.repeat(100_000) }] })
  expect(kept.hits[0]!.why).toMatch(/^☂{499}…$/)
})
