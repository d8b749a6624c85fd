// Who is blocked, as far as the operator publishes it.
import type { Block } from '../store/store.ts'
import { type Html, html } from './html.ts'
import { maskDomain } from './mask.ts'
import { reasonOf } from './reasons.ts'
import { section } from './section.ts'
import type { Voice } from './speak.ts'

export type Publishing = boolean | 'masked'

export type Listed = Pick<Block, 'domain' | 'scope' | 'by' | 'since'>

export interface Blocked {
  readonly publishing: Publishing
  /** Undefined while no list was read. */
  readonly total: number | undefined
  /** The latest of them, that first; undefined when they could not be read. */
  readonly latest: readonly Listed[] | undefined
}

export function blockedSection(blocked: Blocked, voice: Voice): Html {
  return section('blockedTitle', contentOf(blocked, voice), voice)
}

function contentOf({ publishing, total, latest }: Blocked, voice: Voice): readonly Html[] {
  const { say } = voice
  if (total === undefined) return [html`<p>${say('blockedUnavailable')}</p>`]
  if (total === 0) return [html`<p>${say('blockedNone')}</p>`]
  const count = say('blockedCount', { count: voice.count(total) })
  if (publishing === false) return [html`<p>${count} ${say('blockedHidden')}</p>`]
  const masked = publishing === 'masked' ? html` ${say('blockedMasked')}` : undefined
  if (!latest) return [html`<p>${count} ${say('blockedUnavailable')}</p>`, files(publishing, voice)]
  const shown = { shown: voice.count(latest.length) }
  const partly = latest.length < total ? html` ${say('blockedLatest', shown)}` : undefined
  return [
    html`<p>${count}${masked}${partly}</p>`,
    files(publishing, voice),
    tableOf(latest, publishing, voice),
  ]
}

function files(publishing: Publishing, { say }: Voice): Html {
  const csv = html`<li><a href="blocks.csv">${say('fileCsv')}</a></li>`
  return html`<p>${say('files')}</p>
<ul>${publishing === true ? csv : undefined}<li><a href="blocks.json">${say('fileJson')}</a></li></ul>`
}

function tableOf(latest: readonly Listed[], publishing: Publishing, voice: Voice): Html {
  const { say } = voice
  const head = (['columnDomain', 'columnReason', 'columnSince'] as const).map(
    (key) => html`<th scope="col">${say(key)}</th>`,
  )
  const rows = latest.map(({ domain, scope, by, since }) => {
    const name = publishing === 'masked' ? maskDomain(domain) : domain
    const only =
      scope === 'host' ? html` <span class="soft">(${say('hostOnly')})</span>` : undefined
    const day = new Date(since).toISOString().slice(0, 10)
    return html`<tr><th scope="row"><bdi>${name}</bdi>${only}</th><td>${say(reasonOf(by))}</td>
<td><time datetime="${day}">${day}</time></td></tr>
`
  })
  return html`<table>
<caption>${say('blockedCaption')}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows}</tbody>
</table>`
}
