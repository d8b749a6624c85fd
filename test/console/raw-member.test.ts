import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rawMember } from '../../src/console/raw-member.ts'

const member = (json: string, name = 'a') => rawMember(Buffer.from(json), name)?.toString()

describe('rawMember', () => {
  test.each([
    { json: '{"a":1}', value: '1' },
    { json: '{"b":{"a":1},"a":{"x":1,"x":[2]},"c":3}', value: '{"x":1,"x":[2]}' },
    { json: '{"a":1,"a":"}"}', value: '"}"' },
    { json: '{"\\u0061":"\\",b"}', value: '"\\",b"' },
    { json: '[{"a":1}]'.slice(1, -1), value: '1' },
    { json: '{"b":"\\"a\\":1,"}', value: undefined },
    { json: '{}', value: undefined },
  ])('of $json is $value', ({ json, value }) => {
    expect(member(json)).toBe(value)
  })

  test('is what JSON.parse takes, whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', '__proto__', '"}', 'é'), fc.jsonValue())),
        fc.constantFrom('', ' ', '\n\t'),
        (members, gap) => {
          const spelt = members.map(([key, value]) =>
            [JSON.stringify(key), ':', JSON.stringify(value, undefined, gap)].join(gap),
          )
          const json = `${gap}{${spelt.join(`${gap},`)}${gap}}${gap}`
          const found = member(json)
          const root: Record<string, unknown> = JSON.parse(json)
          expect(found === undefined ? undefined : JSON.parse(found)).toEqual(root.a)
        },
      ),
    )
  })
})
