// The ways in which people hide a URL from machines, to be put on one after the other: letters, hidden characters,
// codes, separators, marks, gaps, markup.
import { domainToASCII } from 'node:url'

export interface Disguise {
  readonly name: string
  /** Lower ones are put on first: markup cannot be spelled in homoglyphs. */
  readonly layer: number
  readonly put: (url: string) => string
  /** Names of disguises on top of which nobody could read it any more. */
  readonly not?: readonly string[]
}

const mapped = (letters: string, alphabet: string) => {
  const forms = [...alphabet]
  return (url: string) =>
    onUrl(url, (part) => [...part].map((char) => forms[letters.indexOf(char)] ?? char).join(''))
}
const shifted = (from: number) => (url: string) =>
  onUrl(url, (part) =>
    part.replace(/[a-z]/g, (char) => String.fromCodePoint(from + char.charCodeAt(0) - 0x61)),
  )
const scattered = (what: string) => (url: string) =>
  onUrl(url, (part) => part.replace(/([\p{L}\p{N}])(?=[\p{L}\p{N}.])/gu, `$1${what}`))
/** The scheme is what tells a URL from the rest: disguises of letters leave it alone. */
const onUrl = (url: string, change: (part: string) => string) => {
  const scheme = /^https?:\/\//.exec(url)?.[0] ?? ''
  return scheme + change(url.slice(scheme.length))
}
const triplets = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
const onHost = (url: string, change: (host: string) => string) =>
  onUrl(url, (part) => part.replace(/^[^/]+/, change))
const onPath = (url: string, change: (path: string) => string) =>
  onUrl(url, (part) => part.replace(/\/.*$/s, (path) => `/${change(path.slice(1))}`))
const withScheme = (url: string) => (/^https?:/.test(url) ? url : `https://${url}`)
const dots = (dot: string) => (url: string) => onHost(url, (host) => host.replaceAll('.', dot))
const slashes = (slash: string) => (url: string) =>
  onUrl(url, (part) => part.replaceAll('/', slash))
/** In the middle of the host's first label, after its dot, before the path and in the path. */
const split = (what: string) => (url: string) =>
  onUrl(url, (part) => part.replace(/^(.{3})/su, `$1${what}`).replace(/(.{2})$/su, `${what}$1`))
const spelled = (code: (char: string) => string) => (url: string) =>
  [...url].map((char) => code(char)).join('')

