import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bannedText } from '../../src/rules/banned-text.ts'
import { checkText, compileTextList } from '../../src/rules/text-list.ts'
import { aCreate, aNote, factsOf, rulesOf } from '../support/build.ts'

const isFound = (entry: string, text: string) =>
  bannedText([entry]).evaluate(factsOf(aCreate(aNote({ text })))) !== undefined

describe('a banned word', () => {
  test.each([
    {
      entry: 'spam',
      texts: [
        'spam',
        'SPAM!',
        'no “Spam”, please',
        'spam™',
        '①spam②',
        '#spam',
        'spam_bot',
        'x/spam.y',
      ],
    },
    { entry: 'Spam', texts: ['spam', 's<b>pa</b>m', 'sp&#97;m', '<p>spam</p><p>eggs</p>'] },
    {
      entry: 'free money',
      texts: ['free money', 'Free\n\t money', 'free<br>money', 'free\u3000money'],
    },
    { entry: 'free  money', texts: ['free money'] },
    { entry: 'C++', texts: ['c++', 'the c++11 book'] },
    { entry: '$$$', texts: ['$$$', 'win$$$now'] },
    { entry: '🍆', texts: ['look 🍆🍆', 'x🍆'] },
    { entry: 'spam', texts: ['これはspamです', 'スパムspamだ', 'spam광고', '광고spam은'] },
    { entry: '荒らし', texts: ['荒らし.com', 'この荒らしを', 'x荒らしx'] },
    { entry: 'スパム', texts: ['ｽﾊﾟﾑ', 'これはスパムです'] },
    { entry: 'ฟรี', texts: ['เงินฟรีวันนี้'] },
    { entry: '한국', texts: ['한국은', '한국괴물군', 'pc한국', '한국pc'] },
    { entry: 'казино', texts: ['Лучшее КАЗИНО тут'] },
    { entry: 'οδος', texts: ['ΟΔΟΣ', 'οδός οδος'] },
    { entry: 'istanbul', texts: ['İSTANBUL', 'Istanbul'] },
    { entry: 'カジノ bonus', texts: ['カジノ　ＢＯＮＵＳ'] },
  ])('$entry is found in $texts', ({ entry, texts }) => {
    expect(texts.filter((text) => !isFound(entry, text))).toEqual([])
  })

  test.each([
    { entry: 'chup', texts: ['Chupa Chups', 'ketchup', 'chup4', 'chupé'] },
    { entry: 'cialis', texts: ['specialist', 'socialism', 'cialisé'] },
    { entry: 'free money', texts: ['freemoney', 'carefree money', 'free moneys', 'free-money'] },
    { entry: '18', texts: ['2018', '180', '18th'] },
    { entry: '한국', texts: ['신한국', '대한국인'] },
    { entry: 'кот', texts: ['котлета', 'скот'] },
    { entry: 'ano', texts: ['el año', 'anó'] },
    { entry: 'sik', texts: ['sık sık gelirim', 'bunu sık yaparım'] },
    { entry: 'href', texts: ['<a href="https://a.example/">see</a>'] },
  ])('$entry is not found in $texts', ({ entry, texts }) => {
    expect(texts.filter((text) => isFound(entry, text))).toEqual([])
  })
})

describe('a banned word in disguise', () => {
  test.each([
    { as: 'full width', text: 'ｆｒｅｅ ｍｏｎｅｙ' },
    { as: 'letters for formulas', text: '𝓯𝓻𝓮𝓮 𝕞𝕠𝕟𝕖𝕪' },
    { as: 'encircled letters', text: 'ⓕⓡⓔⓔ money' },
    { as: 'letters in boxes', text: '🅵🆁🅴🅴 money' },
    { as: 'letters of flags', text: '🇫🇷🇪🇪 money' },
    { as: 'small capitals', text: 'ꜰʀᴇᴇ ᴍᴏɴᴇʏ' },
    { as: 'one Cyrillic letter', text: 'frее mоney' },
    { as: 'a Greek letter', text: 'free mοney' },
    { as: 'what nobody sees', text: 'fr\u200bee mo\u00adn\u2060ey' },
    { as: 'strokes through it', text: [...'free money'].join('\u0336') },
    { as: 'marks upon marks', text: [...'free money'].join('\u0310\u0353\u0346') },
    { as: 'marks on accented letters', text: 'fre\u0301\u0310e mo\u0300\u0353ney' },
    { as: 'tags', text: 'f<i>r</i>e<span>e</span> mon<wbr>ey' },
    { as: 'Cyrillic letters amid kana', text: 'これは frее mоney です' },
  ])('is found: $as', ({ text }) => {
    expect(isFound('free money', text)).toBe(true)
  })

  test('is found in Cyrillic with Latin letters too', () => {
    expect(isFound('казино', 'лучшее кaзинo')).toBe(true)
  })

  test('is found where nothing else is written in the letters of the disguise', () => {
    expect(isFound('cop', 'the сор is here')).toBe(true)
  })

  test.each([
    { what: 'a Russian word', entry: 'cop', text: 'Это сор и мусор, а не золото' },
    { what: 'a Greek word', entry: 'vow', text: 'νοω και λέω' },
    { what: 'an English word', entry: 'кот', text: 'kot is Polish' },
    { what: 'a flag', entry: 'us', text: 'made in 🇺🇸' },
    { what: 'an accent', entry: 'pêche', text: 'le péché' },
  ])('is not $what', ({ entry, text }) => {
    expect(isFound(entry, text)).toBe(false)
  })
})

