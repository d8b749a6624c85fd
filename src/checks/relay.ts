// The relay and its store: does it run, does the store answer, does its clock agree with others?
import type { Status } from '../console/status-api.ts'
import { type Check, type CheckContext, doubtful, fine, type Remark, wrong } from './check.ts'

const MAX_OFFSET_MS = 60_000 // Misskey and others refuse what is five minutes off

export const checkRelay: Check = async ({ admin, config }) => {
  if (!admin) return []
  if (!admin.isRunning) {
    const { host, port } = config.admin
    return [
      doubtful('relay', `none runs: nobody answers at ${host}:${port}`, 'npm start'),
      fine('store', 'it can be opened'),
    ]
  }
  const status = JSON.parse((await admin.ask('GET', '/api/status')).text) as Status
  return [
    status.ready
      ? fine('relay', `it takes deliveries, and enforces ${status.blocks} blocks`)
      : wrong('relay', `it takes no deliveries: ${status.why.join(', ')}`),
    status.store === 'up'
      ? fine('store', 'it answers')
      : wrong('store', 'it does not answer: what is blocked stays blocked, the rest is forgotten'),
    ...otherDomain(status, config.instance.domain),
  ]
}

function otherDomain(status: Status, domain: string): readonly Remark[] {
  if (status.domain === domain) return []
  return [wrong('relay', `the one that runs is for ${status.domain}`, 'Check --config.')]
}

export const checkClock: Check = async (context) => {
  const offsets = await offsetsOf(context)
  if (offsets.length === 0) return []
  const [worst = 0] = offsets.toSorted((one, other) => Math.abs(other) - Math.abs(one))
  const seconds = Math.round(Math.abs(worst) / 1_000)
  if (Math.abs(worst) <= MAX_OFFSET_MS)
    return [fine('clock', `it agrees with others to ${seconds} s`)]
  const way = worst > 0 ? 'ahead of' : 'behind'
  const says = `it is ${seconds} s ${way} others: honest signatures will look forged`
  return [wrong('clock', says, 'Let chrony or systemd-timesyncd keep it.')]
}

/** Ours less theirs, milliseconds. */
async function offsetsOf(context: CheckContext): Promise<readonly number[]> {
  const known = await offsetOfRelay(context)
  return known === undefined ? offsetsOfSite(context) : [known]
}

/** From what came in: many servers are a better judge than our own site, whose clock may be the same. */
async function offsetOfRelay({ admin }: CheckContext): Promise<number | undefined> {
  if (!admin?.isRunning) return undefined
  return (JSON.parse((await admin.ask('GET', '/api/status')).text) as Status).clockOffsetMs
}

async function offsetsOfSite({ visit, publicUrl, config, now }: CheckContext): Promise<number[]> {
  const visits = await Promise.all(
    [publicUrl, config.instance.upstream].map((origin) => visit({ origin, path: '/' })),
  )
  return visits.flatMap((visited) => {
    if (visited.status !== 'answered') return []
    const theirs = Date.parse(String(visited.headers.date ?? ''))
    return Number.isNaN(theirs) ? [] : [now() - theirs]
  })
}
