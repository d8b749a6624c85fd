// A long body rewritten as it comes is the same as one rewritten whole, wherever its chunks end.
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { rewriteAsItComes } from '../../src/contact/stream.ts'
import { compileContact, withEdits } from '../../src/contact.ts'

const contact = compileContact({
  emails: ['admin@home.example'],
  inquiryUrl: 'https://home.example/contact',
})!
const editsOf = (text: string) => contact.edits(text, 'html')

const PIECES = [
  '<a href="mailto:admin@home.example?subject=hello">admin&#64;home.example</a>',
  '{"email":"admin@home.example"}',
  'the.admin@home.example @admin@home.example admin@home.example.org ',
  '\\u0061dmin\\u0040home.example',
  '&amp;&amp;\\\\%25',
  'é',
]

/** The same text for the same seed. */
function aLongText(seed: number): string {
  let state = seed
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
  let text = ''
  while (text.length < 900_000) {
    text += `${PIECES[next(PIECES.length)]} ${'x '.repeat(next(4_000))}`
  }
  return text
}

test.each([
  { seed: 1, chunk: 65_536 },
  { seed: 2, chunk: 1_000 },
  { seed: 3, chunk: 262_144 },
  { seed: 4, chunk: 300_007 },
])('in chunks of $chunk bytes', async ({ seed, chunk }) => {
  const text = aLongText(seed)
  const bytes = Buffer.from(text, 'latin1')
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, at) =>
    bytes.subarray(at * chunk, (at + 1) * chunk),
  )
  const parts = await Readable.from(chunks)
    .compose(rewriteAsItComes(editsOf, () => {}))
    .toArray()
  const rewritten = Buffer.concat(parts).toString('latin1')
  expect(rewritten === withEdits(text, editsOf(text))).toBe(true)
  expect(rewritten).not.toBe(text)
})
