// An address that a reader sees whole, though its bytes are apart: what goes, and what is no address after all.
import { describe, expect, test } from 'vitest'
import { compileContact } from '../../src/contact.ts'
import { answerOf, ask, FORM, HTML, relayTo } from '../support/hiding.ts'
import { startInstance } from '../support/instance.ts'

const contact = compileContact({ emails: ['admin@home.example'], inquiryUrl: FORM })!

function rewritten(body: string, kind: 'html' | 'json' | 'text' = 'html'): string {
  const { text } = contact.rewrite(Buffer.from(body).toString('latin1'), kind)
  return Buffer.from(text, 'latin1').toString()
}

describe('characters of no width hide nothing', () => {
  test.each([
    'admin\u200b@home.example',
    'admin@\u200d\u200c\ufeffhome.example',
    'ad\u00admin@ho\u00adme.exam\u00adple',
    'admin\u2060@\u2064home\u202c.example',
    'admin\ufe0f@home.example',
    'admin\0@home.example',
    'admin&shy;@home&ZeroWidthSpace;.example',
    'admin&zwj;@&#8203;home.example',
    'admin&#xAD;@home&amp;#x200B;.example',
    'admin\\u200b@home.example',
    'admin\\u{200B}\\xad@home.example',
    'admin%E2%80%8B%40home%C2%AD.example',
  ])('%j', (spelling) => {
    const expected = spelling.includes('%') ? encodeURIComponent(FORM) : FORM
    expect(rewritten(`<p>${spelling}</p>`)).toBe(`<p>${expected}</p>`)
    expect(rewritten(`{"a":"x ${spelling} y"}`, 'json')).toBe(`{"a":"x ${expected} y"}`)
  })
})

describe('characters of full width hide nothing', () => {
  test.each([
    'admin＠home.example',
    'ａｄｍｉｎ＠ｈｏｍｅ．ｅｘａｍｐｌｅ',
    'ＡＤＭＩＮ@ＨＯＭＥ.EXAMPLE',
    'admin﹫home。example',
    'admin&#65312;home&#xFF0E;example',
    'admin\\uff20home.example',
    'admin%EF%BC%A0home.example',
  ])('%s', (spelling) => {
    const expected = spelling.includes('%') ? encodeURIComponent(FORM) : FORM
    expect(rewritten(`<p>${spelling}</p>`)).toBe(`<p>${expected}</p>`)
  })
})

describe('marks of HTML inside hide nothing, and are kept where they close something', () => {
  test.each([
    ['admin<wbr>@home.example', `${FORM}<wbr>`],
    ['admin<!-- no -->@<!---->home.example', FORM],
    ['<span>admin</span>@<span>home.example</span>', `<span>${FORM}</span><span></span>`],
    ['<b class="x">admin</b>@home.example', `<b class="x">${FORM}</b>`],
    ['admin<i class="at" title="50%">@</i>home.example', `${FORM}<i></i>`],
    ['admin<span style="a">&#64;</SPAN>home.example', `${FORM}<span></SPAN>`],
    ['admin&lt;wbr&gt;@home.example', `${FORM}&lt;wbr&gt;`],
    ['admin&lt;b class=&quot;x&quot;&gt;@&lt;/b&gt;home.example', `${FORM}&lt;b&gt;&lt;/b&gt;`],
    [
      'xadmin<b title="admin@home.example">@home.example</b>',
      `xadmin<b title="${FORM}">@home.example</b>`,
    ],
  ])('%s', (body, expected) => {
    expect(rewritten(`<p>${body}</p>`)).toBe(`<p>${expected}</p>`)
  })

  test('in JSON too', () => {
    const body =
      '{"a":"\\u003cb\\u003eadmin\\u003c\\/b\\u003e@home.example, admin<\\/b>@home.example"}'
    expect(JSON.parse(rewritten(body, 'json'))).toEqual({ a: `<b>${FORM}</b>, ${FORM}</b>` })
  })
})

describe('what only looks so stays', () => {
  test.each([
    '<p>admin</p><p>@home.example</p>',
    '<td>admin</td><td>@home.example</td>',
    '@<span>admin</span>@home.example',
    '@</span><span>admin</span><span>@home.example',
    '@admin<span>@home.example</span>',
    'the.<b>admin</b> @home.example',
    'admin<br>@home.example',
    'admin<spanner>@home.example',
    'ａadmin＠home.example.org',
    '<b>admin</b>@home.examples',
  ])('%s', (body) => {
    expect(rewritten(body)).toBe(body)
  })
})

test('a page that takes it apart passes without it', async () => {
  const page = '<p>admin<wbr>＠<b>home</b>\u200b.example</p>'
  const got = await ask(
    await relayTo(await startInstance(() => answerOf(page, 'Content-Type', HTML))),
    'GET /about',
  )
  expect(got.body.toString()).toBe(`<p>${FORM}<wbr><b></b></p>`)
})
