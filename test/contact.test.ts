// What becomes of each kind of text that tells an administrator's address.
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { addressesOf, type BodyKind, compileContact } from '../src/contact.ts'

const EMAIL = 'admin@home.example'
const FORM = 'https://home.example/contact?from=site&lang=ja'
const FORM_IN_HTML = FORM.replace('&', '&amp;')

function rewritten(body: string, kind: BodyKind, inquiryUrl = FORM): string {
  return compileContact({ emails: [EMAIL, 'ops@home.example'], inquiryUrl })!.rewrite(body, kind)
    .text
}

test('without an address there is nothing that could rewrite', () => {
  expect(compileContact({ emails: [], inquiryUrl: FORM })).toBeUndefined()
})

describe('an e-mail field of JSON is emptied', () => {
  test.each([
    [
      `{"uri":"home.example","email":"${EMAIL}","x":1.0}`,
      '{"uri":"home.example","email":"","x":1.0}',
    ],
    [`{"contact":{"email" : "${EMAIL}"}}`, '{"contact":{"email" : ""}}'],
    [`{"contact":{"email":"mailto:${EMAIL}"}}`, '{"contact":{"email":""}}'],
    [`{"contact_email":"${EMAIL}"}`, '{"contact_email":""}'],
    [`{"maintainerEmail":"${EMAIL}"}`, '{"maintainerEmail":null}'],
    ['{"email":"Admin\\u0040Home.Example"}', '{"email":""}'],
    [`"{\\"email\\":\\"${EMAIL}\\"}"`, '"{\\"email\\":\\"\\"}"'],
  ])('%s', (body, expected) => {
    expect(rewritten(body, 'json')).toBe(expected)
  })

  test('with null in nodeinfo, as Misskey says it', () => {
    const body = `{"metadata":{"maintainer":{"name":"a","email":"${EMAIL}"},"nodeAdmins":[{"email":"${EMAIL}"}]}}`
    expect(JSON.parse(rewritten(body, 'nodeinfo'))).toEqual({
      metadata: { maintainer: { name: 'a', email: null }, nodeAdmins: [{ email: null }] },
    })
  })

  test('but not the one that Lemmy tells its owner', () => {
    const body = `{"my_user":{"local_user_view":{"local_user":{"id":1,"email":"${EMAIL}"}}}}`
    expect(rewritten(body, 'json')).toBe(body)
  })
})

