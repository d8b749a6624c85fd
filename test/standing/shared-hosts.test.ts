import { expect, test } from 'vitest'
import { isSharedHost } from '../../src/standing/shared-hosts.ts'

test.each(['bsky.brid.gy', 'fed.brid.gy', 'web.brid.gy', 'ap.brid.gy', 'mostr.pub', 'threads.net'])(
  '%s is shared by many',
  (domain) => {
    expect(isSharedHost(domain)).toBe(true)
  },
)

test('a host of blogs is shared, a blog of it is somebody’s own', () => {
  expect(isSharedHost('wordpress.com')).toBe(true)
  expect(isSharedHost('spam.wordpress.com')).toBe(false)
})

test.each(['notbrid.gy', 'brid.gy.evil.test', 'gy', 'spam.masto.host', 'mastodon.example'])(
  '%s is not',
  (domain) => {
    expect(isSharedHost(domain)).toBe(false)
  },
)
