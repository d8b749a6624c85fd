// What a served document proves about a key: whose it is, and whether the owner says so too. Pure.
import type { JsonObject } from '../json.ts'
import { objectsOf, referencesOf, stringsOf } from '../plain-keys.ts'
import { recently } from '../recently.ts'
import { soundPem } from './key-material.ts'

export interface ServedDocument {
  readonly document: JsonObject
  /** The URL that served it in the end, redirects followed. */
  readonly url: string
}

export interface KeyClaim {
  readonly keyId: string
  /** The owner's id as the document spells it. */
  readonly owner: string
  /** SPKI PEM. */
  readonly pem: string
}

export type KeyReading =
  | ({ readonly status: 'proved' } & KeyClaim)
  /** The key is here, its owner on another origin: the owner's own document must list it. */
  | ({ readonly status: 'owner-elsewhere' } & KeyClaim)
  | { readonly status: 'unproved'; readonly why: string }

/**
 * 1. The origin of the keyId must have served the document.
 * 2. The document is the key itself, or an actor at or above the key's address that lists it.
 * 3. One sound key stands under that id, with one owner.
 */
export function readKeyDocument(served: ServedDocument, keyId: string): KeyReading {
  const asked = normalUrl(keyId)
  const id = normalUrl(stringsOf(served.document.id)[0])
  if (!asked || !id) return unproved('no https id')
  if (!sameOrigin(served.url, asked)) return unproved('served by another origin')
  const isKey = id === asked && keyText(served.document) !== undefined
  if (!isKey && !standsFor(id, asked, served.url)) return unproved('another document')
  return ownedKey(isKey ? [served.document] : listedKeys(served.document), asked, {
    owner: isKey ? undefined : stringsOf(served.document.id)[0]!,
  })
}

/** Does the owner's own document list this very key as its own? */
export function ownerListsKey(served: ServedDocument, claim: KeyClaim): boolean {
  const owner = normalUrl(claim.owner)
  if (!owner || normalUrl(stringsOf(served.document.id)[0]) !== owner) return false
  if (!sameOrigin(served.url, owner)) return false
  const listed = ownedKey(listedKeys(served.document), claim.keyId, { owner: claim.owner })
  return listed.status !== 'unproved' && listed.pem === claim.pem
}

/** For comparing ids: https only, no user name, spelled as the URL parser spells it. */
export function normalUrl(text: string | undefined): string | undefined {
  return text === undefined ? undefined : normalHttps(text)
}

const normalHttps = recently((text) => {
  const url = URL.parse(text)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined
  return url.href
})

/** GoToSocial's key stub at `<actor>/main-key` has the actor's id; so has what a redirect led to. */
function standsFor(id: string, asked: string, servedBy: string): boolean {
  return id === asked || id === withoutFragment(asked) || id === servedBy || isAbove(id, asked)
}

function isAbove(id: string, asked: string): boolean {
  return !/[?#]/.test(id) && asked.startsWith(id.endsWith('/') ? id : `${id}/`)
}

function listedKeys({ publicKey, assertionMethod }: JsonObject): readonly JsonObject[] {
  return [...objectsOf(publicKey), ...objectsOf(assertionMethod)]
}

const MAX_SPELLINGS = 4 // one as PEM, one as Multikey; decoding thousands would stall us

/** `owner` is the document's own actor: a key that it lists may name nobody else. */
function ownedKey(
  listed: readonly JsonObject[],
  keyId: string,
  { owner }: { readonly owner: string | undefined },
): KeyReading {
  const keys = listed.filter(
    (key) => normalUrl(stringsOf(key.id)[0]) === normalUrl(keyId) && keyText(key) !== undefined,
  )
  if (keys.length === 0) return unproved('the document does not list the key')
  if (keys.length > MAX_SPELLINGS) return unproved('too many keys under one id')
  const pems = new Set(keys.map((key) => soundPem(keyText(key)!)))
  const [pem] = pems
  if (pem === undefined || pems.size > 1) return unproved('no sound key, or two under one id')
  const owners = keys.flatMap(({ owner: named, controller }) => [
    ...referencesOf(named),
    ...referencesOf(controller),
  ])
  const only = owner ?? owners[0]
  if (only === undefined || normalUrl(only) === undefined) return unproved('the key has no owner')
  if (owners.some((named) => normalUrl(named) !== normalUrl(only))) {
    return unproved('the key has another owner')
  }
  const status = sameOrigin(only, keyId) ? 'proved' : 'owner-elsewhere'
  return { status, keyId, owner: only, pem }
}

function keyText({ publicKeyPem, publicKeyMultibase }: JsonObject) {
  const [pem] = stringsOf(publicKeyPem)
  const [multibase] = stringsOf(publicKeyMultibase)
  return pem === undefined && multibase === undefined ? undefined : { pem, multibase }
}

function withoutFragment(url: string): string {
  return url.split('#')[0]!
}

function sameOrigin(one: string, other: string): boolean {
  const origin = URL.parse(one)?.origin
  return origin !== undefined && origin === URL.parse(other)?.origin
}

function unproved(why: string): KeyReading {
  return { status: 'unproved', why }
}
