// One language's sentences, filled in and marked where they are borrowed from another language.
import type { TextKey } from './en.ts'
import { fill, type Html, html } from './html.ts'
import type { Language } from './languages.ts'

type Values = Parameters<typeof fill>[1]

export interface Voice {
  readonly language: Language
  /** As markup; a sentence that nobody translated says that it is English. */
  say(key: TextKey, values?: Values): Html
  /** Where no markup may be: the page's title. */
  plain(key: TextKey, values?: Values): Html
  count(number: number): string
  /** `24 hours`, in this language. */
  span(ms: number): string
  /** A calendar day in UTC. */
  day(at: number | string): Html
}

export function speak(language: Language): Voice {
  const { tag, texts, borrowed } = language
  const locale = tag === 'en' ? 'en-GB' : tag // the day before the month, as the texts are spelt
  const numbers = new Intl.NumberFormat(locale)
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })
  const plain: Voice['plain'] = (key, values) => fill(texts[key], values)
  return {
    ...{ language, plain },
    say(key, values) {
      const said = plain(key, values)
      return borrowed.has(key) ? html`<span lang="en" dir="ltr">${said}</span>` : said
    },
    count: (number) => numbers.format(number),
    span: (ms) => spanIn(locale, ms),
    day(at) {
      const date = new Date(at)
      const iso = date.toISOString().slice(0, 10)
      return html`<time datetime="${iso}">${days.format(date)}</time>`
    },
  }
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** Up to two days in hours: that is how long administrators are given. */
function spanIn(locale: string, ms: number): string {
  const [unit, unitMs] = UNITS.find(([, size]) => ms >= 2 * size && ms % size === 0) ??
    UNITS.find(([, size]) => ms % size === 0) ?? ['second', 1_000]
  const style = { style: 'unit', unit, unitDisplay: 'long' } as const
  const span = new Intl.NumberFormat(locale, style).format(Math.ceil(ms / unitMs))
  return span.replace(/ (?=\p{Script=Han})/u, '') // Japanese sets no space there
}
