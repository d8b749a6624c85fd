// What every part of the statement is made of: a heading with an id of its own, and lists of sentences.
import type { TextKey } from './en.ts'
import { type Html, html } from './html.ts'
import type { Voice } from './speak.ts'

export function section(title: TextKey, content: readonly Html[], { say }: Voice): Html {
  return html`<section aria-labelledby="${title}">
<h2 id="${title}">${say(title)}</h2>
${content}
</section>`
}

export function list(keys: readonly TextKey[], { say }: Voice): Html {
  return html`<ul>${keys.map((key) => html`<li>${say(key)}</li>`)}</ul>`
}
