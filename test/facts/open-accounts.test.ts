import { describe, expect, test } from 'vitest'
import { openAccounts } from '../../src/facts/open-accounts.ts'
import { ALICE, aCreate, aNote, factsOf, HOME } from '../support/build.ts'

const DOMAINS = [HOME, 'web.home.example']
const ADMIN = `https://${HOME}/users/admin`

describe('an account is open', () => {
  test.each(['admin', '@admin', 'ADMIN', `@admin@${HOME}`, `admin@WEB.${HOME}`, ADMIN])(
    'by the entry %s',
    (entry) => {
      const isOpen = openAccounts([entry], DOMAINS)
      expect(isOpen(ADMIN)).toBe(true)
      expect(isOpen(ALICE)).toBe(false)
    },
  )

  test.each([
    `https://${HOME}/users/admin/`,
    `https://${HOME.toUpperCase()}/users/Admin`,
    `https://${HOME}/@admin`,
    `https://${HOME}/u/admin`,
    `https://${HOME}/ap/users/admin`,
    `https://${HOME}/accounts/admin`,
    'https://web.home.example/users/admin#main-key',
    `http://${HOME}/users/admin`,
  ])('by its handle as %s', (id) => {
    expect(openAccounts(['admin'], DOMAINS)(id)).toBe(true)
  })

  test('by its address where ids hold no names', () => {
    const isOpen = openAccounts([`https://${HOME}/users/9abc0def`], DOMAINS)
    expect(isOpen(`https://${HOME}/users/9ABC0def`)).toBe(true)
    expect(isOpen(`https://${HOME}/users/9abc0de`)).toBe(false)
  })

  test.each([
    'https://other.example/users/admin',
    `https://${HOME}.other.example/users/admin`,
    `https://${HOME}/users/admin2`,
    `https://${HOME}/users/admin/statuses/1`,
    `https://${HOME}/@admin@other.example`,
    `https://${HOME}/posts/admin`,
    `@admin@${HOME}`,
    'admin',
    '',
  ])('never by %j', (id) => {
    expect(openAccounts(['admin'], DOMAINS)(id)).toBe(false)
  })
})

test.each([
  { entry: '@admin@other.example', says: 'is on no domain of yours' },
  { entry: 'https://other.example/users/admin', says: 'is on no domain of yours' },
  { entry: `${HOME}/users/admin`, says: 'is neither a handle nor' },
  { entry: 'the admin', says: 'is neither a handle nor' },
  { entry: '', says: 'is neither a handle nor' },
])('the entry $entry is refused and named', ({ entry, says }) => {
  expect(() => openAccounts(['alice', entry], DOMAINS)).toThrow(`"${entry}" ${says}`)
})

test('who calls nobody but the open accounts reaches us, and nobody whom the rules protect', () => {
  const local = { domains: DOMAINS, isOpen: openAccounts(['admin'], DOMAINS) }
  const reach = (mentions: string[]) => factsOf(aCreate(aNote({ mentions })), { local }).reach
  expect(reach([ADMIN])).toMatchObject({ local: [ADMIN], guarded: [] })
  expect(reach([ADMIN, ALICE])).toMatchObject({ local: [ADMIN, ALICE], guarded: [ALICE] })
})

test('a mention’s name opens no account', () => {
  const local = { domains: DOMAINS, isOpen: openAccounts(['admin'], DOMAINS) }
  const tag = [
    { type: 'Mention', href: ALICE, name: `@admin@${HOME}` },
    { type: 'Mention', name: `@admin@${HOME}` },
  ]
  const { guarded } = factsOf(aCreate(aNote({ also: { tag, cc: [] } })), { local }).reach
  expect(guarded).toEqual([ALICE, `@admin@${HOME}`])
})
