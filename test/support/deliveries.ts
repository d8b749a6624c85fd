// Real deliveries between real servers, recorded once: what is ordinary traffic must stay so.
import { createPublicKey } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { type Delivery, receive } from '../../src/delivery.ts'
import type { ActorKey, Keys } from '../../src/signature.ts'

export interface RecordedDelivery {
  readonly name: string
  readonly delivery: Delivery
  /** What the sender's server answered for the key's and the actor's address. */
  readonly documents: Documents
  readonly signature: 'cavage' | 'rfc9421'
  readonly keyId: string
  /** Epoch milliseconds. */
  readonly receivedAt: number
  /** What the receiving server answered. */
  readonly status: number
  readonly activity: {
    readonly type: string
    readonly id: string
    readonly actor: string
    readonly objectType: string | null
  }
}

type Documents = Readonly<Record<string, unknown>>

const FOLDER = new URL('../deliveries/', import.meta.url)

export function recordedDeliveries(): readonly RecordedDelivery[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => readRecorded(file.replace(/\.json$/, '')))
}

/** Every key that one of the documents publishes, as if it had just been fetched. */
export function keysFromDocuments(...documents: readonly Documents[]): Keys {
  const keys = new Map<string, ActorKey>()
  for (const document of documents.flatMap((each) => Object.values(each))) {
    const { publicKey } = document as {
      publicKey: { id: string; owner: string; publicKeyPem: string }
    }
    const key = createPublicKey(publicKey.publicKeyPem)
    keys.set(publicKey.id, { keyId: publicKey.id, owner: publicKey.owner, key })
  }
  const find: Keys['find'] = async (keyId) => {
    const key = keys.get(keyId)
    if (!key) return { status: 'unavailable', why: 'not among the recorded documents' }
    return { status: 'found', cached: false, key }
  }
  return { find, refresh: find }
}

function readRecorded(name: string): RecordedDelivery {
  const record = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'))
  const receivedAt = Date.parse(record.receivedAt)
  const { documents, signature, keyId, status, activity } = record
  const delivery = receive({
    id: name,
    receivedAt,
    method: record.method,
    target: record.path,
    rawHeaders: record.rawHeaders.flat(),
    body: Buffer.from(record.bodyBase64, 'base64'),
    peer: '192.0.2.1',
  })
  return { name, delivery, documents, signature, keyId, receivedAt, status, activity }
}
