// The hosts of a list of URLs that are not written in ASCII: a recogniser without their script misreads them.
import { domainToUnicode } from 'node:url'

export interface ForeignHost {
  readonly entry: string
  /** As it is drawn. */
  readonly host: string
}

/** Patterns have no host. */
export function foreignHosts(entries: readonly string[]): readonly ForeignHost[] {
  return entries.flatMap((entry) => {
    const host = hostOf(entry.trim())
    return host === undefined || isAscii(host) ? [] : [{ entry, host }]
  })
}

function hostOf(entry: string): string | undefined {
  if (/^\/.*\/$/s.test(entry)) return undefined
  const authority = entry.replace(/^(?:https?:\/\/|\*\.)/i, '').replace(/[/?#:].*$/s, '')
  if (!/[^ -~]|xn--/i.test(authority)) return undefined // most entries: nothing to parse
  const ascii = URL.parse(`https://${authority}`)?.hostname
  return ascii && domainToUnicode(ascii)
}

function isAscii(host: string): boolean {
  return /^[ -~]*$/.test(host)
}
