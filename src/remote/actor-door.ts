// The relay's own actor as soon as its key can be had: a store that is away must not keep the relay from starting.
import type { IdentityStore } from '../store/store.ts'
import { type RelayActor, relayActor } from './relay-actor.ts'

export interface ActorDoor {
  /** Undefined until the store has given the key. */
  current(): RelayActor | undefined
  close(): void
}

interface DoorSetup {
  readonly domain: string
  readonly identity: IdentityStore
  readonly onFault: (what: string) => void
}

const TRY_AGAIN_MS = 2_000

export async function openActorDoor({ onFault, ...setup }: DoorSetup): Promise<ActorDoor> {
  let actor: RelayActor | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  const open = async () => {
    try {
      actor = await relayActor(setup)
    } catch {
      onFault('relay-actor')
      if (!isClosed) timer = setTimeout(open, TRY_AGAIN_MS).unref()
    }
  }
  await open()
  return {
    current: () => actor,
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
