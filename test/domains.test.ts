import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalDomain, domainOf, isPublicSuffix, isWithin, suffixesOf } from '../src/domains.ts'

describe('canonicalDomain', () => {
  test.each([
    { text: 'Spam.Example', domain: 'spam.example' },
    { text: ' spam.example. ', domain: 'spam.example' },
    { text: 'ｓｐａｍ。example', domain: 'spam.example' },
    { text: '荒らし.example', domain: 'xn--68j5e377y.example' },
    { text: '127.0.0.1', domain: '127.0.0.1' },
    { text: '0x7f.1', domain: '127.0.0.1' },
    { text: 'localhost', domain: 'localhost' },
  ])('$text is $domain', ({ text, domain }) => {
    expect(canonicalDomain(text)).toBe(domain)
  })

  test.each([
    ...['', '.', 'a..b', '-a.example', 'a-.example', 'a_b.example', 'a b.example', 'a/b.example'],
    ...[
      'user@a.example',
      'a.example:80',
      `${'a'.repeat(64)}.example`,
      `${'a.'.repeat(127)}example`,
    ],
  ])('%j names no host', (text) => {
    expect(canonicalDomain(text)).toBeUndefined()
  })

  test('is the same by the short way and by the long one', () => {
    const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/)
    const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
    fc.assert(
      fc.property(host, (text) => {
        const short = canonicalDomain(text)
        // An upper-case letter sends the text the long way.
        expect(canonicalDomain(text.toUpperCase())).toBe(
          /[a-z]/.test(text) ? short : canonicalDomain(text),
        )
        if (short !== undefined) expect(domainToASCII(text)).toBe(short)
        expect(domainOf(`https://${text}/a`)).toBe(domainOf(`https://x@${text}:443/a`))
      }),
      { numRuns: 2_000 },
    )
  })
})

test.each([
  { url: 'https://A.Example:8443/x', domain: 'a.example' },
  { url: 'http://a.example', domain: 'a.example' },
  { url: 'https://user@a.example./x', domain: 'a.example' },
  { url: 'https://[2001:DB8::1]/x', domain: '[2001:db8::1]' },
  { url: 'https://a.example\\@b.example/', domain: 'a.example' },
  { url: 'ftp://a.example/', domain: undefined },
  { url: 'a.example', domain: undefined },
])('the domain of $url is $domain', ({ url, domain }) => {
  expect(domainOf(url)).toBe(domain)
})

test('a name is within itself and what stands above it, not within look-alikes', () => {
  expect([...suffixesOf('a.b.example')]).toEqual(['a.b.example', 'b.example', 'example'])
  expect(isWithin('a.b.example', 'b.example')).toBe(true)
  expect(isWithin('ab.example', 'b.example')).toBe(false)
})

test.each([
  { name: 'com', is: true },
  { name: 'co.jp', is: true },
  { name: 'github.io', is: true },
  { name: 'somebody.github.io', is: false },
])('$name is a public suffix: $is', ({ name, is }) => {
  expect(isPublicSuffix(name)).toBe(is)
})
