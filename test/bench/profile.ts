// Where a .cpuprofile says that the time went: by function, by file and by package.
import { readFile } from 'node:fs/promises'

interface CallNode {
  readonly id: number
  readonly callFrame: {
    readonly functionName: string
    readonly url: string
    readonly lineNumber: number
  }
  readonly children?: readonly number[]
}

interface CpuProfile {
  readonly nodes: readonly CallNode[]
  readonly samples: readonly number[]
  /** Microseconds between samples. */
  readonly timeDeltas: readonly number[]
}

const SHOWN = 25

export async function printProfile(file: string): Promise<void> {
  const profile = JSON.parse(await readFile(file, 'utf8')) as CpuProfile
  const own = ownTimes(profile)
  const parents = parentsOf(profile)
  const chargeTo = (node: CallNode) => callerIn(parents, node) ?? node
  print('self time by function', shareBy(profile, own, placeOf))
  print(
    'self time by package',
    shareBy(profile, own, ({ callFrame }) => originOf(callFrame.url)),
  )
  print(
    'by function of src/ with the libraries it calls, or else by package',
    shareBy(profile, own, (node) => {
      const charged = chargeTo(node)
      const origin = originOf(charged.callFrame.url)
      return origin === 'src' ? placeOf(charged) : origin
    }),
  )
}

/** The nearest function of ours that waits for this one. */
function callerIn(parents: ReadonlyMap<number, CallNode>, node: CallNode): CallNode | undefined {
  for (let at: CallNode | undefined = node; at; at = parents.get(at.id)) {
    if (originOf(at.callFrame.url) === 'src') return at
  }
  return undefined
}

function parentsOf({ nodes }: CpuProfile): Map<number, CallNode> {
  return new Map(nodes.flatMap((node) => (node.children ?? []).map((id) => [id, node])))
}

function ownTimes({ samples, timeDeltas }: CpuProfile): Map<number, number> {
  const own = new Map<number, number>()
  for (const [at, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + timeDeltas[at]!)
  return own
}

type Shares = ReadonlyMap<string, number>

/** Of the time that was not idle. */
function shareBy(
  { nodes }: CpuProfile,
  own: ReadonlyMap<number, number>,
  nameOf: (node: CallNode) => string,
): Shares {
  const busy = busyTime(nodes, own)
  const shares = new Map<string, number>()
  for (const node of nodes.filter(isBusy)) {
    const name = nameOf(node)
    shares.set(name, (shares.get(name) ?? 0) + (own.get(node.id) ?? 0) / busy)
  }
  return shares
}

function isBusy({ callFrame }: CallNode): boolean {
  return callFrame.functionName !== '(idle)'
}

function busyTime(nodes: readonly CallNode[], own: ReadonlyMap<number, number>): number {
  return nodes.filter(isBusy).reduce((sum, { id }) => sum + (own.get(id) ?? 0), 0)
}

function placeOf({ callFrame: { functionName, url, lineNumber } }: CallNode): string {
  const file = url.replace(/^.*\/node_modules\//, '').replace(/^.*\/(?=(?:src|test)\/)/, '')
  const place = url === '' ? '' : `  ${file}:${lineNumber + 1}`
  return `${functionName || '(anonymous)'}${place}`
}

function originOf(url: string): string {
  if (url === '') return '(native, garbage collector)'
  if (url.startsWith('node:')) return 'node'
  const found = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
  return found ?? (url.includes('/src/') ? 'src' : 'test')
}

function print(title: string, shares: Shares): void {
  const lines = [...shares]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name, share]) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`)
  console.log(`\n${title}\n${lines.join('\n')}`)
}
