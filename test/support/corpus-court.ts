// Judges the corpus by the pipeline's own stages: the shipped rules, a memory of its own for each file, the file's clock.
import { fedifyReader, readActivity } from '../../src/activity.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import { isWithin } from '../../src/domains.ts'
import { type Examiner, examineAll } from '../../src/examine.ts'
import { openAccounts } from '../../src/facts/open-accounts.ts'
import type { Finding } from '../../src/finding.ts'
import { withGrace } from '../../src/grace.ts'
import type { Sight } from '../../src/images/sight.ts'
import { type JsonReading, readJson } from '../../src/json.ts'
import { judgeOffence } from '../../src/offence.ts'
import { closedEyes, type Pictures } from '../../src/pictures.ts'
import { type AuthorProofs, authorProofs } from '../../src/proof.ts'
import { rememberWith } from '../../src/remember.ts'
import { readProfile } from '../../src/remote/profile.ts'
import { compileRules } from '../../src/rules/catalog.ts'
import type { Hit } from '../../src/rules/rule.ts'
import type { SignatureCheck } from '../../src/signature.ts'
import { embeddedHistory } from '../../src/store/embedded/history.ts'
import type { BlockEntry } from '../../src/store/store.ts'
import type { Action, Grounds } from '../../src/verdict.ts'
import type { CorpusDelivery, CorpusFile } from './corpus.ts'
import { nobodyStands } from './standing.ts'

export interface Outcome {
  readonly action: Action
  readonly hits: readonly Hit[]
  /** By what the action was decided. */
  readonly grounds: Grounds
  readonly block: string | undefined
  /** How many of the earlier deliveries were forwarded. */
  readonly forwardedBefore: number
}

const EMPTY = new URL('empty.yaml', import.meta.url).pathname
const MONTHS_MS = 90 * 86_400_000
const REMEMBERED = 1_000

export async function judgeFile(file: CorpusFile): Promise<Outcome> {
  const config = configOf(file)
  const { at: last } = file.deliveries.at(-1)!
  const since = file.since === undefined ? last - MONTHS_MS : Date.parse(file.since)
  const court = openCourt(config, since)
  let forwarded = 0
  for (const delivery of file.deliveries.slice(0, -1)) {
    const { action } = await court.judge(delivery)
    if (action === 'forward') forwarded++
  }
  const { action, hits, proof, block } = await court.judge(file.deliveries.at(-1)!)
  const grounds = { thresholds: config.thresholds, proof }
  return { action, hits, grounds, block: block?.domain, forwardedBefore: forwarded }
}

interface Court {
  judge(delivery: CorpusDelivery): Promise<Finding>
}

const fedify = fedifyReader()

function openCourt(config: Config, since: number): Court {
  const { domain, aliases, openAccounts: open } = config.instance
  const hosts = [domain, ...aliases]
  const clock = { now: since }
  const memory = embeddedHistory(REMEMBERED, () => clock.now)
  memory.restore({ kind: 'since', at: since })
  const remember = rememberWith({
    memory,
    domains: { learn: async () => {} },
    notices: nobodyStands.notices,
  })
  const blocked: BlockEntry[] = []
  const standing = {
    ...{ now: () => clock.now, thresholds: config.thresholds, fedify, memory },
    rules: compileRules({
      rules: config.rules,
      composites: config.composites,
      banned: config.banned,
    }),
    local: { domains: hosts, isOpen: openAccounts(open, hosts) },
    blocks: { find: (name: string) => blocked.find((entry) => isWithin(name, entry.domain)) },
    metrics: { stage: () => {}, failedOpen: () => {}, image: () => {} },
  }
  const policy = { own: hosts, ...config.blocks, trusted: config.standing.trusted }

  async function punish(finding: Finding): Promise<Finding> {
    const { action, keyId, grounds = [] } = finding
    const standingOf = (name: string) => nobodyStands.look(name)
    const found = await Promise.all(
      grounds
        .map((each) => judgeOffence({ action, keyId, ...each, policy, now: clock.now }))
        .map((each) => withGrace(each, { standingOf, policy })),
    )
    const block = found.find((each) => each.kind === 'block')
    if (!block) return finding
    const { domain: name, by, scope } = block
    blocked.push({ id: `${blocked.length}`, domain: name, by, scope })
    return { ...finding, block: { domain: name, by } }
  }

  return {
    async judge(delivery) {
      clock.now = delivery.at
      const reading = readJson(delivery.body)
      if (reading.status === 'refused') return refusal(reading.why)
      const { target, at } = delivery
      const received = { target, receivedAt: at }
      const asked = askedOf(delivery, standing.now)
      const examiner = {
        ...standing,
        ...asked,
        pictures: picturesIn(delivery),
        standing: nobodyStands,
      }
      const check = checkOf(delivery, reading)
      const finding = await examineAll({ delivery: received, reading, check }, examiner)
      if (!finding) return refusal('holds no activity')
      await remember(finding, finding.action)
      return punish(finding)
    },
  }
}

