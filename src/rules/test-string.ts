// A string by which everybody may try whether a relay is at work, as GTUBE does it for mail.
import { visibleText } from '../links/markup.ts'
import type { Rule } from './rule.ts'

/** Plain letters, digits and hyphens: no software takes them for markup, a mention, an emoji or a link. */
export const TEST_STRING = 'SEKISHO-TEST-STRING-9K2XVR7QJ4WZ8MTN5HBY3DCF6PGL-DROP-THIS-POST'

export function testString(): Rule {
  return {
    name: 'test-string',
    description: 'the post contains the string for trying the relay',
    absolute: true,
    evaluate({ texts }) {
      const found = texts.find(({ text }) => isIn(text))
      return found && { why: `the test string in ${found.at}` }
    },
  }
}

/** Long words are broken with spaces, tags or what nobody sees. Most posts lack its rarest letters already. */
function isIn(text: string): boolean {
  if (!text.includes('Q') || !text.includes('Z')) return false
  return visibleText(text)
    .replace(/[\s\p{Default_Ignorable_Code_Point}\p{Cf}]+/gu, '')
    .includes(TEST_STRING)
}
