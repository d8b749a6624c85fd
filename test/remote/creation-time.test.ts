import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { createdAt } from '../../src/remote/creation-time.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const BORN = Date.UTC(2025, 3, 4, 5, 6, 7, 890)

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const toUlid = (at: number) =>
  Array.from({ length: 10 }, (_, digit) => CROCKFORD[Math.floor(at / 32 ** (9 - digit)) % 32]).join(
    '',
  )
const toAid = (at: number) => (at - Date.UTC(2000)).toString(36).padStart(8, '0')

const IDS = {
  aid: `${toAid(BORN)}00`,
  aidx: `${toAid(BORN)}0s5o0003`,
  meid: `${(BORN + 0x800000000000).toString(16)}0123456789ab`,
  meidg: `g${BORN.toString(16).padStart(11, '0')}0123456789ab`,
  objectid: `${Math.floor(BORN / 1_000).toString(16)}0123456789abcdef`,
  ulid: `${toUlid(BORN)}0123456789ABCDEF`,
}

test.each(Object.entries(IDS))('reads the time from the %s %s', (scheme, id) => {
  const expected = scheme === 'objectid' ? Math.floor(BORN / 1_000) * 1_000 : BORN
  expect(createdAt(actor(id), NOW)).toBe(expected)
})

test('reads the time of a recorded Misskey account', () => {
  const time = createdAt(actor('atv9fg8v0s5o0003'), NOW)
  expect(new Date(time!).toISOString()).toMatch(/^2026-11-22T/)
})

test.each([
  { published: '2026-11-22T10:23:26Z', time: Date.UTC(2026, 10, 22, 10, 23, 26) },
  { published: '2019-03-01T00:00:00.000Z', time: Date.UTC(2019, 2, 1) },
])('prefers what the actor publishes: $published', ({ published, time }) => {
  expect(createdAt({ ...actor(IDS.aidx), published }, NOW)).toBe(time)
})

test('takes the time of a clock that goes ahead a little for now', () => {
  const published = new Date(NOW + 3_600_000).toISOString()
  expect(createdAt({ ...actor('alice'), published }, NOW)).toBe(NOW)
  expect(createdAt(actor(`${toAid(NOW + 3_600_000)}00`), NOW)).toBe(NOW)
})

test.each([
  { published: '2031-01-01T00:00:00Z' },
  { published: 'yesterday' },
  { published: '' },
  { published: 12 },
  { published: null },
  { published: [{}] },
])('passes over the publication date $published, which makes no sense', ({ published }) => {
  expect(createdAt({ ...actor(IDS.aidx), published }, NOW)).toBe(BORN)
})

test.each([
  { case: 'is a user’s name', id: actor('alexandra1', { preferredUsername: 'alexandra1' }) },
  {
    case: 'is a user’s name in capitals',
    id: actor('alexandra1', { preferredUsername: 'Alexandra1' }),
  },
  { case: 'stands without a user’s name', id: { id: `https://mk.example/users/${IDS.aidx}` } },
  { case: 'has one character too many', id: actor(`${IDS.aid}0`) },
  { case: 'is a plain number', id: actor('9123456789') },
  { case: 'lies in the future', id: actor(`${toAid(NOW + 86_400_000)}00`) },
  { case: 'is older than Misskey', id: actor(`${toAid(Date.UTC(2015, 11, 31))}00`) },
  {
    case: 'is an ObjectId of 2040',
    id: actor(`${(Date.UTC(2040) / 1_000).toString(16)}0123456789abcdef`),
  },
  { case: 'stands elsewhere', id: { ...actor(IDS.aidx), id: `https://mk.example/u/${IDS.aidx}` } },
  { case: 'goes on', id: { ...actor(IDS.aidx), id: `https://mk.example/users/${IDS.aidx}/x` } },
  { case: 'is no URL', id: { ...actor(IDS.aidx), id: IDS.aidx } },
])('guesses nothing from an id that $case', ({ id }) => {
  expect(createdAt(id, NOW)).toBeUndefined()
})

function actor(id: string, rest: JsonObject = {}): JsonObject {
  return { id: `https://mk.example/users/${id}`, preferredUsername: 'alice', ...rest }
}
