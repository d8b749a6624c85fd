// Where a QR code leads, held against the banned URLs: the same reading of URLs as in a post's text.
import { compileUrlList } from '../links/url-list.ts'
import { linksIn } from '../links.ts'
import type { PictureFinding } from './sight.ts'

/** Throws for what is no entry of a URL list, and names it. */
export function compileCodeBans(
  urls: readonly string[],
): (text: string) => PictureFinding | undefined {
  const list = compileUrlList(urls)
  return (text) => {
    if (NO_PAGE.test(text)) return undefined
    const at = 'qr code'
    const { links } = linksIn({ texts: [{ at, text }], urls: [{ at, url: text }] })
    const link = links.find((each) => list.find(each) !== undefined)
    return link && { how: 'qr', value: text, why: `QR code leads to ${plainly(link.href)}` }
  }
}

/** Whoever writes to somebody at a host is led to no page of it. */
const NO_PAGE = /^\s*(?:mailto|matmsg|tel|sms|smsto|geo|wifi):/i

function plainly(href: string): string {
  return href.replace(/^https?:\/\//, '').replace(/\/$/, '')
}
