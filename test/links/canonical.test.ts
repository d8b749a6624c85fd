import { describe, expect, test } from 'vitest'
import { canonicalUrl } from '../../src/links.ts'

interface Row {
  readonly url: string
  readonly href: string | undefined
}

const rows = (table: Readonly<Record<string, string | undefined>>): readonly Row[] =>
  Object.entries(table).map(([url, href]) => ({ url, href }))

const spells = ({ url, href }: Row) => {
  expect(canonicalUrl(url)?.href).toBe(href)
}

describe('schemes and what follows them (URL Standard §4.4)', () => {
  test.each(
    rows({
      'https://a.example': 'https://a.example/',
      'http://a.example': 'http://a.example/',
      'HTTPS://A.EXAMPLE': 'https://a.example/',
      'a.example': 'https://a.example/',
      '//a.example/b': 'https://a.example/b',
      '\\\\a.example\\b': 'https://a.example/b',
      'https:a.example': 'https://a.example/',
      'https:/a.example': 'https://a.example/',
      'https:///a.example': 'https://a.example/',
      'https:\\\\a.example': 'https://a.example/',
      ' https://a.example ': 'https://a.example/',
      'ht\ntps://a.example': 'https://a.example/',
      'https://a.exa\nmple/\tb': 'https://a.example/b',
      'ftp://a.example/': undefined,
      'javascript:alert(1)': undefined,
      'mailto:bob@a.example': 'https://a.example/',
      'data:text/html,x': undefined,
      'https://': undefined,
      '': undefined,
    }),
  )('$url is $href', spells)
})

describe('users and ports', () => {
  test.each(
    rows({
      'https://bob@a.example/': 'https://a.example/',
      'https://bob:secret@a.example/': 'https://a.example/',
      'https://b.example@a.example/': 'https://a.example/',
      'https://b.example%2F@a.example/': 'https://a.example/',
      'https://b.example\\@a.example/': 'https://b.example/@a.example/',
      'https://a@b@c.example/': 'https://c.example/',
      'https://@a.example/': 'https://a.example/',
      'https://a.example:443/': 'https://a.example/',
      'http://a.example:80/': 'http://a.example/',
      'http://a.example:443/': 'http://a.example:443/',
      'https://a.example:/': 'https://a.example/',
      'https://a.example:00443/': 'https://a.example/',
      'https://a.example:8443': 'https://a.example:8443/',
      'https://a.example:65536/': undefined,
      'https://a.example:x/': undefined,
    }),
  )('$url is $href', spells)
})

describe('hosts (URL Standard §3.5, UTS 46)', () => {
  test.each(
    rows({
      'https://a.example./': 'https://a.example/',
      'https://a.example../': 'https://a.example/',
      'https://%61.example/': 'https://a.example/',
      'https://a%2Eexample/': 'https://a.example/',
      'https://%e8%8d%92.example/': 'https://xn--4l1a.example/',
      'https://a%20b.example/': undefined,
      'https://a%00b.example/': undefined,
      'https://a%25b.example/': undefined,
      'https://ａ．ｅｘａｍｐｌｅ/': 'https://a.example/',
      'https://a。example/': 'https://a.example/',
      'https://a｡example/': 'https://a.example/',
      'https://a\u00ad.example/': 'https://a.example/',
      'https://a\u200b.example/': 'https://a.example/',
      'https://a\u2060.example/': 'https://a.example/',
      'https://a\ufe0f.example/': 'https://a.example/',
      'https://\u{1d41a}.example/': 'https://a.example/',
      'https://ⓐ.example/': 'https://a.example/',
      'https://ﬁ.example/': 'https://fi.example/',
      'https://Ⅷ.example/': 'https://viii.example/',
      'https://faß.example/': 'https://xn--fa-hia.example/',
      'https://FASS.example/': 'https://fass.example/',
      'https://bücher.example/': 'https://xn--bcher-kva.example/',
      'https://BÜCHER.example/': 'https://xn--bcher-kva.example/',
      'https://bu\u0308cher.example/': 'https://xn--bcher-kva.example/',
      'https://XN--BCHER-KVA.example/': 'https://xn--bcher-kva.example/',
      'https://ς.example/': 'https://xn--3xa.example/',
      'https://荒らし.com/': 'https://xn--68j5e377y.com/',
      'https://ﾊﾝｶｸ.example/': 'https://xn--lcki8g8f.example/',
      'https://пример.испытание/': 'https://xn--e1afmkfd.xn--80akhbyknj4f/',
      'https://한국괴물군.example/': 'https://xn--hd0b6dk142lmz4a.example/',
      'https://a_b.example/': 'https://a_b.example/',
      'https://-a.example/': 'https://-a.example/',
      'https://\u0301a.example/': undefined,
      'https://a<b.example/': undefined,
      'https://a|b.example/': undefined,
      'https://[::1]/': 'https://[::1]/',
      'https://[0:0::1]/': 'https://[::1]/',
      'https://[::ffff:127.0.0.1]/': 'https://[::ffff:7f00:1]/',
      'https://[::1/': undefined,
      'https://127.1/': 'https://127.0.0.1/',
      'https://0x7f.0.0.1/': 'https://127.0.0.1/',
      'https://0177.0.0.1/': 'https://127.0.0.1/',
      'https://2130706433/': 'https://127.0.0.1/',
      'https://①②⑦.⓪.⓪.①/': 'https://127.0.0.1/',
      'https://127.0.0.1./': 'https://127.0.0.1/',
      'https://256.0.0.1/': undefined,
      'https://1.2.3.4.5/': undefined,
    }),
  )('$url is $href', spells)
})

describe('paths, queries and fragments (RFC 3986 §6.2.2)', () => {
  test.each(
    rows({
      'https://a.example/%69nvite': 'https://a.example/invite',
      'https://a.example/%7Eb': 'https://a.example/~b',
      'https://a.example/%2f%3F%23': 'https://a.example/%2f%3F%23',
      'https://a.example/%2569nvite': 'https://a.example/%2569nvite',
      'https://a.example/b//c': 'https://a.example/b/c',
      'https://a.example/b\\c': 'https://a.example/b/c',
      'https://a.example/b/../c': 'https://a.example/c',
      'https://a.example/b/%2e%2E/c': 'https://a.example/c',
      'https://a.example/./b': 'https://a.example/b',
      'https://a.example/../../b': 'https://a.example/b',
      'https://a.example/B': 'https://a.example/B',
      'https://a.example/荒': 'https://a.example/%E8%8D%92',
      'https://a.example/b c': 'https://a.example/b%20c',
      'https://a.example?q=1': 'https://a.example/?q=1',
      'https://a.example/?q=%41#%42': 'https://a.example/?q=%41#%42',
      'https://a.example#b': 'https://a.example/#b',
      'https://a.example/?': 'https://a.example/',
      'https://a.example/#': 'https://a.example/',
    }),
  )('$url is $href', spells)
})