/** What others would answer stands in the file. */
function askedOf(
  delivery: CorpusDelivery,
  now: () => number,
): Pick<Examiner, 'proofs' | 'actors' | 'posts'> {
  const { documents, at } = delivery
  const find = (id: string) => documents.find((document) => document.id === id)
  const known = (id: string) => {
    const document = find(id)
    return document && readProfile(document, at)
  }
  return {
    actors: { known, profile: async (id) => known(id) },
    posts: {
      async post(id) {
        const post = find(id)
        return post ? { status: 'served', post } : { status: 'unread', why: 'not in the file' }
      },
    },
    proofs: proofsFor(delivery, now),
  }
}

/** Of the others nothing is known: their files are about other things. */
function picturesIn({ shows }: CorpusDelivery): Pictures {
  if (Object.keys(shows).length === 0) return closedEyes
  const look = async (url: string): Promise<Sight> => {
    const shown = shows[url] ?? 'nothing'
    if (shown === 'nothing') return { status: 'seen', findings: [], stages: {} }
    if (shown !== 'late') return { status: 'seen', findings: [shown], stages: {} }
    return { status: 'unread', why: 'it took too long', isPassing: true, stages: {} }
  }
  return { ...closedEyes, scope: 'reaching', onTimeout: 'defer', look }
}

function proofsFor({ proof, carrier }: CorpusDelivery, now: () => number): AuthorProofs {
  const unavailable = async () => ({ status: 'unavailable', why: 'nobody is asked here' }) as const
  const proofs = authorProofs({ keys: { find: unavailable, refresh: unavailable }, now })
  if (proof !== 'carried-proved') return proofs
  return {
    async prove(input) {
      const [owner = ''] = input.raw.actors
      const found = await proofs.prove({ ...input, check: signedBy(owner, now()) })
      if (found.status !== 'verified') return found
      const at = Date.parse(String(input.raw.json.published ?? '')) || now()
      return { status: 'verified', author: found.author, by: 'ld-signature', at, carrier }
    },
  }
}

function checkOf(
  { proof, carrier, at }: CorpusDelivery,
  { activities }: Extract<JsonReading, { status: 'read' }>,
): SignatureCheck {
  const [owner = ''] = activities[0] ? readActivity(activities[0]).actors : []
  if (proof === 'unproved') return { status: 'missing' }
  if (proof === 'unavailable') {
    const why = 'no answer'
    return { status: 'unavailable', keyId: `${owner}#main-key`, gone: false, why }
  }
  return signedBy(proof === 'proved' ? owner : carrier, at)
}

function signedBy(owner: string, at: number): SignatureCheck {
  return { status: 'verified', keyId: `${owner}#main-key`, owner, signedAt: at }
}

function refusal(why: string): Finding {
  return { action: 'refuse', score: 0, hits: [], proof: 'missing', notes: [why] }
}

const configs = new Map<string, Config>()

function configOf({ name, config }: CorpusFile): Config {
  const key = JSON.stringify(config)
  const known = configs.get(key)
  if (known) return known
  const flags = ['--instance.domain=home.example', '--instance.upstream=http://127.0.0.1:9']
  const loaded = loadConfig(['--config', EMPTY, ...flags, ...flagsOf(config, '')])
  if (loaded.status === 'wrong') throw new Error(`${name}: ${loaded.why}`)
  configs.set(key, loaded.config)
  return loaded.config
}

function flagsOf(tree: object, prefix: string): readonly string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' && !Array.isArray(value)
      ? flagsOf(value, `${prefix}${key}.`)
      : [`--${prefix}${key}=${JSON.stringify(value)}`],
  )
}