describe('a banned pattern', () => {
  test.each([
    { entry: '/fre+ mon[e3]y/', text: 'FREEEE MON3Y', found: true },
    { entry: '/^only$/', text: '</p><p>only</p><p>this', found: true },
    { entry: '/^only$/', text: 'only this', found: false },
    { entry: '/more.lines/', text: 'more<br>lines', found: false },
    { entry: '/(?s)more.lines/', text: 'more<br>lines', found: true },
    { entry: '/spam/', text: 'spammer', found: true },
    { entry: '/spam/', text: 'ｓｐａｍ', found: true },
    { entry: '/spam/', text: 's\u200bpam', found: true },
    { entry: '/\\bspam\\b/', text: 'spammer', found: false },
    { entry: '/荒らし|共栄圏/', text: '荒らしの', found: true },
    { entry: '/<b>/', text: '<b>x</b>', found: false },
  ])('$entry in $text: $found', ({ entry, text, found }) => {
    expect(isFound(entry, text)).toBe(found)
  })

  test('may name its parts like another one', () => {
    const list = compileTextList(['/(?P<what>spam)/', '/(?P<what>eggs)/'])
    expect(list.find('ham and eggs')).toEqual({ entry: '/(?P<what>eggs)/', words: 'eggs' })
  })

  test('takes the same time for every character, however often it might match', () => {
    const list = compileTextList(['/(a+)+b/', '/(a|aa)+$x/'])
    expect(list.find('a'.repeat(50_000))).toBeUndefined()
  })
})

describe('a banned text', () => {
  test('is looked for in all that is shown', () => {
    const warning = aCreate(aNote({ also: { summary: 'about free money' } }))
    const picture = { type: 'Document', url: 'https://a.example/1.png', name: 'free money' }
    const described = aCreate(aNote({ also: { attachment: [picture] } }))
    const places = [warning, described].map((json) => {
      const [hit] = rulesOf({ text: ['free money'] }).evaluate(factsOf(json))
      return hit?.why
    })
    expect(places).toEqual([
      'free money in object.summary: free money',
      'free money in object.attachment[0].name: free money',
    ])
  })

  test('is refused wherever it comes from; the hit says which entry, where and what', () => {
    const facts = factsOf(aCreate(aNote({ text: 'get FREE mоney' })), {
      proof: { status: 'missing', author: undefined, why: 'unsigned' },
    })
    expect(rulesOf({ text: ['eggs', ' Free  Money '] }).evaluate(facts)).toEqual([
      {
        rule: 'banned-text',
        score: 10,
        why: 'Free  Money in object.content: FREE mоney',
        shadow: false,
        offence: false,
        absolute: true,
      },
    ])
  })

  test('is found among ten thousand, by the first of equals', () => {
    const entries = Array.from({ length: 10_000 }, (_, each) => `word${each} of many`)
    const list = compileTextList([...entries, 'WORD9999 of many', '荒らし'])
    expect(list.find('the word9999 of many')?.entry).toBe('word9999 of many')
    expect(list.find('the word10000 of many')).toBeUndefined()
    expect(list.find('これは荒らしだ')?.entry).toBe('荒らし')
  })

  test('is found after half a million marks, which are not sorted', () => {
    const marks = '\u0301\u0316'.repeat(250_000)
    expect(compileTextList(['spam']).find(`a${marks} spam`)?.entry).toBe('spam')
  })

  test('is found in whatever stands around it', () => {
    const list = compileTextList(['free money'])
    const around = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(around, around, (before, after) => {
        expect(list.find(`${before} free money ${after}`)).toBeDefined()
      }),
      { numRuns: 300 },
    )
  })
})

describe('an entry', () => {
  const tooLong = 'x'.repeat(501)

  test.each([
    { entry: '', why: '"" has no letter' },
    { entry: '  ', why: '"" has no letter' },
    { entry: '...', why: '"..." has no letter, digit or sign to look for' },
    { entry: '//', why: '"//" has no letter' },
    { entry: '\u200b\u2060', why: 'has no letter' },
    { entry: tooLong, why: 'is longer than 500 characters' },
    { entry: '/(/', why: '/(/ is no regular expression: missing closing )' },
    { entry: '/(?=x)/', why: '/(?=x)/ is no regular expression: invalid' },
    { entry: '/.*/', why: '/.*/ matches every text' },
    { entry: '/(spam|)/', why: '/(spam|)/ matches every text' },
  ])('that is none stops the start and is named: $why', ({ entry, why }) => {
    expect(checkText(entry)).toMatchObject({ status: 'bad', why: expect.stringContaining(why) })
    expect(() => rulesOf({ text: ['spam', entry] })).toThrow('banned.text: ')
    expect(() => rulesOf({ text: ['spam', entry] })).toThrow(why)
  })

  test.each(['spam', 'a', '荒', '18', '$$$', '👍', '/spam/', '/[a-z]{3}/', '/x', 'x/'])(
    'is %s',
    (entry) => {
      expect(checkText(entry)).toEqual({ status: 'good' })
    },
  )

  test('is as long as a sentence', () => {
    expect(checkText('x'.repeat(500))).toEqual({ status: 'good' })
  })
})
