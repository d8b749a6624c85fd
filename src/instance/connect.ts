// The API of the instance by the software that it runs.
import { type ApiFamily, apiFamilyOf, type InstanceApi, openApi } from './api.ts'
import type { FollowsReader } from './follows.ts'
import { mastodonFollows } from './mastodon-follows.ts'
import { mastodonReporter } from './mastodon-reports.ts'
import { misskeyFollows } from './misskey-follows.ts'
import { misskeyReporter } from './misskey-reports.ts'
import type { Reporter } from './reports.ts'
import { askSoftware, type InstanceSettings } from './software.ts'

export interface ConnectedInstance extends InstanceSettings {
  readonly api: { readonly token: string }
}

export type Connection =
  | { readonly status: 'connected'; readonly api: InstanceApi; readonly family: ApiFamily }
  /** Its API is not spoken here; the name of the software, if it tells. */
  | { readonly status: 'unknown'; readonly software: string }

/** Rejects while the instance does not say what it runs. */
export async function connectApi(instance: ConnectedInstance): Promise<Connection> {
  const { upstream, domain, api } = instance
  const isAuto = instance.software === 'auto'
  const software = isAuto ? await askSoftware(instance) : instance.software.toLowerCase()
  const family = apiFamilyOf(software)
  if (!family) return { status: 'unknown', software: software ?? 'unknown software' }
  return {
    status: 'connected',
    api: openApi({ upstream, domain, token: api.token, family }),
    family,
  }
}

const READERS = {
  mastodon: mastodonFollows,
  misskey: misskeyFollows,
} as const satisfies Record<ApiFamily, (api: InstanceApi, domain: string) => FollowsReader>

export async function connectFollows(
  instance: ConnectedInstance,
): Promise<FollowsReader | undefined> {
  const connection = await connectApi(instance)
  if (connection.status === 'unknown') return undefined
  return READERS[connection.family](connection.api, instance.domain)
}

const REPORTERS = {
  mastodon: mastodonReporter,
  misskey: misskeyReporter,
} as const satisfies Record<ApiFamily, (api: InstanceApi) => Reporter>

/** The software is asked for at each report: few are sent. */
export function reporterOf(instance: ConnectedInstance): Reporter {
  return {
    async report(report) {
      let connection: Connection
      try {
        connection = await connectApi(instance)
      } catch (cause) {
        return { status: 'failed', why: (cause as Error).message }
      }
      if (connection.status === 'unknown') {
        return { status: 'refused', why: `the API of ${connection.software} is not known` }
      }
      return REPORTERS[connection.family](connection.api).report(report)
    },
  }
}
