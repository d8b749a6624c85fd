// Which pictures of a post are looked at, by whose purse, and what is told of it.
import { describe, expect, test } from 'vitest'
import { unreadNotes } from '../src/facts/unread-pictures.ts'
import type { Facts } from '../src/facts.ts'
import type { Sight } from '../src/images/sight.ts'
import type { JsonObject } from '../src/json.ts'
import { isWorthLooking, lookAtPictures, type Pictures, type PictureWish } from '../src/pictures.ts'
import { ALICE, aCreate, aNote, aProfile, BOB, DAY, factsOf, NOW, past } from './support/build.ts'

const url = (name: string) => `https://files.example/${name}.png`
const finding = {
  how: 'qr',
  value: 'https://a.example/',
  why: 'QR code leads to a.example',
} as const
const SIGHTS: Readonly<Record<string, Sight>> = {
  [url('long')]: { status: 'seen', findings: [], isPartial: true, stages: {} },
  [url('spam')]: { status: 'seen', findings: [finding], stages: {} },
  [url('slow')]: { status: 'unread', why: 'it took too long', isPassing: true, stages: {} },
  [url('broken')]: { status: 'unread', why: 'no picture', isPassing: false, stages: {} },
}

const OBJECT = 'https://remote.example/objects/1'

function eyes(also: Partial<Pictures> = {}, object?: JsonObject) {
  const asked: ({ url: string } & PictureWish)[] = []
  const pictures: Pictures = {
    ...{ scope: 'reaching', also: [], onTimeout: 'defer' },
    knownBlurhash: (value) =>
      value === 'KNOWN' ? { how: 'blurhash', value, why: 'blurhash of can.png' } : undefined,
    async look(one, wish) {
      asked.push({ url: one, ...wish })
      return SIGHTS[one] ?? { status: 'seen', findings: [], stages: {} }
    },
    ...also,
  }
  const told: string[] = []
  const metrics = {
    image: (outcome: string) => void told.push(outcome),
    failedOpen: (what: string) => void told.push(`open: ${what}`),
  }
  const posts = {
    async post(id: string) {
      told.push(`object ${id}`)
      return object
        ? ({ status: 'served', post: object } as const)
        : ({ status: 'unread', why: 'answered 404' } as const)
    },
  }
  return { pictures, posts, metrics, asked, told }
}

function post(names: readonly string[], also: Partial<Facts> = {}, mentions = [ALICE]): Facts {
  const attachment = names.map((name) => ({ type: 'Document', url: url(name) }))
  const facts = factsOf(aCreate(aNote({ mentions, also: { attachment } })))
  return { ...facts, history: past(), ...also }
}

const time = () => ({ leftMs: 3_000, purse: { left: 4 } })

