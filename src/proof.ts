// Is the author proved? The signer is the author, or a carried post bears the author's own signature.
import type { FedifyReading, RawActivity } from './activity.ts'
import { originOf } from './domains.ts'
import { carriedProofOf, verifyCarriedProof } from './fedify/carried-proof.ts'
import type { JsonObject } from './json.ts'
import { plainName, referencesOf } from './plain-keys.ts'
import type { Keys, SignatureCheck } from './signature.ts'

export type AuthorProof =
  | {
      readonly status: 'verified'
      /** The proved author's actor id, in the one spelling that every reader of addresses makes of it. */
      readonly author: string
      readonly by: 'http' | 'ld-signature' | 'fep-8b32'
      /** Epoch milliseconds of the proof. */
      readonly at: number
      /** The signer's actor id where the post was carried. */
      readonly carrier?: string
    }
  | {
      readonly status: 'missing' | 'invalid' | 'unavailable'
      /** The claimed author; never held against it. */
      readonly author: string | undefined
      readonly carrier?: string
      readonly why: string
      /** The post's own server showed it to us under this name: nobody signed it, and nobody else wrote it. */
      readonly isServed?: boolean
    }

export interface AuthorProofs {
  /** At once, but where the author's own key is to be looked up. */
  prove(input: ProofInput): AuthorProof | Promise<AuthorProof>
}

export interface ProofInput {
  readonly check: SignatureCheck
  readonly raw: RawActivity
  readonly fedify: FedifyReading | undefined
  /** False where one delivery brings many activities: it must not make us ask for as many keys. */
  readonly mayAskForKey: boolean
}

/**
 * 1. Who claims to have written it? More than one, or one for each reader, is no claim at all.
 * 2. The signer proves what it wrote itself.
 * 3. Anything else is carried and needs a proof by its author: at most one more key is looked up.
 */
export function authorProofs(options: ProofOptions): AuthorProofs {
  return {
    prove({ check, raw, fedify, mayAskForKey }) {
      const claim = claimOf(raw, fedify)
      if (claim.status === 'unclear') return unclear(check, claim)
      if (claim.status === 'embedded') return unproved(check, claim.author)
      const { author } = claim
      if (check.status === 'verified' && isSameId(check.owner, author)) {
        return { status: 'verified', author: spelled(author), by: 'http', at: check.signedAt }
      }
      if (!mayAskForKey) return unproved(check, author)
      return proveCarried({ check, author, json: raw.json }, options)
    },
  }
}

interface ProofOptions {
  readonly keys: Keys
  readonly now: () => number
}

/** An id counts only under the origin that minted it: A cannot have posts of B blocked or vice versa. */
export function speaksFor(authorId: string, id: string): boolean {
  const origin = originOf(authorId)
  return origin !== undefined && origin === originOf(id)
}

async function proveCarried(
  post: { check: SignatureCheck; author: string; json: JsonObject },
  options: ProofOptions,
): Promise<AuthorProof> {
  const { check, author, json } = post
  const proof = carriedProofOf(json, author)
  if (!proof) return unproved(check, author)
  const outcome = await verifyCarriedProof(proof, { ...options, author })
  const carrier = carrierOf(check, author)
  if (outcome.status === 'verified') {
    return { status: 'verified', author: spelled(author), by: proof.by, at: proof.at, ...carrier }
  }
  // Where nobody proved to have sent it, the request's own signature says why.
  if (check.status !== 'verified') return unproved(check, author)
  return { status: outcome.status, author, ...carrier, why: outcome.why }
}

const MAX_ACTOR = 2_000

type Claim =
  | { readonly status: 'own'; readonly author: string }
  /** The content is another's, inside an Announce. */
  | { readonly status: 'embedded'; readonly author: string | undefined }
  | { readonly status: 'unclear'; readonly author: string | undefined; readonly why: string }

function claimOf(raw: RawActivity, fedify: FedifyReading | undefined): Claim {
  const [actor, ...others] = raw.actors
  if (actor === undefined) return { status: 'unclear', author: undefined, why: 'names no actor' }
  if (others.length > 0) {
    return { status: 'unclear', author: undefined, why: 'names several actors' }
  }
  // Longer than anything could be kept under; no software makes such ids.
  if (actor.length > MAX_ACTOR) {
    return { status: 'unclear', author: undefined, why: 'names an actor too long to be one' }
  }
  if (fedify?.status === 'parsed' && !isOnly(fedify.view.actors, actor)) {
    return { status: 'unclear', author: actor, why: 'names another actor as JSON-LD' }
  }
  if (!raw.types.includes('Announce') || raw.objects.length === 0)
    return { status: 'own', author: actor }
  const authors = raw.objects.flatMap((object) => authorsOf(object, actor))
  const [first] = authors
  if (isOnly(authors, actor)) return { status: 'own', author: actor }
  return { status: 'embedded', author: first && isOnly(authors, first) ? first : undefined }
}

/** Whoever an embedded activity or post names; unnamed, it is the announcer's if its id is. */
function authorsOf(object: JsonObject, announcer: string): readonly (string | undefined)[] {
  const named = Object.entries(object)
    .filter(([key]) => /^(actor|attributedTo)$/.test(plainName(key)))
    .flatMap(([, value]) => referencesOf(value))
  if (named.length > 0) return named
  const [id] = referencesOf(object)
  return [id === undefined || speaksFor(announcer, id) ? announcer : undefined]
}

function isOnly(ids: readonly (string | undefined)[], id: string): boolean {
  return ids.length > 0 && ids.every((each) => each !== undefined && isSameId(each, id))
}

/** `/./users/a` and `/users/a` are one person: under many names it would count as many. */
function spelled(id: string): string {
  return URL.parse(id)?.href ?? id
}

function isSameId(a: string, b: string): boolean {
  const url = URL.parse(a)
  return url !== null && url.href === URL.parse(b)?.href
}

function carrierOf(
  check: SignatureCheck,
  author: string | undefined,
): { readonly carrier?: string } {
  if (check.status !== 'verified') return {}
  return author !== undefined && isSameId(check.owner, author) ? {} : { carrier: check.owner }
}

function unclear(check: SignatureCheck, claim: Extract<Claim, { status: 'unclear' }>): AuthorProof {
  const { author, why } = claim
  return { status: 'invalid', author, ...carrierOf(check, author), why }
}

function unproved(check: SignatureCheck, author: string | undefined): AuthorProof {
  if (check.status === 'missing') return { status: 'missing', author, why: 'no signature' }
  if (check.status !== 'verified') return { status: check.status, author, why: check.why }
  const why = 'carried without a proof by its author'
  return { status: 'missing', author, ...carrierOf(check, author), why }
}
