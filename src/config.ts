// Every setting of the relay, its meaning and its bounds; the only reader of the environment.
// Later layers win: shipped file ← operator's file ← environment ← flags.
import { z } from 'zod'
import { fromCaller } from './config/caller-folder.ts'
import { complain, complaintOf, placeOf, plainWords } from './config/complaints.ts'
import { schemaForEditors } from './config/editor-schema.ts'
import { wrongEntry } from './config/entries.ts'
import { collectLayers, shippedComments, shippedKeys } from './config/layers.ts'
import { masked } from './config/secrets.ts'
import { leafPathsOf, valueAt } from './config/tree.ts'
import {
  address,
  domain,
  duration,
  email,
  httpUrl,
  language,
  listenHost,
  port,
  storeUrl,
  upstreamUrl,
} from './config/values.ts'
import { addressesOf } from './contact.ts'
import { compositesSchema } from './rules/composites.ts'
import { rulesSchema } from './rules/weights.ts'

const schema = z
  .strictObject({
    mode: z.enum(['enforce', 'observe']),
    instance: z.strictObject({
      domain,
      aliases: z.array(domain),
      software: z.string(),
      upstream: upstreamUrl,
      timeout: duration.refine((ms) => ms >= 100, 'is at least 100ms'),
      openAccounts: z.array(z.string()),
      api: z.strictObject({ token: z.string() }),
    }),
    listen: z.strictObject({
      host: listenHost,
      port,
      trustedProxies: z.array(address),
      passthrough: z.boolean(),
    }),
    admin: z.strictObject({
      host: listenHost,
      port,
      tokenFile: z.string(),
      hosts: z.array(z.string()),
    }),
    store: storeUrl,
    data: z.string().min(1),
    workers: z.int().min(1).max(64),
    thresholds: z
      .strictObject({ hold: z.number().positive(), drop: z.number().positive() })
      .refine((bounds) => bounds.hold < bounds.drop, 'needs hold below drop'),
    // biome-ignore lint/suspicious/noThenProperty: a public key of the configuration
    hold: z.strictObject({ after: duration, then: z.enum(['forward', 'drop']) }),
    maxDeferrals: z.int().min(0).max(10),
    respond: z.strictObject({ drop: z.literal([202, 403]) }),
    signature: z.strictObject({ maxAge: duration.refine((ms) => ms >= 60_000, 'is at least 1m') }),
    banned: z.strictObject({
      urls: z.array(z.string()),
      text: z.array(z.string()),
      files: z.array(z.string()),
    }),
    rules: rulesSchema,
    composites: compositesSchema,
    images: z.strictObject({
      enabled: z.boolean(),
      scope: z.enum(['reaching', 'all']),
      onTimeout: z.enum(['forward', 'defer']),
      also: z.array(z.enum(['card', 'emoji', 'avatar'])),
      processes: z.int().min(1).max(16),
    }),
    blocks: z.strictObject({
      protected: z.array(domain),
      maxPerHour: z.int().nonnegative(),
      minActors: z.int().positive(),
      dryRun: z.boolean(),
    }),
    standing: z.strictObject({
      trusted: z.array(domain),
      grace: duration,
      positiveList: z.enum(['block', 'report', 'ignore']),
      unreachable: z.enum(['block', 'wait']),
      report: z.boolean(),
    }),
    contact: z.strictObject({ emails: z.array(email), inquiryUrl: httpUrl }),
    statement: z.strictObject({
      enabled: z.boolean(),
      languages: z.array(language).min(1),
      publishBlocks: z.union([z.boolean(), z.literal('masked')], 'is true, false or masked'),
      announcements: z.string(),
    }),
    lists: z.array(z.unknown()),
    retention: z.strictObject({ records: duration, evidence: duration }),
    remote: z.strictObject({ overrides: z.record(domain, httpUrl) }),
  })
  .refine(({ instance, listen }) => !isOurselves(instance.upstream, listen.port), {
    path: ['instance', 'upstream'],
    message: 'is the relay’s own address: deliveries would go round in a circle',
  })
  .refine(({ admin, listen }) => admin.port !== listen.port || admin.port === 0, {
    path: ['admin', 'port'],
    message: 'is the same as listen.port',
  })
  .refine(({ contact }) => !tellsItself(contact), {
    path: ['contact', 'inquiryUrl'],
    message: 'holds an address of contact.emails, which it is to stand for',
  })
  .refine(({ standing, instance }) => !standing.report || instance.api.token !== '', {
    path: ['standing', 'report'],
    message: 'needs instance.api.token: the instance sends the reports',
  })
  .refine((all) => all.workers === 1 || !all.store.startsWith('embedded:'), {
    path: ['workers'],
    message: 'above 1 needs a store on Redis',
  })

