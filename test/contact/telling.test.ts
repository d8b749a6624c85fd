// Which answers are rewritten, by path and type alone.
import { describe, expect, test } from 'vitest'
import { describedAt, kindOfAnswer, mayBePage } from '../../src/contact/telling.ts'

describe('a description', () => {
  test.each([
    ...['/api/v1/instance', '/api/v2/instance', '/api/v2/instance/', '/api//v2/instance'],
    ...['/API/v2/Instance', '/api/v2/%69nstance', '/api/v2/%2569nstance', '/api/v2/instance?a=/x'],
    ...[
      '/api/v1/../v2/instance',
      '/api/./v1/instance',
      '/api/v1/instance.json',
      '/api/v1/instance;a=1',
    ],
    ...['/api%2Fv1%2Finstance', '/api/v1/instance/extended_description', '/api/v1/instance/rules'],
    ...['/api/meta', '/api/v3/site', '/api/v1/config', '/api/v1/config/about'],
    ...['/manifest.json', '/manifest', '/manifest.webmanifest'],
    ...['/api/v1/instance/privacy_policy', '/api/v1/instance/terms_of_service/2026-11-22'],
    ...['/api/v2/instance/domain_blocks', '/.well-known/oauth-authorization-server'],
    ...['/api/server-info', '/api/federation/show-instance', '/api/federation/instances'],
    ...['/api/pleroma/frontend_configurations', '/instance/panel.json', '/static/config.json'],
    ...['/api/statusnet/config.json', '/api/gnusocial/config', '/siteinfo.json', '/about.json'],
    ...['/api/v4/site', '/api/alpha/site', '/api/instance', '/api/config'],
  ])('stands at %s', (target) => {
    expect(kindOfAnswer(target, 'application/json; charset=utf-8')).toBe('json')
    expect(kindOfAnswer(target, '')).toBe('json')
  })

  test.each(['/nodeinfo/2.0', '/nodeinfo/2.1/', '/nodeinfo/2.0.json', '/.well-known/nodeinfo'])(
    'of nodeinfo stands at %s',
    (target) => {
      const type = 'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"'
      expect(kindOfAnswer(target, type)).toBe('nodeinfo')
    },
  )

  test.each([
    ['application/rss+xml', 'html'],
    ['application/atom+xml; charset=utf-8', 'html'],
    ['text/xml', 'html'],
    ['application/feed+json', 'json'],
  ])('is in PeerTube’s feeds, as %s', (type, kind) => {
    expect(kindOfAnswer('/feeds/videos.xml?sort=-trending', type)).toBe(kind)
  })

  test.each([
    ...['/.well-known/security.txt', '/security.txt', '/humans.txt', '/robots.txt', '/llms.txt'],
    '/instance/terms.txt',
  ])('for people who look is a text: %s', (target) => {
    expect(kindOfAnswer(target, 'text/plain')).toMatch(/^(?:text|json)$/)
  })

  test.each([
    ['/opensearch.xml', 'application/opensearchdescription+xml'],
    ['/api/statusnet/config.xml', 'application/xml'],
    ['/atom.xml', 'application/atom+xml'],
    ['/rss', 'text/xml'],
  ])('is XML at %s', (target, type) => {
    expect(kindOfAnswer(target, type)).toBe('html')
  })
})

describe('a page', () => {
  test.each([
    ['/', 'text/html', 'html'],
    ['/@alice/1', 'TEXT/HTML; charset=utf-8', 'html'],
    ['/api/v1/anything', 'text/html', 'html'],
    ['/about', 'application/xhtml+xml', 'html'],
    ['/settings/profile', 'text/html', 'form'],
    ['/auth/edit', 'text/html', 'form'],
  ])('%s of type %s is read as %s', (target, type, kind) => {
    expect(kindOfAnswer(target, type)).toBe(kind)
  })
})

describe('an answer passes untouched', () => {
  test.each([
    ['/api/v1/timelines/home', 'application/json'],
    ['/api/v1/statuses/1', 'application/json'],
    ['/api/v1/instance/peers', 'application/json'],
    ['/api/admin/meta', 'application/json'],
    ['/api/v1/config/custom', 'application/json'],
    ['/api/v1/admin/domain_blocks', 'application/json'],
    ['/users/alice/note.txt', 'text/plain'],
    ['/users/alice/feed.atom', 'application/atom+xml'],
    ['/api/notes/timeline', 'application/json'],
    ['/users/alice', 'application/activity+json'],
    ['/api/v2/instance', 'application/activity+json'],
    ['/users/alice', 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'],
    ['/media/1.png', 'image/png'],
    ['/packs/a.js', 'text/javascript'],
    ['/api/v1/streaming', 'text/event-stream'],
    ['/api/v1/instance', 'text/event-stream'],
    ['/.well-known/webfinger?resource=acct:a@b', 'application/jrd+json'],
    ['/@alice.rss', 'application/rss+xml'],
    ['/files/1', ''],
  ])('%s of type %s', (target, type) => {
    expect(kindOfAnswer(target, type)).toBeUndefined()
  })
})

describe('a request', () => {
  test.each([
    ['/', {}, true],
    ['/@alice@other.example', { accept: 'text/html,*/*;q=0.8' }, true],
    ['/about', { accept: '*/*', 'sec-fetch-dest': 'document' }, true],
    ['/about', { accept: 'application/activity+json' }, false],
    ['/about', { accept: '*/*', 'sec-fetch-dest': 'image' }, false],
    ['/packs/js/a.js', { accept: '*/*' }, false],
    ['/files/0a1b', { accept: '*/*' }, false],
    ['/api/v1/timelines/home', { accept: '*/*' }, false],
  ])('for %s with %o may bring a page: %s', (target, headers, expected) => {
    expect(mayBePage(target, headers)).toBe(expected)
    expect(describedAt(target)).toBeUndefined()
  })
})
