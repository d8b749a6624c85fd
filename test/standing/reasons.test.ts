// What is said of a server is English for none, one and many.
import { describe, expect, test } from 'vitest'
import { factsInWords } from '../../src/standing/reasons.ts'

const NOW = Date.parse('2026-02-20T12:00:00Z')
const NOBODY = { people: 0, followed: 0, cleanDays: 0, droppedPeople: 0 }

const told = (past: object, description: object = {}) =>
  factsInWords({
    past: { ...NOBODY, firstSeenAt: NOW, ...past },
    ...{ notices: [], description, now: NOW },
  })

describe('its past', () => {
  test.each([
    { past: {}, says: ['first seen today, clean on no day', 'nobody of it seen'] },
    {
      past: { people: 1, cleanDays: 1 },
      says: ['first seen today, clean on 1 day', '1 person of it seen, none followed by ours'],
    },
    {
      past: { people: 1, followed: 1, cleanDays: 2 },
      says: ['first seen today, clean on 2 days', '1 person of it seen, followed by ours'],
    },
    {
      past: { people: 100, followed: 1, cleanDays: 30, droppedPeople: 1 },
      says: [
        'first seen today, clean on 30 days',
        '100 people or more of it seen, 1 of them followed by ours',
        'spam of 1 person of it in the last 90 days',
      ],
    },
    {
      past: { people: 7, droppedPeople: 2, cleanDays: 1 },
      says: [
        'first seen today, clean on 1 day',
        '7 people of it seen, none followed by ours',
        'spam of 2 people of it in the last 90 days',
      ],
    },
  ])('of $past', ({ past, says }) => {
    expect(told(past)).toEqual(says)
  })
})

test.each([
  { description: { users: 0 }, says: 'it says that nobody signed up' },
  { description: { users: 1 }, says: 'it says that 1 person signed up' },
  { description: { activeUsers: 0 }, says: 'it says that nobody is active' },
  { description: { activeUsers: 1 }, says: 'it says that 1 person is active' },
  { description: { activeUsers: 2 }, says: 'it says that 2 people are active' },
  {
    description: { signUpSurge: 1 },
    says: 'sign-ups of its best week: as many as in the others',
  },
])('of $description', ({ description, says }) => {
  expect(told({}, description).slice(2)).toEqual([says])
})