describe('pictures are looked at', () => {
  test.each([
    { what: 'of a post that reaches one of ours', facts: post(['a']), worth: true },
    { what: 'not where it reaches nobody', facts: post(['a'], {}, []), worth: false },
    { what: 'not where nothing is judged', facts: post(['a'], { judged: false }), worth: false },
    { what: 'not where there is none', facts: post([]), worth: false },
  ])('$what', ({ facts, worth }) => {
    expect(isWorthLooking(facts, eyes().pictures)).toBe(worth)
  })

  test('of every post where the operator wants it, of none where he does not', () => {
    const far = post(['a'], {}, [])
    expect(isWorthLooking(far, eyes({ scope: 'all' }).pictures)).toBe(true)
    expect(isWorthLooking(post(['a']), eyes({ scope: 'none' }).pictures)).toBe(false)
  })

  test('by the purse of whoever is proved, in a hurry only for them', async () => {
    const looking = eyes()
    const followed = past({ author: { cleanDays: 0, followedSince: NOW - 2 * DAY } })
    const look = (also: Partial<Facts>) => lookAtPictures(post(['a'], also), time(), looking)
    await look({})
    await look({ history: followed })
    await look({ history: past({ regulars: 3 }) })
    await look({ proof: 'missing', history: followed })
    expect(looking.asked.map((each) => [each.askedBy, each.isKnown, each.isUrgent])).toEqual([
      [BOB, false, true],
      [BOB, true, true],
      [BOB, true, true],
      [undefined, false, false],
    ])
  })

  test('also behind the id of an object, of one in a post', async () => {
    const attachment = [OBJECT, 'https://remote.example/objects/2']
    const facts = factsOf(aCreate(aNote({ mentions: [ALICE], also: { attachment } })))
    const looking = eyes({}, { id: OBJECT, type: 'Document', url: url('spam') })
    const { seen } = await lookAtPictures(facts, time(), looking)
    expect(seen).toMatchObject([
      { url: OBJECT, at: 'an attachment by its id', findings: [finding] },
      { findings: [], unread: 'only one object a post is asked for' },
    ])
    expect(looking.told.filter((each) => each.startsWith('object'))).toEqual([`object ${OBJECT}`])
    const gone = await lookAtPictures(facts, time(), eyes())
    expect(gone).toMatchObject({
      isLate: true,
      seen: [{ unread: 'its object was not read: answered 404' }, {}],
    })
  })

  test('besides attachments where the operator wants it', async () => {
    const facts = post(['a'], { profile: aProfile({ icon: url('face') }) })
    const [without, withFaces] = [eyes(), eyes({ also: ['avatar'] })]
    await lookAtPictures(facts, time(), without)
    await lookAtPictures(facts, time(), withFaces)
    expect(without.asked.map((each) => each.url)).toEqual([url('a')])
    expect(withFaces.asked.map((each) => each.url)).toEqual([url('a'), url('face')])
  })
})

describe('what was seen', () => {
  test('is told with the place of each picture', async () => {
    const looking = eyes()
    const { seen, isLate } = await lookAtPictures(post(['a', 'spam', 'broken']), time(), looking)
    expect(
      seen.map(({ at, findings, unread }) => ({ at, found: findings.length, unread })),
    ).toEqual([
      { at: 'attachment 1', found: 0, unread: undefined },
      { at: 'attachment 2', found: 1, unread: undefined },
      { at: 'attachment 3', found: 0, unread: 'no picture' },
    ])
    expect(isLate).toBe(false)
    expect(looking.told).toEqual(['clean', 'banned', 'unread', 'open: picture'])
  })

  test('is not taken for clean where there was more than could be read', async () => {
    const looking = eyes()
    const { seen, isLate } = await lookAtPictures(post(['long']), time(), looking)
    expect(seen).toMatchObject([{ findings: [], unread: 'there is more in it than is read' }])
    expect(isLate).toBe(false)
    expect(looking.told).toEqual(['partial', 'open: picture'])
  })

  test('may be something else when it comes again, where it was late', async () => {
    const looking = eyes()
    expect(await lookAtPictures(post(['slow']), time(), looking)).toMatchObject({ isLate: true })
    // Let through is it only when it is not waited for.
    expect(looking.told).toEqual(['late'])
  })

  test('is nothing of those beyond four, and that is counted', async () => {
    const looking = eyes()
    const purse = { left: 4 }
    await lookAtPictures(post(['a', 'b', 'c']), { leftMs: 1, purse }, looking)
    const { seen } = await lookAtPictures(post(['d', 'e', 'f']), { leftMs: 1, purse }, looking)
    expect(unreadNotes(seen)).toEqual([
      'picture unread: attachment 2, attachment 3: more than 4 in one delivery',
    ])
    expect(looking.asked.map((each) => each.url)).toEqual(['a', 'b', 'c', 'd'].map(url))
    expect(looking.told.filter((each) => each === 'open: picture')).toHaveLength(2)
  })

  test('by the blurhash alone condemns, and nothing is fetched', async () => {
    const attachment = [{ type: 'Document', url: url('a'), blurhash: 'KNOWN' }]
    const facts = factsOf(aCreate(aNote({ mentions: [ALICE], also: { attachment } })))
    const looking = eyes()
    const { seen } = await lookAtPictures(facts, time(), looking)
    expect(seen).toMatchObject([{ at: 'attachment 1', findings: [{ how: 'blurhash' }] }])
    expect(looking.asked).toEqual([])
  })
})
