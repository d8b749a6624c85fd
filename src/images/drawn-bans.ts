// Is this line of a picture a banned URL? First as text, then as signs that a recogniser mixes up. Only the exact
// condemns: what is one letter away from a banned host belongs to somebody else.
import type { Link } from '../facts.ts'
import { familyPlace } from '../links/families.ts'
import { compileUrlList } from '../links/url-list.ts'
import { linksIn } from '../links.ts'
import {
  type DrawnEntries,
  type DrawnEntry,
  drawnEntries,
  isBareInvite,
  pathToShow,
} from './drawn-entries.ts'
import { type Folded, foldLine, maskKana } from './drawn-fold.ts'
import type { PictureBans, PictureFinding } from './sight.ts'

export type DrawnBans = (line: string) => PictureFinding | undefined

export function compileDrawnBans(bans: Pick<PictureBans, 'urls' | 'aliases'>): DrawnBans {
  const list = compileUrlList(bans.urls)
  const entries = drawnEntries(bans)
  const findPlain = (line: string) => {
    const { links } = linksIn({ texts: [{ at: 'picture', text: line }], urls: [] })
    return links.map((link) => plainEntry(list.find(link), link)).find((each) => each !== undefined)
  }
  return (line) => {
    const entry = findPlain(line) ?? findFolded(entries, foldLine(line))
    return entry === undefined ? undefined : findingOf(line, entry)
  }
}

/** Nobody has a host that looks the same by chance; a path that does may be anybody's on the same host. */
function findingOf(line: string, entry: string): PictureFinding {
  const isMeant = line.normalize('NFKC').includes(pathToShow(entry))
  return isMeant
    ? { how: 'text', value: line, why: `drawn text "${line}" is ${entry}` }
    : { how: 'text-alike', value: line, why: `drawn text "${line}" looks like ${entry}` }
}

/** Invitations have codes: people talk about the service by its bare name. */
const MIN_CODE = 4

function plainEntry(entry: string | undefined, link: Link): string | undefined {
  // Ordinary sentences are disguises of this kind by chance, and recognisers add chances of their own.
  if (entry === undefined || link.doubtful) return undefined
  if (!isBareInvite(entry)) return entry
  const path = URL.parse(link.href)?.pathname ?? ''
  const code = familyPlace({ host: link.host.replace(/^www\./, ''), path })?.path ?? path
  return new RegExp(`^/[a-z0-9-]{${MIN_CODE},}`, 'i').test(code) ? entry : undefined
}

const MAX_LINE = 400
const MAX_HOST = 64

/** Each run that could be a host is looked up: the cost does not grow with the list. */
function findFolded(entries: DrawnEntries, folded: Folded): string | undefined {
  const length = Math.min(MAX_LINE, folded.text.length)
  for (let start = 0; start < length; start++) {
    if (!isLetter(folded.text[start])) continue
    for (let end = start + 4; end <= Math.min(length, start + MAX_HOST); end++) {
      const known = entries.get(maskKana(folded.text.slice(start, end)))
      const hits = known?.filter((each) => isDrawn(folded, { start, end }, each)) ?? []
      const hit = hits.find(({ entry }) => folded.raws.join('').includes(pathToShow(entry)))
      if (hits.length > 0) return (hit ?? hits[0])!.entry
    }
  }
  return undefined
}

interface Span {
  readonly start: number
  readonly end: number
}

function isDrawn(folded: Folded, span: Span, entry: DrawnEntry): boolean {
  if (!beginsAt(folded, span.start, entry)) return false
  const rest = afterPath(folded, span.end, entry.path)
  if (rest === undefined) return false
  const isWhole = !hasGap(folded, { start: span.start, end: rest })
  if (entry.needsCode) return hasCode(folded, rest) && (isWhole || isLoose(folded, span, rest))
  return isWhole && endsAt(folded, rest, entry)
}

