// What the pipeline works with, introduced by main.ts as one plain object.
import type { FedifyReading, RawActivity } from './activity.ts'
import type { Blocks } from './blocks.ts'
import type { Posts } from './boosts.ts'
import type { Delivery } from './delivery.ts'
import type { KeepEvidence } from './evidence.ts'
import type { Facts, LocalAccounts, Profile } from './facts.ts'
import type { Finding } from './finding.ts'
import type { HistoryStore } from './history.ts'
import type { Holds } from './holds.ts'
import type { Metrics } from './metrics.ts'
import type { OffencePolicy } from './offence.ts'
import type { Pictures } from './pictures.ts'
import type { AuthorProof } from './proof.ts'
import type { Windows } from './remember.ts'
import type { Hit } from './rules/rule.ts'
import type { SignatureCheck } from './signature.ts'
import type { StandingDesk } from './standing/desk.ts'
import type { OffenceStore } from './store/offence-store.ts'
import type { UpstreamAnswer } from './upstream.ts'
import type { Action, Verdict } from './verdict.ts'

export interface Relay {
  readonly now: () => number
  readonly newId: () => string
  readonly random: () => number
  readonly mode: 'enforce' | 'observe'
  readonly dropStatus: 202 | 403
  readonly thresholds: { readonly hold: number; readonly drop: number }
  readonly local: LocalAccounts
  readonly blocks: Blocks
  readonly signatures: { verify(delivery: Delivery): Promise<SignatureCheck> }
  readonly fedify: { read(raw: RawActivity): Promise<FedifyReading> }
  readonly proofs: {
    prove(input: {
      readonly check: SignatureCheck
      readonly raw: RawActivity
      readonly fedify: FedifyReading | undefined
      readonly mayAskForKey: boolean
    }): AuthorProof | Promise<AuthorProof>
  }
  readonly actors: {
    /** What is known without asking anybody. */
    known(actorId: string): Profile | undefined
    profile(actorId: string, deadlineMs: number): Promise<Profile | undefined>
  }
  readonly posts: Posts
  readonly pictures: Pictures
  readonly rules: { evaluate(facts: Facts): readonly Hit[]; readonly windows: Windows }
  readonly memory: Pick<HistoryStore, 'recall'>
  /** Learns from what was decided. */
  readonly remember: (finding: Finding, action: Action) => Promise<void>
  readonly offences: OffenceStore
  readonly standing: StandingDesk
  readonly keepEvidence: KeepEvidence
  readonly offencePolicy: OffencePolicy
  readonly holds: Holds
  readonly upstream: { forward(delivery: Delivery): Promise<UpstreamAnswer> }
  /** True while new work would only make everything slower. */
  readonly isOverloaded: () => boolean
  readonly metrics: Metrics
  /** Keeps the verdict; rejects when it could not be kept. */
  readonly keep: (verdict: Verdict) => Promise<void>
  /** A fault of our own, with its cause, for the operator. */
  readonly reportFault: (what: string, cause: unknown) => void
}
