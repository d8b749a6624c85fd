// An open notice, sent to its server as a report: one for a domain and a day, never twice for one post.
import type { Reported, Reporter } from '../instance/reports.ts'
import type { Log } from '../log.ts'
import type { Notice, NoticeReport, NoticeStore } from '../store/notice-store.ts'
import type { OffenceStore } from '../store/offence-store.ts'

export interface Reporting {
  readonly store: Pick<NoticeStore, 'change' | 'ofDomain'>
  readonly offences: Pick<OffenceStore, 'claim'>
  readonly reporter: Reporter
  readonly now: () => number
  readonly log: Log
  readonly onFault: (what: string) => void
}

const WAVE_MS = 86_400_000
const MAX_TRIES = 4
const MAX_OF_DOMAIN = 200
const MAX_WHY = 500

/** Whether it is sent, and what became of it, stands in the notice: `sending` before, so that a crash sends nothing twice. */
export function reportOnce(reporting: Reporting): (notice: Notice) => Promise<void> {
  const { store, now, log, onFault } = reporting
  return async (notice) => {
    if (!(await mayReport(notice, reporting))) return
    const tries = (notice.report?.tries ?? 0) + 1
    const sending: NoticeReport = { at: now(), state: 'sending', tries }
    // It may have been closed meanwhile.
    if (!(await store.change(notice.id, { report: sending }))) return
    const { author, domain, offences } = notice
    const posts = offences.map(({ object }) => object)
    const reported = await reporting.reporter.report({ author, posts })
    const report = { ...sending, state: reported.status, why: reported.why.slice(0, MAX_WHY) }
    await store.change(notice.id, { report })
    tell({ log, onFault }, { domain, author, reported })
  }
}

async function mayReport(notice: Notice, { store, offences, now }: Reporting): Promise<boolean> {
  const { report, domain } = notice
  if (report) return report.state === 'failed' && report.tries < MAX_TRIES
  const others = await store.ofDomain(domain, MAX_OF_DOMAIN)
  const isTold = others.some((other) => wasSentLately(other, now()) || isOfSamePost(other, notice))
  // The claim is for two processes that look at two notices of one domain.
  return !isTold && offences.claim(`report ${domain}`, WAVE_MS)
}

function wasSentLately({ report }: Notice, now: number): boolean {
  return isOut(report) && now - report.at < WAVE_MS
}

function isOfSamePost({ report, offences }: Notice, notice: Notice): boolean {
  const objects = new Set(notice.offences.map(({ object }) => object))
  return isOut(report) && offences.some(({ object }) => objects.has(object))
}

/** Whatever was begun may have arrived. */
function isOut(report: NoticeReport | undefined): report is NoticeReport {
  return report !== undefined && report.state !== 'failed' && report.state !== 'refused'
}

function tell(
  { log, onFault }: Pick<Reporting, 'log' | 'onFault'>,
  told: { readonly domain: string; readonly author: string; readonly reported: Reported },
): void {
  const { domain, author, reported } = told
  const of = { domain, author, why: reported.why }
  if (reported.status === 'sent') {
    log.info(of, 'a report is sent')
  } else {
    onFault('reports')
    log.warn(of, 'a report could not be sent')
  }
}
