// The inboxes from outside: each must lead to the relay, in every spelling that the instance would take for one.
import { makeProbe, PROBE_HEADER } from '../probe.ts'
import {
  type Check,
  type CheckContext,
  doubtful,
  fine,
  type Remark,
  skipped,
  wrong,
} from './check.ts'

/** Of every software that the relay stands in front of; what an instance lacks, its proxy may send it all the same. */
const INBOXES = [
  ...['/inbox', '/users/somebody/inbox', '/actor/inbox', '/ap/users/1/inbox', '/f/inbox'],
  ...['/u/somebody/inbox', '/c/somewhere/inbox', '/accounts/somebody/inbox'],
  ...['/video-channels/something/inbox', '/internal/fetch/inbox', '/site_inbox'],
]
const SPELLINGS = [
  ...['/inbox/', '//inbox', '/INBOX', '/inbox.json', '/inbox?page=1', '/%69nbox', '/x/../inbox'],
  ...['/users/somebody/inbox/', '/users/somebody%2Finbox', '/.//inbox'],
]
/** What is said of a path that leads nowhere; 400 and 403 some instances say of an inbox, too. */
const NOWHERE = [301, 302, 307, 308, 404, 405, 410]

export const checkInboxes: Check = async (context) => {
  const about = 'inboxes'
  if (context.token === undefined || !context.admin?.isRunning) {
    return [skipped(about, 'only a running relay can say what reaches it')]
  }
  const { token, publicUrl } = context
  const first = await knock('/inbox', context, token)
  if (first.kind === 'unreachable') {
    return [wrong(about, `nobody answers at ${publicUrl} (${first.why})`)]
  }
  const nowhere = await knock('/sekisho-looks-for-nothing', context, token)
  const known = nowhere.kind === 'other' ? [...NOWHERE, nowhere.httpStatus] : NOWHERE
  const plain = await Promise.all(INBOXES.map((path) => knock(path, context, token)))
  const odd = await Promise.all(SPELLINGS.map((path) => knock(path, context, token)))
  const remarks = [...plain.flatMap(judgePlain), ...odd.flatMap((each) => judgeOdd(each, known))]
  if (remarks.length > 0) return remarks
  const count = INBOXES.length + SPELLINGS.length
  return [fine(about, `${count} spellings of inboxes at ${publicUrl} lead to the relay or nowhere`)]
}

type Knock = { readonly path: string } & (
  | { readonly kind: 'relay' }
  | { readonly kind: 'other'; readonly httpStatus: number }
  | { readonly kind: 'unreachable'; readonly why: string }
)

async function knock(
  path: string,
  { publicUrl, visit, now }: CheckContext,
  token: string,
): Promise<Knock> {
  const { sign, answer } = makeProbe(token, now())
  const headers = { [PROBE_HEADER]: sign, 'content-type': 'application/activity+json' }
  const visited = await visit({ origin: publicUrl, path, method: 'POST', headers, body: '{}' })
  if (visited.status === 'unreachable') return { path, kind: 'unreachable', why: visited.why }
  const isRelay = visited.headers[PROBE_HEADER] === answer
  return isRelay ? { path, kind: 'relay' } : { path, kind: 'other', httpStatus: visited.httpStatus }
}

const ADVICE =
  'Compare your proxy with config/nginx or config/caddy: every POST to an inbox goes to the relay.'

function judgePlain(knocked: Knock): readonly Remark[] {
  const { path } = knocked
  if (knocked.kind === 'relay') return []
  if (knocked.kind === 'unreachable') return [doubtful('inboxes', `${path}: ${knocked.why}`)]
  const says = `POST ${path} does not come to the relay; somebody answers with HTTP ${knocked.httpStatus}`
  return [wrong('inboxes', says, ADVICE)]
}

function judgeOdd(knocked: Knock, nowhere: readonly number[]): readonly Remark[] {
  if (knocked.kind !== 'other' || nowhere.includes(knocked.httpStatus)) return []
  const { path, httpStatus } = knocked
  const says = `POST ${path} goes around the relay; somebody answers with HTTP ${httpStatus}`
  return [wrong('inboxes', says, ADVICE)]
}
