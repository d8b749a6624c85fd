// A relay among servers that really sign, with a clock that is moved: for tests of the policy on servers.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { loadConfig } from '../../src/config.ts'
import { openInbox } from '../../src/inbox.ts'
import { type Closers, introduce, type Parts } from '../../src/introduce.ts'
import type { Verdict } from '../../src/verdict.ts'
import { startRemoteServer } from '../remote/remote-server.ts'
import { ALICE, aCreate, aNote, HOME, HOUR } from '../support/build.ts'
import { type InstanceAnswer, startInstance } from '../support/instance.ts'
import { aSigner, type Signer } from '../support/sign.ts'

export const BIG = 'big.example'
export const SMALL = 'small.example'
export const RAID = '<a href="https://raid.example/join">https://raid.example/join</a>'

export type PolicyWorld = Awaited<ReturnType<typeof startPolicyWorld>>

interface Setting {
  readonly flags?: readonly string[]
  readonly answer?: (request: { readonly target: string }) => InstanceAnswer
}

let count = 0

export async function startPolicyWorld({ flags = [], answer }: Setting = {}) {
  const remote = await startRemoteServer()
  const instance = await startInstance(answer)
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-standing-'))
  const closers: Closers = []
  const verdicts: Verdict[] = []
  let aheadMs = 0
  let parts: Parts
  const now = () => Date.now() + aheadMs

  async function open(...more: readonly string[]): Promise<void> {
    const overrides = JSON.stringify(remote.overrides(BIG, SMALL))
    const loaded = loadConfig([
      `--config=${new URL('../support/empty.yaml', import.meta.url).pathname}`,
      ...[`--instance.domain=${HOME}`, `--instance.upstream=${instance.url}`],
      ...[`--store=embedded:${folder}`, `--data=${folder}`, '--images.enabled=false'],
      ...['--banned.urls=raid.example/join', `--remote.overrides=${overrides}`, ...more],
    ])
    if (loaded.status === 'wrong') throw new Error(loaded.why)
    const log = pino({ level: 'silent' })
    const onVerdict = (verdict: Verdict) => void verdicts.push(verdict)
    parts = await introduce({ config: loaded.config, log, now, onVerdict }, closers)
  }
  async function stop(): Promise<void> {
    for (const closer of closers.splice(0).reverse()) await closer()
  }

  /** A Mastodon server by its own word. */
  function serve(domain: string, activeUsers: number): void {
    const info = `https://${domain}/nodeinfo/2.0`
    const json = { 'content-type': 'application/json' }
    const rel = 'http://nodeinfo.diaspora.software/ns/schema/2.0'
    const links = [{ rel, href: info }]
    const usage = { users: { total: activeUsers * 5, activeMonth: activeUsers } }
    const software = { name: 'mastodon', version: '4.5.0' }
    remote.answers.set(`https://${domain}/.well-known/nodeinfo`, { headers: json, body: { links } })
    remote.answers.set(info, {
      headers: json,
      body: { version: '2.0', software, usage, openRegistrations: true, metadata: {} },
    })
  }

  /** Somebody with a key, and a post of theirs with a banned link to one of ours. */
  function spammer(domain: string, id = `https://${domain}/users/s${++count}`) {
    const signer = aSigner({ owner: id })
    const comeBack = () =>
      void remote.answers.set(id, { body: { ...signer.actor, summary: '<p>Hello</p>' } })
    comeBack()
    const post = (text = RAID) => {
      const note = aNote({
        by: id,
        text,
        mentions: [ALICE],
        also: { id: `${id}/statuses/${++count}`, published: new Date(now()).toISOString() },
      })
      remote.answers.set(String(note.id), { body: note })
      return aCreate(note)
    }
    const suspend = () => void remote.answers.set(id, { status: 410 })
    return { id, signer, post, suspend, comeBack }
  }

  async function deliver(signer: Signer, activity: object): Promise<Verdict> {
    const signed = signer.deliver({ host: HOME, target: '/inbox', body: activity, at: now() })
    const delivery = { ...signed, id: `d${++count}`, receivedAt: now() }
    await openInbox(parts.atPresent).receive(delivery)
    return verdicts.at(-1)!
  }

  await open(...flags)
  return {
    ...{ remote, instance, now, serve, spammer, deliver },
    parts: () => parts,
    send: ({ signer, post }: ReturnType<typeof spammer>) => deliver(signer, post()),
    skip(ms: number): void {
      aheadMs += ms
    },
    /** As time goes by, in steps: looks are taken when they are due. */
    async pass(ms: number): Promise<void> {
      for (let left = ms; left > 0; left -= HOUR) {
        aheadMs += Math.min(left, HOUR)
        await parts.standing.lookAgain.look()
      }
      await parts.standing.desk.notices.refresh()
    },
    async restart(...more: readonly string[]): Promise<void> {
      await stop()
      await open(...more)
    },
    isBlocked: (domain: string) => parts.blocks.find(domain) !== undefined,
    noticesOf: async (domain: string) => (await parts.standing.desk.look(domain)).notices,
    async close(): Promise<void> {
      await stop()
      await remote.close()
      await instance.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
