// A small part of Markdown as HTML. The library only reads it: what is not written out here comes as the text that it
// is, raw HTML among it, and a link leads to http or https alone.
import { Marked, type Token, type Tokens } from 'marked'
import { type Html, html, trusted } from './html.ts'

const reader = new Marked({ gfm: true })

export function readMarkdown(text: string): readonly Token[] {
  return reader.lexer(text)
}

export function blocksToHtml(tokens: readonly Token[]): Html {
  return html`${tokens.map((token) => BLOCKS[token.type]?.(token) ?? html`<p>${token.raw}</p>`)}`
}

export function inlineToHtml(tokens: readonly Token[]): Html {
  return html`${tokens.map((token) => INLINE[token.type]?.(token) ?? html`${token.raw}`)}`
}

type Writer = (token: Token) => Html

const BLOCKS: Readonly<Record<string, Writer>> = {
  space: () => html``,
  def: () => html``,
  hr: () => html`<hr>`,
  paragraph: (token) => html`<p>${childrenOf(token)}</p>`,
  text: (token) => html`${childrenOf(token)}`,
  // The entry's own title is an h3.
  heading: (token) => html`<h4>${childrenOf(token)}</h4>`,
  blockquote: (token) => html`<blockquote>${blocksToHtml(tokensOf(token))}</blockquote>`,
  code: (token) => html`<pre><code>${(token as Tokens.Code).text}</code></pre>`,
  list: (token) => {
    const { ordered, items } = token as Tokens.List
    const entries = items.map(({ tokens }) => html`<li>${blocksToHtml(tokens)}</li>`)
    return ordered ? html`<ol>${entries}</ol>` : html`<ul>${entries}</ul>`
  },
}

const INLINE: Readonly<Record<string, Writer>> = {
  text: (token) => textOf((token as Tokens.Text).text),
  escape: (token) => html`${(token as Tokens.Escape).text}`,
  strong: (token) => html`<strong>${childrenOf(token)}</strong>`,
  em: (token) => html`<em>${childrenOf(token)}</em>`,
  del: (token) => html`<del>${childrenOf(token)}</del>`,
  codespan: (token) => html`<code>${(token as Tokens.Codespan).text}</code>`,
  br: () => html`<br>`,
  link: (token) => linkOf((token as Tokens.Link).href, childrenOf(token)),
  image: (token) => {
    const { href, text } = token as Tokens.Image
    return linkOf(href, html`${text || href}`) // the page loads nothing
  },
}

function childrenOf(token: Token): Html {
  const tokens = tokensOf(token)
  return tokens.length > 0 ? inlineToHtml(tokens) : textOf('text' in token ? token.text : token.raw)
}

function tokensOf(token: Token): readonly Token[] {
  return 'tokens' in token ? (token.tokens ?? []) : []
}

function linkOf(href: string, shown: Html): Html {
  const url = URL.parse(href)
  return url && /^https?:$/.test(url.protocol) ? html`<a href="${url.href}">${shown}</a>` : shown
}

/** An entity means its character; everything else means itself. */
function textOf(text: string): Html {
  const { markup } = html`${text}`
  return trusted(markup.replace(/&amp;(#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{1,30});/gi, '&$1;'))
}
