// One post, one key: a boost, a quote and the post itself name it in several spellings.
import { personKey } from './people.ts'

/** Mastodon's `/users/bob/statuses/1`, `/ap/users/1/statuses/1` and `/@bob/1`; GoToSocial's ids and pages likewise. */
const STATUS =
  /^(https:\/\/[^/]+)\/(?:(?:ap\/)?users\/[^/]+\/statuses|@[^/@]+(?:\/statuses)?)\/(\d{15,20}|[0-9A-Z]{26})$/i

/**
 * Without scheme's s, host's case, fragment and trailing slash. Statuses of software that numbers them for the
 * whole server go by that number. Only spellings of one host come together: nobody can name another's post so.
 */
export function postKey(id: string): string {
  const key = personKey(id)
  const [, origin, name] = STATUS.exec(key) ?? []
  return origin === undefined ? key : `${origin}/statuses/${name}`
}
