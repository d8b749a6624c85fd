import { expect, onTestFinished, test } from 'vitest'
import { openEmbeddedStore } from '../../../src/store/embedded/store.ts'
import { aFolder, NOON } from '../build.ts'

test('what strangers can fill is bounded: the oldest is forgotten first', async () => {
  const store = await openEmbeddedStore({
    folder: await aFolder(),
    now: () => NOON,
    remembered: 10,
  })
  onTestFinished(() => store.close())
  for (let n = 0; n < 11; n++) {
    await store.keys.put({ keyId: `k${n}`, owner: 'o', pem: 'p', fetchedAt: NOON }, 1000)
    await store.retries.note({ kind: 'hold', key: `k${n}`, attempt: 'a', at: NOON, ttlMs: 1000 })
    await store.offences.claim(`o${n}`, 1000)
  }
  expect(await store.keys.get('k0')).toBeUndefined()
  expect(await store.keys.get('k10')).toBeDefined()
  expect(await store.retries.peek('hold', 'k0')).toBeUndefined()
  expect(await store.retries.peek('hold', 'k10')).toBeDefined()
  expect(await store.offences.claim('o10', 1000)).toBe(false)
  expect(await store.offences.claim('o0', 1000)).toBe(true)
})
