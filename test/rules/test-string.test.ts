import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { TEST_STRING } from '../../src/rules/test-string.ts'
import { aCreate, aNote, factsOf, hitsOf } from '../support/build.ts'

const hits = (text: string) => hitsOf(factsOf(aCreate(aNote({ text }))))
const inParts = (between: string) => TEST_STRING.replace(/(.{7})/g, `$1${between}`)

describe('the test string', () => {
  test.each([
    { what: 'as it is', text: TEST_STRING },
    { what: 'amid words', text: `does it work? ${TEST_STRING}, thanks` },
    { what: 'broken by spaces and lines', text: inParts(' \n') },
    { what: 'broken by tags', text: inParts('<wbr><span class="invisible"></span>') },
    { what: 'broken by line breaks', text: inParts('<br>') },
    { what: 'broken by what nobody sees', text: inParts('\u200b\u00ad\u2060') },
  ])('is found $what', ({ text }) => {
    expect(hits(text)).toEqual([
      {
        rule: 'test-string',
        score: 10,
        why: 'the test string in object.content',
        shadow: false,
        offence: false,
        absolute: true,
      },
    ])
  })

  test.each([
    TEST_STRING.slice(0, -1),
    TEST_STRING.toLowerCase(),
    TEST_STRING.replaceAll('-', ''),
    [...TEST_STRING].reverse().join(''),
  ])('is not %s', (text) => {
    expect(hits(text)).toEqual([])
  })

  test('is told where operators read it', () => {
    expect(readFileSync('config/sekisho.yaml', 'utf8')).toContain(TEST_STRING)
  })
})
