// Who waits for a free place: the urgent before the others, each in the order of coming, and not too many of them.

export type Turn<Place> =
  | { readonly status: 'taken'; readonly place: Place; readonly leave: () => void }
  | { readonly status: 'full' }

export interface Waiting<Place> {
  take(isUrgent: boolean): Promise<Turn<Place>>
  /** Whoever waits is turned away, and whoever comes. */
  close(): void
}

const MAX_WAITING = 32 // each holds its bytes, up to 10 MB

export function openWaiting<Place>(places: readonly Place[]): Waiting<Place> {
  const free = [...places]
  const lines = { urgent: [] as Admit<Place>[], others: [] as Admit<Place>[] }
  let isOpen = true

  const occupied = (place: Place): Turn<Place> => {
    let isHeld = true
    const leave = () => {
      if (isHeld) giveBack(place)
      isHeld = false
    }
    return { status: 'taken', place, leave }
  }
  const giveBack = (place: Place) => {
    const next = lines.urgent.shift() ?? lines.others.shift()
    if (next) next(occupied(place))
    else free.push(place)
  }
  return {
    async take(isUrgent) {
      if (!isOpen) return { status: 'full' }
      const place = free.pop()
      if (place !== undefined) return occupied(place)
      if (lines.urgent.length + lines.others.length >= MAX_WAITING && !makeRoom(lines, isUrgent)) {
        return { status: 'full' }
      }
      const { promise, resolve } = Promise.withResolvers<Turn<Place>>()
      lines[isUrgent ? 'urgent' : 'others'].push(resolve)
      return promise
    },
    close() {
      isOpen = false
      for (const admit of [...lines.urgent.splice(0), ...lines.others.splice(0)]) {
        admit({ status: 'full' })
      }
    },
  }
}

type Admit<Place> = (turn: Turn<Place>) => void

/** The last of those who are not urgent makes room for one who is. */
function makeRoom<Place>(lines: { readonly others: Admit<Place>[] }, isUrgent: boolean): boolean {
  const last = isUrgent ? lines.others.pop() : undefined
  last?.({ status: 'full' })
  return last !== undefined
}