export const DISGUISES: readonly Disguise[] = [
  { name: 'upper case', layer: 0, put: (url) => url.toUpperCase().replace(/^HTTP/, 'http') },
  { name: 'Cyrillic', layer: 0, put: mapped('aceopxyisj', 'асеорхуіѕј') },
  { name: 'Greek', layer: 0, put: mapped('ouvip', 'ουνιρ') },
  { name: 'Armenian and more', layer: 0, put: mapped('dgnosuhc', 'ԁցոօꜱսһϲ') },
  {
    name: 'small capitals',
    layer: 0,
    put: mapped('abcdeghijklmnoprtuvwz', 'ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡᴢ'),
  },
  { name: 'full-width letters', layer: 0, put: shifted(0xff41) },
  { name: 'bold letters', layer: 0, put: shifted(0x1d41a) },
  { name: 'Fraktur', layer: 0, put: shifted(0x1d586) },
  { name: 'circled letters', layer: 0, put: shifted(0x24d0) },
  { name: 'negative squares', layer: 0, put: shifted(0x1f170) },
  { name: 'flags', layer: 0, put: shifted(0x1f1e6) },
  { name: 'letters in parentheses', layer: 0, put: shifted(0x249c) },
  { name: 'everything full-width', layer: 0, put: (url) => onUrl(url, fullWidth) },
  {
    name: 'punycode',
    layer: 0,
    put: (url) => onHost(url, (host) => domainToASCII(host.replace('o', 'о').replace('e', 'е'))),
  },
  { name: 'zero-width spaces', layer: 1, put: scattered('\u200b') },
  { name: 'word joiners', layer: 1, put: scattered('\u2060') },
  { name: 'soft hyphens', layer: 1, put: scattered('\u00ad') },
  { name: 'variation selectors', layer: 1, put: scattered('\ufe0e') },
  { name: 'tag characters', layer: 1, put: scattered('\u{e0061}') },
  { name: 'Hangul fillers', layer: 1, put: scattered('\u3164') },
  {
    name: 'marks of direction',
    layer: 1,
    not: ['writing from right to left'],
    put: scattered('\u200e\u202c'),
  },
  { name: 'isolates', layer: 1, put: (url) => `\u2067${scattered('\u2069\u2066')(url)}\u2069` },
  { name: 'strokes', layer: 1, put: scattered('\u0336') },
  { name: 'a mark of byte order', layer: 1, put: split('\ufeff') },
  { name: 'an escaped path', layer: 2, put: (url) => onPath(url, triplets) },
  { name: 'an escaped host', layer: 2, put: (url) => onHost(withScheme(url), triplets) },
  {
    name: 'a doubly escaped path',
    layer: 2,
    put: (url) => onPath(url, (path) => triplets(path).replaceAll('%', '%25')),
  },
  {
    name: 'a doubly escaped host',
    layer: 2,
    put: (url) => onHost(withScheme(url), (host) => triplets(host).replaceAll('%', '%25')),
  },
  {
    name: 'an escaped letter',
    layer: 2,
    put: (url) => onUrl(url, (part) => part.replace(/[aeiou]/, triplets)),
  },
  {
    name: 'a redirector',
    layer: 2,
    not: ['letters apart'],
    put: (url) => `https://r.example/?to=${encodeURIComponent(withScheme(url))}`,
  },
  ...[
    ' . ',
    ' .',
    '[.]',
    '(.)',
    '{.}',
    '[dot]',
    '(dot)',
    '{dot}',
    ' [.] ',
    ' dot ',
    ' DOT ',
    '．',
    '【.】',
    '․',
  ].map((dot) => ({
    name: `dots as "${dot}"`,
    layer: 3,
    not: /dot /i.test(dot) ? ['letters apart'] : [],
    put: dots(dot),
  })),
  {
    name: 'a blank after dots',
    layer: 3,
    put: (url) => onHost(url, (host) => host.replaceAll('.', '. ')),
  },
  { name: 'ideographic full stops', layer: 3, put: dots('。') },
  ...[' / ', ' /', '/ ', '[/]', '//', ' slash ', '∕', '⁄'].map((slash) => ({
    name: `slashes as "${slash}"`,
    layer: 3,
    not: slash === ' slash ' ? ['letters apart'] : [],
    put: slashes(slash),
  })),
  { name: 'spaces everywhere', layer: 3, put: (url) => slashes(' / ')(dots(' . ')(url)) },
  { name: 'hxxp', layer: 3, put: (url) => withScheme(url).replace('http', 'hxxp') },
  { name: 'h**p', layer: 3, put: (url) => withScheme(url).replace('http', 'h**p') },
  {
    name: 'hXXp[:]//',
    layer: 3,
    put: (url) => withScheme(url).replace('http', 'hXXp').replace('://', '[:]//'),
  },
  {
    name: 'disarming',
    layer: 3,
    put: (url) => dots('[.]')(withScheme(url).replace('https://', 'hxxps[://]')),
  },
  { name: 'a trailing dot', layer: 3, put: (url) => onHost(url, (host) => `${host}.`) },
  { name: 'a port', layer: 3, put: (url) => onHost(url, (host) => `${host}:443`) },
  { name: 'a user', layer: 3, put: (url) => onHost(withScheme(url), (host) => `join:us@${host}`) },
  { name: 'backslashes', layer: 3, put: (url) => withScheme(url).replaceAll('/', '\\') },
  {
    name: 'www.',
    layer: 3,
    put: (url) => onHost(url, (host) => host.replace(/^(?!www\.)/, 'www.')),
  },
  {
    name: 'bold in a word',
    layer: 4,
    put: (url) => onUrl(url, (part) => part.replace(/^(..)(..)/su, '$1**$2**')),
  },
  {
    name: 'code marks',
    layer: 4,
    put: (url) => onUrl(url, (part) => part.replace(/^([^.]+)/su, '`$1`')),
  },
  {
    name: 'spoiler marks',
    layer: 4,
    put: (url) => onUrl(url, (part) => part.replace(/^([^.]+)/su, '||$1||')),
  },
  { name: 'backslash escapes', layer: 4, put: (url) => url.replace(/[./]/g, '\\$&') },
  {
    name: 'a function of Misskey',
    layer: 4,
    not: ['letters apart'],
    put: (url) => onUrl(url, (part) => part.replace(/^(...)/su, '$[tada $1]')),
  },
  { name: 'a Markdown link', layer: 4, put: (url) => `[join us](${url})` },
  { name: 'an autolink', layer: 4, not: ['named entities'], put: (url) => `<${withScheme(url)}>` },
  { name: 'parentheses', layer: 4, not: ['an anchor'], put: (url) => `(${url})` },
  { name: 'quotation marks', layer: 4, put: (url) => `「${url}」` },
  { name: 'a line end', layer: 5, put: split('\n') },
  { name: 'carriage returns', layer: 5, put: split('\r\n') },
  {
    name: 'a line end before the path',
    layer: 5,
    put: (url) => onUrl(url, (part) => part.replace('/', '\n/')),
  },
  {
    name: 'letters apart',
    layer: 5,
    put: (url) => onUrl(url, (part) => [...part.replaceAll(' ', '')].join(' ')),
  },
  {
    name: 'writing from right to left',
    layer: 5,
    not: ['breaks', 'breaks in XML'],
    put: (url) => `\u202e${[...url].reverse().join('')}\u202c`,
  },
  { name: 'decimal entities', layer: 6, put: spelled((char) => `&#${char.codePointAt(0)};`) },
  {
    name: 'hexadecimal entities',
    layer: 6,
    put: spelled((char) => `&#x${char.codePointAt(0)!.toString(16)};`),
  },
  { name: 'entities twice', layer: 6, put: spelled((char) => `&amp;#${char.codePointAt(0)};`) },
  {
    name: 'named entities',
    layer: 6,
    put: (url) => url.replaceAll('.', '&period;').replaceAll('/', '&sol;'),
  },
  { name: 'empty tags', layer: 6, put: split('<b></b>') },
  { name: 'breaks that are none', layer: 6, put: split('<wbr>') },
  { name: 'breaks', layer: 6, put: split('<br>') },
  { name: 'breaks in XML', layer: 6, put: split('<br />') },
  { name: 'comments', layer: 6, put: split('<!-- -->') },
  { name: 'spans', layer: 6, put: (url) => `<span>${split('</span><span>')(url)}</span>` },
  { name: 'escaped tags', layer: 6, put: split('&lt;b&gt;&lt;/b&gt;') },
  { name: 'an anchor', layer: 6, put: (url) => `<a href="${withScheme(url)}">here</a>` },
  { name: 'a title', layer: 6, put: (url) => `<span title="${url}">here</span>` },
]

function fullWidth(text: string): string {
  return text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))
}
