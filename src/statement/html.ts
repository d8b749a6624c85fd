// HTML that escapes by itself: only what was written here as markup is markup.

/** Markup that is safe to send. */
export interface Html {
  readonly markup: string
}

type Value = string | number | Html | readonly Html[] | undefined

/** Values are escaped, in text and in quoted attributes alike; undefined leaves nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { markup: String.raw({ raw: parts }, ...values.map(markupOf)) }
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!)
}

/** A sentence with places like `{domain}`; a place without a value stays as it is written. */
export function fill(sentence: string, values: Readonly<Record<string, Value>> = {}): Html {
  const markup = escapeHtml(sentence).replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? markupOf(values[name]) : place,
  )
  return { markup }
}

/** For what this program wrote itself and nobody else can change. */
export function trusted(markup: string): Html {
  return { markup }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function markupOf(value: Value): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('')
}