/** No part of a longer name, and nobody's address. */
function beginsAt(folded: Folded, start: number, { isSubtree }: DrawnEntry): boolean {
  const { text, raws, gaps } = folded
  if (start === 0 || gaps[start]) return true
  if (isWithinUrl(folded, start)) return false
  const before = text.slice(0, start)
  // Japanese runs on into a host; a dash that nothing stands before is an arrow's or a list's.
  const isForeign = isLetter(before.at(-1)) && !/[a-z0-9]$/.test(before)
  if (isForeign) return text.charCodeAt(start) < 0x80
  if (/-$/.test(before)) return start === 1 || gaps[start - 1]!
  if (/[a-z0-9_@]$/.test(before)) return SCHEME.test(before)
  // Recognisers take colons and dots for each other; `visit:` is no name.
  if (raws[start - 1] !== '.') return true
  return isSubtree || /(?:^|[^a-z0-9-]|https?[.:]?[l/]{0,2})www\.$/.test(before)
}

/** `example.org/?u=` before it: that leads to another host. */
function isWithinUrl({ text, gaps }: Folded, start: number): boolean {
  const word = text.slice(Math.max(0, gaps.lastIndexOf(true, start)), start)
  return /[/=?&#%]$/.test(word) && /[a-z0-9]\.[a-z]{2,}[/?]/.test(word.replace(SCHEME_AHEAD, ''))
}

const SCHEME_AHEAD = /^.*?ht?tps?[.:]?[l/]{1,2}/

/** `https://` whose slashes were read as letters, or not at all. */
const SCHEME = /(?:^|[^a-z])(?:ht?tps?|https)[./]{0,2}[l/]{0,2}$/

/** Where the path ends, which may be the host's end; undefined where it is another one. Slashes are often lost. */
function afterPath({ text }: Folded, end: number, path: string): number | undefined {
  let at = end
  for (const sign of path) {
    if (text[at] === sign) at++
    else if (sign === '/') at += isSlash(text[at]) ? 1 : 0
    else return undefined
  }
  return at
}

function endsAt(folded: Folded, end: number, { path }: DrawnEntry): boolean {
  const { text, raws, gaps } = folded
  if (end === text.length || gaps[end]) return true
  if (text[end] === '.' && raws[end] !== ':') return end + 1 === text.length || gaps[end + 1]!
  if (!isLetter(text[end])) return !/[-_@]/.test(text[end]!)
  return path === '' && isSlash(text[end]) && /^[l/][^.]{2,}$/.test(wordFrom(folded, end))
}

/** A slash, or what is read for one, and a code right behind it that is no name with a dot. */
function hasCode(folded: Folded, at: number): boolean {
  const { raws } = folded
  if (!/[/l1I|\\]/.test(raws[at] ?? '')) return false
  const word = wordFrom(folded, at + 1)
  return !folded.gaps[at] && !folded.gaps[at + 1] && /^[a-z0-9-]{4}[^.]*\.?$/.test(word)
}

/** `discord. gg/abcd`: the gap is the recogniser's where all goes on in small letters with a slash that is one. */
function isLoose(folded: Folded, { start, end }: Span, rest: number): boolean {
  const { raws, gaps } = folded
  const gap = gaps.indexOf(true, start + 1)
  const isOnlyOne = !gaps.slice(gap + 1, rest).includes(true)
  return (
    isOnlyOne &&
    raws[gap - 1] === '.' &&
    /^[a-z]+$/.test(raws.slice(gap, end).join('')) &&
    raws[rest] === '/'
  )
}

function wordFrom({ text, gaps }: Folded, start: number): string {
  const gap = gaps.indexOf(true, start + 1)
  return text.slice(start, gap < 0 ? text.length : gap)
}

/** Beside an ideograph a gap is kana that were passed over. */
function hasGap({ raws, gaps }: Folded, { start, end }: Span): boolean {
  const isGap = (at: number) => gaps[at] && !/\p{Script=Han}/u.test(`${raws[at - 1]}${raws[at]}`)
  return raws.slice(start + 1, end).some((_, index) => isGap(start + 1 + index))
}

function isSlash(sign: string | undefined): boolean {
  return sign === '/' || sign === 'l' || sign === '\\'
}

function isLetter(sign: string | undefined): boolean {
  return sign !== undefined && /[\p{L}\p{N}〓]/u.test(sign)
}
