import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonReading, readJson } from '../src/json.ts'

const read = (text: string): JsonReading => readJson(Buffer.from(text))
const nested = (open: string, levels: number, close: string) =>
  `{"a":${open.repeat(levels)}1${close.repeat(levels)}}`

function flagsOf(text: string): readonly string[] {
  const reading = read(text)
  if (reading.status === 'refused') throw new Error(reading.why)
  return reading.flags
}

describe('syntax', () => {
  test('an object is read as it stands', () => {
    expect(read('{"type":"Note","n":[1,-2.5e3,true,null,"\\u00e9"]}')).toEqual({
      status: 'read',
      activities: [{ type: 'Note', n: [1, -2500, true, null, 'é'] }],
      flags: [],
    })
  })

  test.each([
    ['nothing', ''],
    ['a space', ' '],
    ['a number', '1'],
    ['a string', '"a"'],
    ['a literal', 'null'],
    ['an array', '[{"type":"Note"}]'],
    ['two roots', '{}{}'],
    ['a comment', '{/*x*/"a":1}'],
    ['a line comment', '{"a":1}//x'],
    ['a bad escape', '{"a":"\\x41"}'],
    ['a capital escape', '{"a":"\\U0041"}'],
    ['a short escape', '{"a":"\\u00"}'],
    ['an escape at the end', '{"a":"\\'],
    ['an unclosed string', '{"a":"b'],
    ['a raw newline in a string', '{"a":"b\nc"}'],
    ['a raw tab in a string', '{"a":"b\tc"}'],
    ['a form feed', '{\f"a":1}'],
    ['a leading zero', '{"a":-01}'],
    ['a bare minus', '{"a":[-]}'],
    ['a plus', '{"a":+1}'],
    ['a hex number', '{"a":0x1}'],
    ['a bare point', '{"a":1.}'],
    ['NaN', '{"a":NaN}'],
    ['Infinity', '{"a":-Infinity}'],
    ['a trailing comma', '{"a":1,}'],
    ['a trailing comma in an array', '{"a":[1,]}'],
    ['a double comma', '{"a":[1,,2]}'],
    ['a missing colon', '{"a" 1}'],
    ['a double colon', '{"a"::1}'],
    ['a bare key', '{a:1}'],
    ['single quotes', "{'a':1}"],
    ['a capital literal', '{"a":True}'],
    ['the wrong bracket', '{"a":[1}'],
    ['an unclosed object', '{"a":{'],
    ['a byte order mark', '\ufeff{"a":1}'],
    ['a non-breaking space', '{\u00a0"a":1}'],
    ['a NUL', '{"a":1}\u0000'],
  ])('%s is refused', (_, text) => {
    expect(read(text)).toEqual({ status: 'refused', why: expect.any(String) })
  })

  test.each([
    ['a stray byte', [0xff]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate half', [0xed, 0xa0, 0x80]],
    ['a cut sequence', [0xe3, 0x81]],
  ])('%s is not UTF-8 and is refused', (_, bytes) => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')])
    expect(readJson(body)).toEqual({ status: 'refused', why: 'not UTF-8' })
  })

  test.each([
    ['an unquoted word', (secret: string) => `{"content":${secret}}`],
    ['a missing comma', (secret: string) => `{"content":"${secret}" "${secret}"}`],
    ['a cut end', (secret: string) => `{"content":"${secret}`],
    ['a raw newline', (secret: string) => `{"content":"${secret}\n"}`],
    ['a sentence of its own', () => '{"content": at position 5 in JSON at position 7 (line 1'],
  ])('the reason quotes nothing of a text with %s', (_, write) => {
    const reading = read(write('geheim'))
    expect(reading).toMatchObject({ status: 'refused' })
    expect(reading.status === 'refused' && reading.why).toMatch(/^not JSON( at position \d+)?$/)
  })

  test('the reason says where the syntax breaks', () => {
    expect(read('{"a":1 "b":2}')).toEqual({ status: 'refused', why: 'not JSON at position 7' })
  })

  test('whatever JSON.parse refuses or reads as no object is refused, and nothing else', () => {
    const bytes = fc.oneof(
      fc.json({ maxDepth: 5 }),
      fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0dD8a1-.etrfn \n') }),
    )
    fc.assert(
      fc.property(bytes, (text) => {
        expect(read(text).status === 'read').toBe(isObjectText(text))
      }),
      { numRuns: 2_000 },
    )
  })
})