describe('the inquiry form', () => {
  test.each([
    [`{"inquiryUrl":null}`, `{"inquiryUrl":"${FORM}"}`],
    [`{"inquiryUrl": ""}`, `{"inquiryUrl": "${FORM}"}`],
    [`{"inquiryUrl":"mailto:${EMAIL}"}`, `{"inquiryUrl":"${FORM}"}`],
    ['{"inquiryUrl":"https://own.example/"}', '{"inquiryUrl":"https://own.example/"}'],
    ['{"text":"\\"inquiryUrl\\":null"}', '{"text":"\\"inquiryUrl\\":null"}'],
    [`{"description":"Write to ${EMAIL}."}`, `{"description":"Write to ${FORM}."}`],
  ])('stands where JSON takes it: %s', (body, expected) => {
    expect(rewritten(body, 'json')).toBe(expected)
  })

  test.each([
    [`<a href="mailto:${EMAIL}">${EMAIL}</a>`, `<a href="${FORM_IN_HTML}">${FORM_IN_HTML}</a>`],
    [`<a href='mailto:${EMAIL}?subject=a&amp;cc=x@y.example'>`, `<a href='${FORM_IN_HTML}'>`],
    [`<a href="mailto:${EMAIL};${EMAIL}">`, `<a href="${FORM_IN_HTML};${FORM_IN_HTML}">`],
    [`<a href=mailto:x@y.example,${EMAIL}>`, `<a href=${FORM_IN_HTML}>`],
    [`<a href="mailto:x@y.example?cc=admin%40home.example">`, `<a href="${FORM_IN_HTML}">`],
    [
      '<a href="&#109;ailto&colon;&#97;dmin&commat;home&period;example">',
      `<a href="${FORM_IN_HTML}">`,
    ],
    [
      '<a href="https://forms.example/?to=admin%40home.example&amp;x">',
      `<a href="https://forms.example/?to=${encodeURIComponent(FORM)}&amp;x">`,
    ],
    [
      `<meta name="description" content="${EMAIL}まで">`,
      `<meta name="description" content="${FORM_IN_HTML}まで">`,
    ],
    [
      `<div data-props="{&quot;email&quot;:&quot;${EMAIL}&quot;}">`,
      '<div data-props="{&quot;email&quot;:&quot;&quot;}">',
    ],
  ])('stands in a page: %s', (body, expected) => {
    const bytes = Buffer.from(body).toString('latin1')
    expect(Buffer.from(rewritten(bytes, 'html'), 'latin1').toString()).toBe(expected)
  })

  test('stands in texts and in JSON that holds HTML', () => {
    expect(rewritten(`Contact: mailto:${EMAIL}\nExpires: z\n`, 'text')).toBe(
      `Contact: ${FORM}\nExpires: z\n`,
    )
    const body = `{"content":"\\u003ca href=\\"mailto:${EMAIL}?subject=x\\u0026body=y\\"\\u003e${EMAIL}\\u003c/a\\u003e"}`
    expect(JSON.parse(rewritten(body, 'json'))).toEqual({
      content: `<a href="${FORM}">${FORM}</a>`,
    })
  })

  test('does not stand where a feed takes an address alone', () => {
    const feed = (email: string, words: string) =>
      `<rss><managingEditor>${email} (root)</managingEditor><itunes:email>${email}</itunes:email><description>${words}</description></rss>`
    expect(rewritten(feed(EMAIL, EMAIL), 'html')).toBe(feed('', FORM_IN_HTML))
  })

  test('leaves nothing behind where there is none', () => {
    expect(rewritten(`<a href="mailto:${EMAIL}">${EMAIL}</a>`, 'html', '')).toBe('<a href="#"></a>')
    expect(rewritten('{"inquiryUrl":null}', 'json', '')).toBe('{"inquiryUrl":null}')
  })

  test('breaks out of nothing it is put into', () => {
    const url = `https://home.example/c'o"n<t\\a{c}t?a='b"&c=\\d#e'f`
    const page = rewritten(
      `<a title='${EMAIL}'><script>var a = '${EMAIL}', b = "${EMAIL}"</script>`,
      'html',
      url,
    )
    expect(page.match(/['"<>\\]/g)?.join('')).toBe(`<''><>''""<>`)
  })
})

const SPELLINGS = [
  'ADMIN@HOME.EXAMPLE',
  'admin\\u0040home.example',
  'admin\\\\u0040home.example',
  'admin\\x40home\\x2eexample',
  'admin\\u{40}home.example',
  'admin&#64;home.example',
  'admin&#064;home&#46;example',
  'admin&#64home.example',
  'admin&#x40;home.example',
  'admin&#X0040;home&#x2E;example',
  'admin&amp;#64;home.example',
  'admin&commat;home&period;example',
  'admin%40home.example',
  'admin%2540home%2Eexample',
  '%61%64%6d%69%6e%40home.example',
  [...EMAIL].map((each) => `&#${each.charCodeAt(0)};`).join(''),
  [...EMAIL].map((each) => `\\u00${each.charCodeAt(0).toString(16)}`).join(''),
]

describe('a disguise is seen through', () => {
  test.each(SPELLINGS)('%s', (spelling) => {
    const page = rewritten(`<p>${spelling}</p><script>f("${spelling}")</script>`, 'html', '')
    expect(page).toBe('<p></p><script>f("")</script>')
    expect(rewritten(`{"a":"x ${spelling} y"}`, 'json', '')).toBe('{"a":"x  y"}')
  })

  test('also of a domain in other scripts', () => {
    const contact = compileContact({ emails: ['窓口@例え.example'], inquiryUrl: '' })!
    const page =
      '<p>窓口@例え.example</p><p>窓口@xn--r8jz45g.example</p><p>&#31379;口&#x40;例え.example</p>'
    const { text } = contact.rewrite(Buffer.from(page).toString('latin1'), 'html')
    expect(text).toBe('<p></p><p></p><p></p>')
  })
})

describe('an address is found', () => {
  test.each([
    ['after an escaped line end', 'a\\nadmin@home.example'],
    ['after an escaped bracket', '\\u003eadmin@home.example\\u003c'],
    ['after a percent-encoded blank', '%20admin@home.example'],
    ['after an entity', '&nbsp;admin@home.example&nbsp;'],
    ['at the end of a sentence', 'admin@home.example.'],
    ['between underscores', '_admin@home.example_'],
    ['after a colon', 'mail:admin@home.example,'],
  ])('%s', (_, text) => {
    expect(rewritten(text, 'text')).toContain(FORM)
  })
})

describe('what is another address or none stays', () => {
  test.each([
    'xadmin@home.example',
    'the.admin@home.example',
    'the+admin@home.example',
    'admin@home.example.org',
    'admin@home.example-shop.test',
    'admin@home.examples',
    '@admin@home.example',
    '%40admin%40home.example',
    'acct:admin@home.example',
    '"acct":"admin@home.example"',
    'admin [at] home.example',
    'admin@home',
  ])('%s', (text) => {
    for (const kind of ['html', 'json', 'text'] as const) {
      expect(rewritten(text, kind)).toBe(text)
    }
  })

  test('and so do the fields of settings pages, but not what stands beside them', () => {
    const fields = `<input type="email" value="${EMAIL}"><textarea>${EMAIL} ${EMAIL}</textarea>`
    const beside = (word: string) => `${word}${fields}<p>${word}</p>${fields}<b>${word}</b>`
    expect(rewritten(beside(EMAIL), 'form')).toBe(beside(FORM_IN_HTML))
    expect(rewritten(fields, 'html')).not.toContain(EMAIL)
  })
})

describe('a script', () => {
  const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`
  const before = `start("${EMAIL}")`
  const after = `start("${FORM}")`

  test('that changed is known by its new hash', () => {
    const contact = compileContact({ emails: [EMAIL], inquiryUrl: FORM })!
    const policy = `<meta http-equiv="Content-Security-Policy" content="script-src '${hashOf(before)}'">`
    const page = contact.rewrite(`${policy}<script nonce=a>${before}</script>`, 'html')
    expect(page.hashes.get(hashOf(before))).toBe(hashOf(after))
    expect(page.text).toBe(
      `${policy.replace(hashOf(before), hashOf(after))}<script nonce=a>${after}</script>`,
    )
  })

  test('that is data is JSON', () => {
    const page = (meta: string) =>
      `<script type="application/json" id="misskey_meta">${meta}</script><p>"inquiryUrl":null</p>`
    const told = page(`{"maintainerEmail":"${EMAIL}","inquiryUrl":null,"name":"a \\u0026 b"}`)
    expect(rewritten(told, 'html')).toBe(
      page(`{"maintainerEmail":null,"inquiryUrl":"${FORM}","name":"a \\u0026 b"}`),
    )
  })

  test('without an end is read to the end of the page', () => {
    expect(rewritten(`<script>${EMAIL}`, 'html')).toBe(`<script>${FORM}`)
  })
})

test('several addresses on one page are all taken out', () => {
  expect(rewritten(`a ${EMAIL}, ops@home.example; b`, 'html')).toBe(
    `a ${FORM_IN_HTML}, ${FORM_IN_HTML}; b`,
  )
})

test('of several addresses the one that is told is named', () => {
  const emails = ['ops@other.example', 'admin@home.example', 'ops@home.example', 'b@other.example']
  const { find } = addressesOf(emails)
  expect(emails.map((email) => find(`<p>${email}</p>`))).toEqual(emails)
  expect(find('<p>admin@other.example</p>')).toBeUndefined()
})

test('another address, form or version makes another mark', () => {
  const marks = [
    compileContact({ emails: [EMAIL], inquiryUrl: FORM }),
    compileContact({ emails: ['ops@home.example'], inquiryUrl: FORM }),
    compileContact({ emails: [EMAIL], inquiryUrl: '' }),
  ].map((contact) => contact?.mark)
  expect(new Set(marks).size).toBe(3)
})
