// How the statement looks: on a screen, light or dark, narrow or wide, and on paper. Named to the browser by its hash,
// so that no other style and no script can run.
import { hash } from 'node:crypto'

export const STYLE = `
:root {
  color-scheme: light dark;
  --text: #1f2328; --soft: #57606a; --ground: #fff; --panel: #f6f8fa; --line: #d0d7de;
  --link: #0550ae; --mark: #9a6700; --mark-ground: #fff8e1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6e8eb; --soft: #a3abb5; --ground: #15181c; --panel: #1e2227; --line: #3b424a;
    --link: #8ab8ff; --mark: #f0c35a; --mark-ground: #2b2412;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 0 1.25rem 3rem; max-width: 46rem;
  font: 1rem/1.65 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  color: var(--text); background: var(--ground); overflow-wrap: break-word;
}
:lang(ja) { line-break: strict; }
:is(h1, h2, h3):lang(ja) { word-break: auto-phrase; }
body:lang(ja) {
  line-height: 1.85;
  font-family: system-ui, -apple-system, "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic UI", sans-serif;
}
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--ground); }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; justify-content: space-between; padding: 1.25rem 0 .75rem; border-bottom: 1px solid var(--line); }
header p { margin: 0; font-weight: 600; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0; padding: 0; list-style: none; }
nav [aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
h1 { margin: 2rem 0 .25rem; font-size: 1.75rem; line-height: 1.3; text-wrap: balance; }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.3rem; line-height: 1.35; text-wrap: balance; }
h3 { margin: .1rem 0 0; font-size: 1.1rem; line-height: 1.4; }
h4 { margin: 1rem 0 .25rem; font-size: 1rem; }
p, ul, ol, blockquote, pre { margin: .6rem 0; }
ul, ol { padding-inline-start: 1.4rem; }
li { margin: .25rem 0; }
li > p { margin: 0; }
blockquote { margin-inline: 0; padding-inline-start: 1rem; border-inline-start: 3px solid var(--line); color: var(--soft); }
pre { padding: .75rem 1rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; }
code { font-family: ui-monospace, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: .92em; }
time { white-space: nowrap; }
.soft { color: var(--soft); }
.trial { padding: .75rem 1rem; color: var(--mark); background: var(--mark-ground); border: 1px solid; border-radius: 6px; }
article { margin: 1rem 0; padding: 1rem 1.25rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; }
article > .soft { margin: 0; font-size: .92rem; }
article > :last-child { margin-bottom: 0; }
table { width: 100%; margin: .75rem 0; border-collapse: collapse; font-size: .95rem; }
caption { padding-bottom: .5rem; text-align: start; color: var(--soft); }
th, td { padding: .4rem 1rem .4rem 0; text-align: start; vertical-align: baseline; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-inline-end: 0; white-space: nowrap; }
tbody th { font-weight: inherit; overflow-wrap: anywhere; }
@media (max-width: 30rem) {
  table { font-size: .9rem; }
  th, td { padding-inline-end: .6rem; }
  thead th:first-child { width: 48%; }
}
footer { margin-top: 3rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: .92rem; color: var(--soft); }
@media print {
  :root { color-scheme: light; --text: #000; --soft: #333; --ground: #fff; --panel: #fff; --line: #999; --link: #000; --mark: #000; --mark-ground: #fff; }
  @page { margin: 18mm; }
  body { max-width: none; padding: 0; font-size: 10.5pt; line-height: 1.5; }
  nav, .skip { display: none; }
  header { padding-top: 0; }
  h1 { margin-top: 1.25rem; font-size: 17pt; }
  h2 { margin-top: 1.5rem; font-size: 13pt; }
  h1, h2, h3, h4, caption { break-after: avoid; }
  article, li, tr { break-inside: avoid; }
  p { orphans: 3; widows: 3; }
  thead { display: table-header-group; }
  a[href^="http"]::after { content: " (" attr(href) ")"; font-size: .9em; overflow-wrap: anywhere; }
}
`

const STYLE_HASH = `'sha256-${hash('sha256', STYLE, 'base64')}'`

/** Nothing is loaded, nothing runs, nothing is sent, nobody frames it. */
export const PAGE_POLICY = `default-src 'none'; style-src ${STYLE_HASH}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