function isObjectText(text: string): boolean {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

describe('limits', () => {
  test.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('32 levels of %s are read, 33 are refused', (_, open, close) => {
    expect(read(nested(open, 31, close)).status).toBe('read')
    expect(read(nested(open, 32, close))).toEqual({
      status: 'refused',
      why: 'more than 32 levels',
    })
  })

  test.each([
    ['numbers', '1'],
    ['strings', '"a"'],
    ['objects', '{}'],
    ['members', '{"k":1}', 2],
  ])('20,000 values are read, one more is refused: %s', (_, element, values = 1) => {
    const most = (20_000 - 2) / values
    const of = (count: number) => `{"a":[${Array(count).fill(element).join(',')}]}`
    expect(read(of(Math.floor(most))).status).toBe('read')
    expect(read(of(Math.floor(most) + 1))).toEqual({
      status: 'refused',
      why: 'more than 20000 values',
    })
  })

  test('keys, and brackets inside strings, do not count', () => {
    const members = Array.from({ length: 19_999 }, (_, at) => `"${at}":"[[[[{{{{,,,,::::\\""`)
    expect(read(`{${members.join(',')}}`).status).toBe('read')
  })

  test('a mebibyte of brackets, open or closed, is refused before it becomes a tree', () => {
    const size = 1_048_576
    expect(read(`{"a":[${'[],'.repeat(size / 3)}1]}`)).toMatchObject({ status: 'refused' })
    expect(read('['.repeat(size))).toMatchObject({ status: 'refused', why: 'more than 32 levels' })
    expect(read('{"a":'.repeat(size / 5))).toMatchObject({ why: 'more than 32 levels' })
  })
})

describe('oddities are flagged, not refused', () => {
  test.each([
    ['the same key', '{"a":1,"a":2}'],
    ['the same key in another spelling', '{"content":"a","\\u0063ontent":"b"}'],
    ['the same key further down', '{"a":[{"b":{"c":1,"c":[]}}]}'],
    ['a key whose first value held a tree', '{"a":{"b":{"c":1}},"a":1}'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
    ['a numeric key', '{"1":1,"1":2}'],
    ['the empty key', '{"":1,"":2}'],
  ])('%s written twice', (_, text) => {
    expect(flagsOf(text)).toEqual(['duplicate-keys'])
  })

  test.each([
    ['the same key in two objects', '{"a":{"b":1},"c":{"b":1}}'],
    ['keys that differ by case', '{"a":1,"A":2}'],
    ['a colon in a string', '{"a":"b:c","d":["\\":\\"",1]}'],
  ])('%s is no duplicate', (_, text) => {
    expect(flagsOf(text)).toEqual([])
  })

  test.each([
    ['a high half', '{"a":"\\ud83d"}'],
    ['a low half', '{"a":"\\uDE00"}'],
    ['halves in the wrong order', '{"a":"\\ude00\\ud83d"}'],
    ['two high halves', '{"a":"\\ud83d\\ud83d\\ude00"}'],
    ['a half before another escape', '{"a":"\\ud83d\\n"}'],
    ['a half in a key', '{"\\udfff":1}'],
  ])('%s of a surrogate pair alone', (_, text) => {
    expect(flagsOf(text)).toEqual(['lone-surrogates'])
  })

  test.each([
    ['a whole pair', '{"a":"\\ud83d\\ude00 \\uD83D\\uDE00"}'],
    ['an escaped backslash before the letters', '{"a":"\\\\ud83d"}'],
    ['the neighbours of the range', '{"a":"\\ud7ff\\ue000"}'],
    ['emoji as they are', '{"a":"😀"}'],
  ])('%s is no lone surrogate', (_, text) => {
    expect(flagsOf(text)).toEqual([])
  })

  test('lone surrogates are found exactly where the parsed strings have them', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '\\ud83d',
        '\\ude00',
        '\\uDBFF',
        '\\uDC00',
        '\\\\',
        '\\"',
        'u',
        'd83d',
        '\\n',
      ),
    )
    fc.assert(
      fc.property(pieces, (escapes) => {
        const text = `{"a":"${escapes.join('')}"}`
        const isWhole = (JSON.parse(text).a as string).isWellFormed()
        expect(flagsOf(text)).toEqual(isWhole ? [] : ['lone-surrogates'])
      }),
    )
  })

  test('JSON that was written by a machine has no flags', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (value) => {
        const { type: _, '@type': __, ...members } = value
        expect(flagsOf(JSON.stringify(members))).toEqual([])
      }),
    )
  })

  test('prototype names are members like any other', () => {
    const reading = read('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(reading).toMatchObject({ status: 'read', flags: [] })
  })
})

