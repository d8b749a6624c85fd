import { createPublicKey, createVerify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { readKeyDocument } from '../../src/remote/key-document.ts'
import { relayActor } from '../../src/remote/relay-actor.ts'

const stored = new Map<string, string>()
const identity = {
  async getOrCreate(name: string, fresh: () => Promise<string>) {
    const value = stored.get(name) ?? (await fresh())
    stored.set(name, value)
    return value
  },
}
const actor = await relayActor({ domain: 'social.example', identity })
const ID = 'https://social.example/sekisho/actor'

describe('the relay’s own actor', () => {
  test('proves its own key by the very document that it serves', () => {
    const document = JSON.parse(JSON.stringify(actor.document)) as JsonObject
    const reading = readKeyDocument({ document, url: ID }, `${ID}#main-key`)
    expect(reading).toMatchObject({ status: 'proved', owner: ID })
    expect(createPublicKey((reading as { pem: string }).pem).asymmetricKeyDetails).toMatchObject({
      modulusLength: 2_048,
    })
  })

  test('is an application with the instance’s inbox', () => {
    expect(actor.id).toBe(ID)
    expect(actor.document).toMatchObject({
      id: ID,
      type: 'Application',
      preferredUsername: 'sekisho',
      inbox: 'https://social.example/inbox',
    })
  })

  test('keeps its key: the next process has the same one', async () => {
    const again = await relayActor({ domain: 'social.example', identity })
    expect(again.document).toEqual(actor.document)
  })

  test('never shows its private key', () => {
    expect(stored.get('relay-actor-key')).toContain('PRIVATE KEY')
    expect(JSON.stringify(actor.document)).not.toContain('PRIVATE')
  })
})

describe('webfinger', () => {
  test.each(['acct:sekisho@social.example', 'acct:Sekisho@Social.Example', ID])(
    'finds %s',
    (resource) => {
      expect(actor.webfinger(resource)).toEqual({
        subject: 'acct:sekisho@social.example',
        aliases: [ID],
        links: [{ rel: 'self', type: 'application/activity+json', href: ID }],
      })
    },
  )

  test.each(['', 'acct:alice@social.example', 'acct:sekisho@other.example', `${ID}/`, '__proto__'])(
    'leaves %j to the instance',
    (resource) => {
      expect(actor.webfinger(resource)).toBeUndefined()
    },
  )
})

describe('a signed GET', () => {
  const at = Date.UTC(2026, 10, 22, 10, 0, 0)
  const headers = actor.signGet(new URL('https://secure.test/users/a?page=1#x'), at)
  const text = [
    '(request-target): get /users/a?page=1',
    'host: secure.test',
    'date: Sun, 22 Nov 2026 10:00:00 GMT',
  ]

  function verifies(signed: string): boolean {
    const { publicKey } = actor.document as { publicKey: { publicKeyPem: string } }
    const signature = /signature="([^"]+)"/.exec(headers.signature!)![1]!
    return createVerify('sha256').update(signed).verify(publicKey.publicKeyPem, signature, 'base64')
  }

  test('is signed over target, host and date by the published key', () => {
    expect(headers).toMatchObject({ host: 'secure.test', date: 'Sun, 22 Nov 2026 10:00:00 GMT' })
    expect(headers.signature).toContain(`keyId="${ID}#main-key",algorithm="rsa-sha256"`)
    expect(headers.signature).toContain('headers="(request-target) host date"')
    expect(verifies(text.join('\n'))).toBe(true)
  })

  test('fits no other target', () => {
    expect(verifies(text.join('\n').replace('page=1', 'page=2'))).toBe(false)
  })
})
