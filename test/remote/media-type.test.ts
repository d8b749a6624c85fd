import { expect, test } from 'vitest'
import { ACTIVITY_TYPES, isAccepted } from '../../src/remote/media-type.ts'

const AS = 'https://www.w3.org/ns/activitystreams'

test.each([
  'application/activity+json',
  'Application/Activity+JSON; charset=utf-8',
  `application/activity+json; profile="${AS}"`,
  `application/ld+json; profile="${AS}"`,
  `application/ld+json;profile="${AS}"; charset=utf-8`,
  `application/ld+json; charset=utf-8; profile="https://w3id.org/security ${AS}"`,
  `application/ld+json; profile=${AS}`,
])('takes %s for an ActivityStreams document', (contentType) => {
  expect(isAccepted(contentType, ACTIVITY_TYPES)).toBe(true)
})

test.each([
  '',
  'application/json',
  'application/ld+json',
  'application/ld+json; profile="https://other.example/"',
  `text/plain; profile="${AS}"`,
  'text/html, application/activity+json',
  'image/png',
  'application/activity+jsonx',
  'application/octet-stream; x=application/activity+json',
])('takes %j for something else', (contentType) => {
  expect(isAccepted(contentType, ACTIVITY_TYPES)).toBe(false)
})

test.each([
  { accept: 'image/*', contentType: 'image/png', accepted: true },
  { accept: 'image/*', contentType: 'imagery/png', accepted: false },
  { accept: 'image/*, application/octet-stream;q=0.1', contentType: 'text/html', accepted: false },
  { accept: '*/*', contentType: '', accepted: true },
  {
    accept: 'application/json',
    contentType: 'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.0#"',
    accepted: true,
  },
])('answers $accepted for $contentType where $accept was asked for', (row) => {
  expect(isAccepted(row.contentType, row.accept)).toBe(row.accepted)
})