describe('a collection at the root', () => {
  const like = { type: 'Like', id: 'https://a.example/1' }
  const many = (count: number) => Array.from({ length: count }, () => like)

  test.each([
    ['Collection', 'items'],
    ['CollectionPage', 'items'],
    ['OrderedCollection', 'orderedItems'],
    ['OrderedCollectionPage', 'orderedItems'],
    ['as:OrderedCollection', 'as:items'],
    ['https://www.w3.org/ns/activitystreams#Collection', 'items'],
    // The two names are one property, and a reader may take either.
    ['Collection', 'orderedItems'],
  ])('%s with %s is unrolled', (type, items) => {
    expect(read(JSON.stringify({ type, [items]: [like, like] }))).toEqual({
      status: 'read',
      activities: [like, like],
      flags: ['collection'],
    })
  })

  test('its items have its context, unless they bring their own', () => {
    const own = { '@context': 'https://b.example/', type: 'Like' }
    const root = { '@context': ['https://a.example/'], type: 'Collection', items: [like, own] }
    expect(read(JSON.stringify(root))).toMatchObject({
      activities: [{ '@context': ['https://a.example/'], ...like }, own],
    })
  })

  test('one item need not be in an array', () => {
    expect(read(JSON.stringify({ type: 'Collection', items: like }))).toMatchObject({
      activities: [like],
    })
  })

  test('20 items are read, 21 are refused', () => {
    expect(read(JSON.stringify({ type: 'Collection', items: many(20) })).status).toBe('read')
    expect(
      read(JSON.stringify({ type: 'Collection', items: many(11), orderedItems: many(10) })),
    ).toEqual({ status: 'refused', why: 'a collection of more than 20 items' })
  })

  test('items that are only ids are flagged', () => {
    const root = { type: 'Collection', items: ['https://a.example/1', like] }
    expect(read(JSON.stringify(root))).toEqual({
      status: 'read',
      activities: [like],
      flags: ['collection', 'collection-ids'],
    })
  })

  test.each([[1], [null], [[like]]])('items like %j are refused', (odd) => {
    const root = { type: 'Collection', items: [like, odd] }
    expect(read(JSON.stringify(root))).toMatchObject({ status: 'refused' })
  })

  test('without anything to unroll the root itself is judged', () => {
    const root = { type: 'OrderedCollection', totalItems: 0 }
    expect(read(JSON.stringify(root))).toMatchObject({ activities: [root] })
  })

  test('what is an activity as well is judged as one too', () => {
    const root = { type: ['Create', 'Collection'], items: [like], object: { type: 'Note' } }
    expect(read(JSON.stringify(root))).toMatchObject({ activities: [like, root] })
  })

  test('further down a collection is left alone', () => {
    const root = { type: 'Create', object: { type: 'Collection', items: [like] } }
    expect(read(JSON.stringify(root))).toEqual({ status: 'read', activities: [root], flags: [] })
  })
})
