// The entries of a list of URLs as they look when they are drawn.
import { domainToUnicode } from 'node:url'
import { familyPlace } from '../links/families.ts'
import { fold } from './drawn-fold.ts'
import type { PictureBans } from './sight.ts'

export interface DrawnEntry {
  /** As the operator wrote it. */
  readonly entry: string
  /** Without this behind the host nothing is condemned: `/claim`, or nothing; folded. */
  readonly path: string
  /** Names in front of it belong to it too. */
  readonly isSubtree: boolean
  /** Of any invitation, whatever its code: the host alone says nothing. */
  readonly needsCode: boolean
}

/** By folded host. */
export type DrawnEntries = ReadonlyMap<string, readonly DrawnEntry[]>

/** `t.co` is soon found by chance. */
const SHORTEST = 6

export function drawnEntries({
  urls,
  aliases,
}: Pick<PictureBans, 'urls' | 'aliases'>): DrawnEntries {
  const entries = new Map<string, DrawnEntry[]>()
  const add = (host: string, entry: DrawnEntry) => {
    const folded = fold(host)
    if (folded.replaceAll('.', '').length < SHORTEST && /^[\0-\x7f]*$/.test(host)) return
    entries.set(folded, [...(entries.get(folded) ?? []), entry])
  }
  for (const entry of urls) {
    const place = placeOf(entry)
    if (!place) continue
    for (const { host, path } of familyOf(place)) add(host, { ...place, path: fold(path) })
  }
  for (const { entry, readAs } of aliases) {
    const place = placeOf(entry)
    if (!place) continue
    for (const host of readAs) add(host, { ...place, path: fold(place.path) })
  }
  return entries
}

/** Entries that mean every invitation. */
export function isBareInvite(entry: string): boolean {
  return placeOf(entry)?.needsCode ?? false
}

/** As it has to be drawn, signs and case: other paths of a host that are folded alike belong to somebody else. */
export function pathToShow(entry: string): string {
  const place = placeOf(entry)
  if (!place || place.needsCode) return ''
  return (familyPlace(place)?.path ?? place.path).normalize('NFKC')
}

interface DrawnPlace extends DrawnEntry {
  readonly host: string
}

/** Undefined for patterns: they are for URLs as they are written. */
function placeOf(entry: string): DrawnPlace | undefined {
  const parts = /^(?:https?:\/\/)?(\*\.)?(?:www\.)?([^/?#:@\s]+)(?::\d+)?([/?#].*)?$/is.exec(
    entry.trim(),
  )
  if (!parts) return undefined
  const [, star, host, path = ''] = parts
  const place = { host: host!.toLowerCase().replace(/\.$/, ''), path: path.replace(/\/$/, '') }
  const invite = place.path === '' ? familyPlace({ ...place, path: '/code' }) : familyPlace(place)
  const needsCode = invite !== undefined && (place.path === '' || invite.path === '')
  return { ...place, entry, isSubtree: star !== undefined, needsCode }
}

/** Of what has several names those that people draw. */
function familyOf({ host, path, needsCode }: DrawnPlace): { host: string; path: string }[] {
  const unicode = host.startsWith('xn--') || host.includes('.xn--') ? domainToUnicode(host) : host
  const invite = needsCode ? { host: 'discord.gg', path: '' } : familyPlace({ host, path })
  const isOther = needsCode && !(host === 'discord.gg' || path !== '')
  if (!invite || isOther) return [{ host: unicode, path }]
  const codes = ['discord.com', 'discordapp.com'].map((name) => ({
    host: name,
    path: `/invite${invite.path}`,
  }))
  return [
    invite,
    ...codes,
    ...(host === 'discord.gg' || host.startsWith('discord') ? [] : [{ host, path }]),
  ]
}
