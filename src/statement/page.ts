// The statement as one page of HTML: pure, from what is in force to what is read.
import type { Registrations } from '../instance/registrations.ts'
import { type Blocked, blockedSection } from './blocked-section.ts'
import type { TextKey } from './en.ts'
import { type Html, html, trusted } from './html.ts'
import type { Language } from './languages.ts'
import type { Policy } from './policy.ts'
import { list, section } from './section.ts'
import { speak, type Voice } from './speak.ts'
import { STYLE } from './style.ts'
import type { Announcements } from './wording.ts'

export interface Contents {
  readonly domain: string
  readonly language: Language
  /** All that there are, this one among them. */
  readonly languages: readonly Language[]
  readonly now: number
  readonly policy: Policy
  /** Empty: the site's own pages say whom to ask. */
  readonly inquiryUrl: string
  /** The operator has addresses that must not be told. */
  readonly hidesEmails: boolean
  readonly registrations: Registrations
  readonly announcements: Announcements
  readonly blocked: Blocked
}

export function renderPage(contents: Contents): string {
  const { domain, language, now, policy } = contents
  const voice = speak(language)
  const { say, plain } = voice
  return html`<!doctype html>
<html lang="${language.tag}" dir="${language.direction}">
${headOf(contents, plain('title', { domain }))}
<body>
<a class="skip" href="#statement">${say('skip')}</a>
<header>
<p>${domain}</p>
${linksTo(contents, voice)}
</header>
<main id="statement">
<h1>${say('title', { domain })}</h1>
<p class="soft">${say('asOf', { date: voice.day(now) })}</p>
<p>${say('intro', { domain })}</p>
${policy.isTrial ? html`<p class="trial">${say('trial')}</p>` : undefined}
${announced(contents, voice)}
${refused(policy, voice)}
${blocks(policy, voice)}
${positive(policy, voice)}
${registrations(contents, voice)}
${section('apologyTitle', [html`<p>${say('apology')}</p>`], voice)}
${review(contents, voice)}
${blockedSection(contents.blocked, voice)}
</main>
<footer><p>${say('footer', { domain })}</p></footer>
</body>
</html>
`.markup
}

function headOf({ languages, language }: Contents, title: Html): Html {
  const others = languages.filter(({ tag }) => tag !== language.tag)
  return html`<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${others.map(({ tag }) => html`<link rel="alternate" hreflang="${tag}" href="?lang=${tag}">\n`)}
<style>${trusted(STYLE)}</style>
</head>`
}

function linksTo({ languages, language }: Contents, { plain }: Voice): Html | undefined {
  if (languages.length < 2) return undefined
  const links = languages.map(({ tag, direction, texts }) => {
    const current = tag === language.tag ? html` aria-current="page"` : undefined
    const spelt = html`lang="${tag}" hreflang="${tag}" dir="${direction}"`
    return html`<li><a href="?lang=${tag}" ${spelt}${current}>${texts.languageName}</a></li>`
  })
  return html`<nav aria-label="${plain('languages')}"><ul>${links}</ul></nav>`
}

function announced({ announcements, language }: Contents, voice: Voice): Html | undefined {
  const { entries, tag } = announcements
  if (entries.length === 0) return undefined
  const foreign = tag === language.tag ? undefined : html` lang="${tag}"`
  const articles = entries.map(
    ({ date, title, body }) => html`<article>
<p class="soft">${voice.day(date)}</p>
<h3${foreign}>${title.markup === '' ? voice.say('announcement') : title}</h3>
<div${foreign}>${body}</div>
</article>
`,
  )
  return section('announcements', articles, voice)
}

function refused({ refused: keys, bans }: Policy, voice: Voice): Html {
  const { say } = voice
  const lists = bans ? html`<p>${say('refusedLists')}</p>` : html``
  return section(
    'refusedTitle',
    [html`<p>${say('refusedLead')}</p>`, list(keys, voice), lists],
    voice,
  )
}

function blocks({ offences, blocksByItself, bans, graceMs }: Policy, voice: Voice): Html {
  const { say } = voice
  const isAutomatic = blocksByItself && offences.length > 0
  const when = isAutomatic
    ? html`<p>${say('blocksLead')}</p>${list(offences, voice)}`
    : html`<p>${say('blocksByHand')}</p>`
  const meaning = html`<p>${say('blocksMeaning')}</p>`
  const rule = section('blocksTitle', [when, meaning], voice)
  if (!isAutomatic) return rule
  const exception = html`<p>${say('exception', { grace: voice.span(graceMs) })}</p>`
  const still = bans ? html`<p>${say('exceptionBans')}</p>` : html``
  return html`${rule}\n${section('exceptionTitle', [exception, still], voice)}`
}

function positive({ positiveList, blocksByItself }: Policy, voice: Voice): Html | undefined {
  if (positiveList === 'ignore') return undefined
  const key = positiveList === 'block' && blocksByItself ? 'positiveBlock' : 'positiveReport'
  return section('positiveTitle', [html`<p>${voice.say(key)}</p>`], voice)
}

const REGISTRATIONS = {
  open: 'registrationsOpen',
  approval: 'registrationsApproval',
  closed: 'registrationsClosed',
  unknown: 'registrationsUnknown',
} as const satisfies Record<Registrations, TextKey>

function registrations({ domain, registrations: state }: Contents, voice: Voice): Html {
  const said = html`<p>${voice.say(REGISTRATIONS[state], { domain })}</p>`
  return section('registrationsTitle', [said], voice)
}

function review({ domain, inquiryUrl, hidesEmails }: Contents, voice: Voice): Html {
  const { say } = voice
  const form = html`<a href="${inquiryUrl}">${say('formName')}</a>`
  const site = html`<a href="https://${domain}/">${domain}</a>`
  const whom = inquiryUrl === '' ? say('reviewSite', { site }) : say('reviewForm', { form })
  const told = ['reviewDomain', 'reviewDone', 'reviewChanged', 'reviewAnswer'] as const
  const content = [
    html`<p>${say('reviewLead')}</p>`,
    list(told, voice),
    html`<p>${whom}</p>`,
    hidesEmails ? html`<p>${say('noEmail')}</p>` : html``,
  ]
  return section('reviewTitle', content, voice)
}