/** Durations are milliseconds, domains canonical. */
export type Config = z.output<typeof schema>

export type Loaded =
  | {
      readonly status: 'loaded'
      readonly config: Config
      /** The shipped file and the operator's, which need not be there. */
      readonly files: readonly [shipped: string, own: string]
    }
  /** One sentence that names the key and the place. */
  | { readonly status: 'wrong'; readonly why: string }

/** `fallback` lies below every layer: for commands that need less than the relay does. */
export function loadConfig(flags: readonly string[], fallback: object = {}): Loaded {
  const sources = collectLayers({ flags, fallback, environment: process.env })
  if (sources.status === 'wrong') return sources
  const parsed = schema.safeParse(sources.merged, { error: plainWords })
  const complaint = parsed.success ? wrongEntry(parsed.data) : complaintOf(parsed.error.issues[0]!)
  if (complaint) return { status: 'wrong', why: complain(complaint, sources) }
  return { status: 'loaded', config: parsed.data!, files: sources.files }
}

export interface SettingInForce {
  readonly key: string
  /** Secrets are masked. */
  readonly value: unknown
  /** The file and line, the variable or the flag that it came from. */
  readonly place: string
}

/** Every key with the value that counts, as it was spelt, and where that stands. */
export function settingsInForce(
  flags: readonly string[],
):
  | { readonly status: 'settled'; readonly settings: readonly SettingInForce[] }
  | { readonly status: 'wrong'; readonly why: string } {
  const loaded = loadConfig(flags)
  if (loaded.status === 'wrong') return loaded
  const sources = collectLayers({ flags, fallback: {}, environment: process.env })
  if (sources.status === 'wrong') return sources
  const settings = leafPathsOf(sources.merged).map((path) => ({
    key: path.join('.'),
    value: masked(path.at(-1)!, valueAt(sources.merged, path)),
    place: placeOf(path, sources.layers),
  }))
  return { status: 'settled', settings }
}

/** For editors; of what is written in a file, which need not hold every key. */
export function configSchema(): object {
  return schemaForEditors(schema, shippedComments())
}

/** Every key that has a value as shipped, by `a.b`. */
export function settingKeys(): readonly string[] {
  return shippedKeys()
}

/** A path as the command line names it, from where the operator stands. */
export function pathFromCaller(path: string): string {
  return fromCaller(path, process.env, process.cwd())
}

/** The admin token's variable: a secret, so it is no config key. */
export function adminTokenFromEnvironment(): string | undefined {
  return process.env.SEKISHO_ADMIN_TOKEN || undefined
}

function tellsItself({ emails, inquiryUrl }: { emails: string[]; inquiryUrl: string }): boolean {
  return emails.length > 0 && addressesOf(emails).find(inquiryUrl) !== undefined
}

function isOurselves(upstream: string, port: number): boolean {
  const url = URL.parse(upstream)
  const isHere = /^(localhost|127\.|\[::1\])/.test(url?.hostname ?? '')
  return isHere && port !== 0 && url?.port === String(port)
}
