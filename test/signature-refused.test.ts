// Signatures that are no proof: each row is signed with the right key unless it says otherwise.
import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Delivery, receive } from '../src/delivery.ts'
import { type Keys, signatures } from '../src/signature.ts'
import { aSigner, keysOf, type Signer, type Signing } from './support/sign.ts'

const AT = Date.UTC(2026, 10, 22, 10, 30)
const BODY = '{"type":"Like"}'
const MINUTE = 60_000

const rsa = aSigner()
const ed25519 = aSigner({ owner: 'https://ed.example/users/eve', algorithm: 'ed25519' })
/** Publishes the Ed25519 key, but names itself like the RSA signer, and the other way round. */
const rsaNamedEd = aSigner({ owner: ed25519.owner })
const edNamedRsa = aSigner({ owner: rsa.owner, algorithm: 'ed25519' })

interface Row {
  readonly case: string
  readonly signing?: Signing
  readonly signer?: Signer
  /** What happens to the headers after signing. */
  readonly tamper?: Change
  readonly why: RegExp
}
type Change = (headers: Record<string, string>) => Record<string, string>

const PLAIN = ['(request-target)', 'host', 'date', 'digest']
const CREATED = ['(request-target)', 'host', '(created)', 'digest']

const CAVAGE: readonly Row[] = [
  // What the header looks like
  { case: 'an empty header', tamper: header('signature', () => ''), why: /malformed/ },
  { case: 'prose', tamper: header('signature', () => 'trust me'), why: /malformed/ },
  { case: 'a comma at the end', tamper: header('signature', (s) => `${s},`), why: /malformed/ },
  {
    case: 'a quote left open',
    tamper: header('signature', (s) => s.slice(0, -1)),
    why: /malformed/,
  },
  { case: 'the header twice', tamper: header('signature', (s) => `${s}, ${s}`), why: /malformed/ },
  {
    case: 'keyId twice',
    signing: { parameters: { KEYID: '"https://evil.example/k"' } },
    why: /malformed/,
  },
  { case: 'no keyId', signing: { parameters: { keyId: undefined } }, why: /no keyId/ },
  { case: 'an empty keyId', signing: { parameters: { keyId: '""' } }, why: /no keyId/ },
  { case: 'an empty signature', signing: { parameters: { signature: '""' } }, why: /empty/ },
  {
    case: 'no signature',
    tamper: header('signature', (s) => s.replace('signature=', 'sign=')),
    why: /empty/,
  },
  {
    case: 'a signature in hex digits and dashes',
    signing: { parameters: { signature: '"a-b"' } },
    why: /base64/,
  },
  {
    case: 'a signature of three bytes',
    signing: { parameters: { signature: '"AAAA"' } },
    why: /fit/,
  },
  // Who signs
  {
    case: 'a keyId that is an account',
    signing: keyId('acct:alice@remote.example'),
    why: /web address/,
  },
  { case: 'a keyId that is a DID', signing: keyId('did:web:remote.example'), why: /web address/ },
  { case: 'a keyId that is a file', signing: keyId('file:///etc/passwd'), why: /web address/ },
  { case: 'a keyId that is data', signing: keyId('data:text/plain,key'), why: /web address/ },
  {
    case: 'a keyId that is only a path',
    signing: keyId('/users/alice#main-key'),
    why: /web address/,
  },
  {
    case: 'a keyId beyond all measure',
    signing: keyId(`https://remote.example/${'a'.repeat(2048)}`),
    why: /web address/,
  },
  // What is covered
  { case: 'only Date', signing: { covered: ['date'] }, why: /request-target.* not signed/ },
  {
    case: 'no list of headers',
    signing: { parameters: { headers: undefined } },
    why: /not signed/,
  },
  { case: 'an empty list', signing: { covered: [] }, why: /not signed/ },
  { case: 'no target', signing: without('(request-target)'), why: /request-target.* not signed/ },
  { case: 'no host', signing: without('host'), why: /host is not signed/ },
  { case: 'no digest', signing: without('digest'), why: /digest is not signed/ },
  { case: 'no date', signing: without('date'), why: /no date/ },
  { case: 'a header twice', signing: { covered: [...PLAIN, 'host'] }, why: /listed twice/ },
  {
    case: 'a header that is not there',
    signing: { covered: [...PLAIN, 'x-gone'] },
    why: /not there/,
  },
  {
    case: 'an unknown pseudo header',
    signing: { covered: [...PLAIN, '(status)'] },
    why: /not there/,
  },
  { case: 'two spaces in the list', signing: { covered: ['', ...PLAIN] }, why: /not there/ },
  {
    case: 'a signed header that was taken away',
    signing: { covered: [...PLAIN, 'content-type'] },
    tamper: ({ 'content-type': _, ...rest }) => rest,
    why: /not there/,
  },
  {
    case: 'a signed header with a forged line in it',
    signing: { covered: [...PLAIN, 'x-note'], headers: { 'x-note': 'a\nhost: social.example' } },
    why: /not there/,
  },
  {
    case: 'a signed header sent twice',
    tamper: header('host', (host) => `${host}, ${host}`),
    why: /host/,
  },
  {
    case: 'hs2019 without Date or created',
    signing: { ...without('date'), algorithm: 'hs2019' },
    why: /no date/,
  },
  {
    case: '(created) listed, created absent',
    signing: { covered: CREATED, algorithm: 'hs2019', parameters: { created: undefined } },
    why: /no date/,
  },
  {
    case: '(expires) listed, expires absent',
    signing: { covered: [...CREATED, '(expires)'], algorithm: 'hs2019' },
    why: /not there/,
  },
  {
    case: '(created) with rsa-sha256',
    signing: { covered: CREATED },
    why: /cannot be signed with rsa-sha256/,
  },
  {
    case: '(expires) with rsa-sha512',
    signing: {
      covered: [...PLAIN, '(expires)'],
      algorithm: 'rsa-sha512',
      parameters: { expires: `${AT / 1000 + 60}` },
    },
    why: /cannot be signed with rsa-sha512/,
  },
  // When
  { case: 'a date 66 minutes old', signing: { at: AT - 66 * MINUTE }, why: /too long ago/ },
  { case: 'a date 61 minutes ahead', signing: { at: AT + 61 * MINUTE }, why: /future/ },
  { case: 'a date in another form', signing: date('2026-11-22T10:30:00Z'), why: /no date/ },
  { case: 'a date that is a number', signing: date('1'), why: /no date/ },
  {
    case: 'a date with another zone',
    signing: date('Sun, 22 Nov 2026 10:30:00 +0900'),
    why: /no date/,
  },
  { case: 'a date of no month', signing: date('Sun, 22 Foo 2026 10:30:00 GMT'), why: /no date/ },
  { case: 'two dates', tamper: header('date', (text) => `${text}, ${text}`), why: /no date/ },
  {
    case: 'a date moved afterwards',
    tamper: header('date', () => new Date(AT - MINUTE).toUTCString()),
    why: /fit/,
  },
  {
    case: 'a created 66 minutes old beside a fresh Date',
    signing: {
      covered: [...PLAIN, '(created)'],
      algorithm: 'hs2019',
      parameters: { created: `${AT / 1000 - 66 * 60}` },
    },
    why: /too long ago/,
  },
  {
    case: 'a created ahead beside a fresh Date',
    signing: {
      covered: [...PLAIN, '(created)'],
      algorithm: 'hs2019',
      parameters: { created: `${AT / 1000 + 61 * 60}` },
    },
    why: /future/,
  },
  {
    case: 'a created moved afterwards',
    signing: { covered: CREATED, algorithm: 'hs2019' },
    tamper: header('signature', (s) =>
      s.replace(`created=${AT / 1000}`, `created=${AT / 1000 + 1}`),
    ),
    why: /fit/,
  },
  { case: 'an expiry gone by', signing: expires(`${AT / 1000 - 1}`), why: /expired/ },
  { case: 'an expiry that is no number', signing: expires('"soon"'), why: /no date/ },
  { case: 'an expiry in hexadecimal', signing: expires('"0xFFFFFFFF"'), why: /no date/ },
  // Where
  { case: 'the host of another site', signing: { host: 'other.example' }, why: /none of ours/ },
  { case: 'a host below ours', signing: { host: 'a.social.example' }, why: /none of ours/ },
  {
    case: 'our host with another port',
    signing: { host: 'social.example:8443' },
    why: /none of ours/,
  },
  {
    case: 'our host, signed as another',
    signing: { host: 'other.example' },
    tamper: header('host', () => 'social.example'),
    why: /fit/,
  },
  { case: 'an empty host', signing: { host: '' }, why: /none of ours/ },
  { case: 'another target', signing: { signedTarget: '/users/bob/inbox' }, why: /fit/ },
  {
    case: 'another method',
    signing: { covered: PLAIN, method: 'PUT' },
    tamper: (same) => same,
    why: /fit/,
  },
  { case: 'a target with a space', signing: { target: '/in box' }, why: /plain path/ },
  {
    case: 'an absolute target',
    signing: { target: 'https://social.example/inbox' },
    why: /plain path/,
  },
  {
    case: 'another query than the signed one',
    signing: { target: '/inbox?a=2', signedTarget: '/inbox?a=1' },
    why: /fit/,
  },
  {
    case: 'a query signed and taken away',
    signing: { target: '/inbox', signedTarget: '/inbox?a=1' },
    why: /fit/,
  },
  {
    case: 'the signed path as the query',
    signing: { target: '/outbox?/inbox', signedTarget: '/inbox' },
    why: /fit/,
  },
  // What
  {
    case: 'the digest of another body',
    signing: digest(`SHA-256=${hashed('sha256', 'other')}`),
    why: /body does not match/,
  },
  { case: 'SHA-1 alone', signing: digest(`SHA=${hashed('sha1')}`), why: /neither/ },
  { case: 'MD5 alone', signing: digest(`MD5=${hashed('md5')}`), why: /neither/ },
  { case: 'a hash of a name everybody inherits', signing: digest('constructor=x'), why: /neither/ },
  {
    case: 'SHA-256 under the name of SHA-512',
    signing: digest(`SHA-512=${hashed('sha256')}`),
    why: /body does not match/,
  },
  {
    case: 'a digest in hexadecimal',
    signing: digest(`SHA-256=${createHash('sha256').update(BODY).digest('hex')}`),
    why: /body does not match/,
  },
  { case: 'an empty digest', signing: digest('SHA-256='), why: /body does not match/ },
  { case: 'a digest without a name', signing: digest(hashed('sha256')), why: /malformed|neither/ },
  { case: 'an empty entry', signing: digest(`SHA-256=${hashed('sha256')},`), why: /malformed/ },
  {
    case: 'two digests of which one is wrong',
    signing: digest(`SHA-256=${hashed('sha256')},SHA-256=${hashed('sha256', 'other')}`),
    why: /body does not match/,
  },
  {
    case: 'a right SHA-256 and a wrong SHA-512',
    signing: digest(`SHA-256=${hashed('sha256')},SHA-512=${hashed('sha512', 'other')}`),
    why: /body does not match/,
  },
  {
    case: 'only an unsigned Content-Digest',
    signing: { headers: { digest: undefined, 'content-digest': `sha-256=:${hashed('sha256')}:` } },
    why: /not there/,
  },
  // How
  { case: 'rsa-sha1', signing: { algorithm: 'rsa-sha1' }, why: /none of ours/ },
  { case: 'hmac-sha256', signing: { algorithm: 'hmac-sha256' }, why: /none of ours/ },
  { case: 'ecdsa-sha256', signing: { algorithm: 'ecdsa-sha256' }, why: /none of ours/ },
  {
    case: 'an algorithm of the other scheme',
    signing: { algorithm: 'rsa-v1_5-sha256' },
    why: /none of ours/,
  },
  { case: 'no algorithm at all, by name', signing: { algorithm: 'none' }, why: /none of ours/ },
  { case: 'SHA-512 where SHA-256 is named', signing: { made: 'sha512' }, why: /fit/ },
  {
    case: 'SHA-256 where SHA-512 is named',
    signing: { algorithm: 'rsa-sha512', made: 'sha256' },
    why: /fit/,
  },
  { case: 'RSA-PSS', signing: { algorithm: 'hs2019', made: 'pss' }, why: /fit/ },
  {
    case: 'rsa-sha256 with an Ed25519 key',
    signer: ed25519,
    signing: { algorithm: 'rsa-sha256' },
    why: /another type/,
  },
  { case: 'ed25519 with an RSA key', signing: { algorithm: 'ed25519' }, why: /another type/ },
  {
    case: 'an RSA signature for an Ed25519 key',
    signer: rsaNamedEd,
    signing: { algorithm: 'hs2019' },
    why: /fit/,
  },
  {
    case: 'an Ed25519 signature for an RSA key',
    signer: edNamedRsa,
    signing: { algorithm: 'hs2019' },
    why: /fit/,
  },
  {
    case: 'the public key used as a shared secret',
    signing: { algorithm: 'hs2019' },
    tamper: header('signature', (s) => {
      const text = [`(request-target): post /inbox`, 'host: social.example'].join('\n')
      const mac = createHmac('sha256', rsa.publicKeyPem).update(text).digest('base64')
      return s.replace(/signature="[^"]*"/, `signature="${mac}"`)
    }),
    why: /fit/,
  },
  {
    case: 'one flipped bit',
    tamper: header('signature', (s) =>
      s.replace(/(?<=signature=".{40})./, (c) => (c === 'A' ? 'B' : 'A')),
    ),
    why: /fit/,
  },
]

const METHOD = ['@method', '@target-uri', 'content-digest']

const RFC9421: readonly Row[] = [
  { case: 'no Host header', tamper: ({ host: _, ...rest }) => rest, why: /none of ours/ },
  {
    case: 'an empty Signature-Input',
    tamper: header('signature-input', () => ''),
    why: /malformed/,
  },
  { case: 'prose', tamper: header('signature-input', () => 'trust me'), why: /malformed/ },
  {
    case: 'a cavage signature without a keyId under a garbled Signature-Input',
    signing: {
      scheme: 'cavage',
      headers: { 'signature-input': 'sig1' },
      parameters: { keyId: undefined },
    },
    why: /Signature-Input is malformed/,
  },
  {
    case: 'a good cavage signature in a second header beside it',
    tamper: header('signature', (s) => `${s}, ${rsa.sign({ at: AT }).at(-1)}`),
    why: /not hold just the signature/,
  },
  {
    case: 'a keyId in Signature beside it',
    tamper: header('signature', (s) => `${s}, keyid="https://other.example/k"`),
    why: /not hold just the signature/,
  },
  {
    case: 'two signatures described',
    tamper: header('signature-input', (s) => `${s}, ${s.replace('sig1', 'sig2')}`),
    why: /not just one/,
  },
  {
    case: 'one label described twice',
    tamper: header('signature-input', (s) => `${s}, ${s}`),
    why: /not just one/,
  },
  { case: 'no signature', tamper: ({ signature: _, ...rest }) => rest, why: /just the signature/ },
  {
    case: 'another label',
    tamper: header('signature', (s) => s.replace('sig1', 'sig2')),
    why: /just the signature/,
  },
  {
    case: 'two signatures',
    tamper: header('signature', (s) => `${s}, sig2=:AAAA:`),
    why: /just the signature/,
  },
  {
    case: 'one signature twice',
    tamper: header('signature', (s) => `sig1=:AAAA:, ${s}`),
    why: /just the signature/,
  },
  {
    case: 'an empty signature',
    tamper: header('signature', () => 'sig1=::'),
    why: /just the signature/,
  },
  {
    case: 'a signature that is a string',
    tamper: header('signature', () => 'sig1="AAAA"'),
    why: /just the signature/,
  },
  {
    case: 'a signature of bad base64',
    tamper: header('signature', () => 'sig1=:A:'),
    why: /just the signature/,
  },
  { case: 'no keyid', signing: { parameters: { keyid: undefined } }, why: /no keyid/ },
  { case: 'a keyid that is a token', signing: { parameters: { keyid: 'alice' } }, why: /no keyid/ },
  {
    case: 'a parameter twice',
    tamper: header('signature-input', (s) => s.replace(';created', ';created=1;created')),
    why: /malformed/,
  },
  {
    case: 'a keyid that is a DID',
    signing: { parameters: { keyid: '"did:web:a.example"' } },
    why: /web address/,
  },
  { case: 'nothing covered', signing: covered(), why: /@method is not signed/ },
  { case: 'only @method', signing: covered('@method'), why: /path is not signed/ },
  {
    case: 'no @method',
    signing: covered('@target-uri', 'content-digest'),
    why: /@method is not signed/,
  },
  {
    case: 'no path',
    signing: covered('@method', '@authority', 'content-digest'),
    why: /path is not signed/,
  },
  {
    case: 'only the query',
    signing: covered('@method', '@query', '@authority', 'content-digest'),
    why: /path is not signed/,
  },
  {
    case: 'no host',
    signing: covered('@method', '@path', 'content-digest'),
    why: /host is not signed/,
  },
  {
    case: 'no content-digest',
    signing: covered('@method', '@target-uri'),
    why: /content-digest is not signed/,
  },
  {
    case: 'digest in place of content-digest',
    signing: covered('@method', '@target-uri', 'digest'),
    why: /content-digest is not signed/,
  },
  { case: 'a component twice', signing: covered(...METHOD, '@method'), why: /listed twice/ },
  { case: 'an unknown derived component', signing: covered(...METHOD, '@status'), why: /unknown/ },
  {
    case: 'the parameters as a component',
    signing: covered(...METHOD, '@signature-params'),
    why: /unknown/,
  },
  { case: 'a header that is not there', signing: covered(...METHOD, 'x-gone'), why: /not there/ },
  { case: 'a header in capitals', signing: covered(...METHOD, 'Date'), why: /not there/ },
  ...['sf', 'bs', 'req', 'tr', 'key="a"', 'name="a"'].map((parameter) => ({
    case: `a component with ;${parameter}`,
    tamper: header('signature-input', (s) =>
      s.replace('"content-digest"', `"content-digest";${parameter}`),
    ),
    why: /no plain name/,
  })),
  {
    case: 'a component that is a token',
    tamper: header('signature-input', (s) => s.replace('"content-digest"', 'content-digest')),
    why: /no plain name/,
  },
  {
    case: 'no created',
    signing: { parameters: { created: undefined } },
    why: /created is missing/,
  },
  {
    case: 'a created that is a string',
    signing: { parameters: { created: '"1"' } },
    why: /created is missing/,
  },
  {
    case: 'a created with decimals',
    signing: { parameters: { created: `${AT / 1000}.5` } },
    why: /no whole number/,
  },
  { case: 'a created 66 minutes old', signing: { at: AT - 66 * MINUTE }, why: /too long ago/ },
  { case: 'a created 61 minutes ahead', signing: { at: AT + 61 * MINUTE }, why: /future/ },
  {
    case: 'a created moved afterwards',
    tamper: header('signature-input', (s) => s.replace(/created=\d+/, `created=${AT / 1000 - 1}`)),
    why: /fit/,
  },
  { case: 'an expiry gone by', signing: expires(`${AT / 1000 - 1}`), why: /expired/ },
  { case: 'an expiry that is a string', signing: expires('"never"'), why: /no whole number/ },
  {
    case: 'an unknown parameter added',
    tamper: header('signature-input', (s) => `${s};tag="x"`),
    why: /fit/,
  },
  { case: 'the host of another site', signing: { host: 'other.example' }, why: /none of ours/ },
  {
    case: 'our host, signed as another',
    signing: { host: 'other.example' },
    tamper: header('host', () => 'social.example'),
    why: /fit/,
  },
  { case: 'another target', signing: { signedTarget: '/users/bob/inbox' }, why: /fit/ },
  { case: 'a query put on', signing: { target: '/inbox?a=1', signedTarget: '/inbox' }, why: /fit/ },
  {
    case: 'the digest of another body',
    signing: content(`sha-256=:${hashed('sha256', 'other')}:`),
    why: /body does not match/,
  },
  { case: 'SHA-1 alone', signing: content(`sha=:${hashed('sha1')}:`), why: /neither/ },
  {
    case: 'a digest in the older form',
    signing: content(`SHA-256=${hashed('sha256')}`),
    why: /malformed/,
  },
  {
    case: 'a digest that is a string',
    signing: content(`sha-256="${hashed('sha256')}"`),
    why: /body does not match/,
  },
  { case: 'an empty digest', signing: content('sha-256=::'), why: /body does not match/ },
  {
    case: 'a digest twice, the last one right',
    signing: content(`sha-256=:${hashed('sha256', 'other')}:, sha-256=:${hashed('sha256')}:`),
    why: /malformed/,
  },
  {
    case: 'a right sha-256 and a wrong sha-512',
    signing: content(`sha-256=:${hashed('sha256')}:, sha-512=:${hashed('sha512', 'other')}:`),
    why: /body does not match/,
  },
  { case: 'hs2019', signing: { algorithm: 'hs2019' }, why: /none of ours/ },
  { case: 'hmac-sha256', signing: { algorithm: 'hmac-sha256' }, why: /none of ours/ },
  {
    case: 'an algorithm of the other scheme',
    signing: { algorithm: 'rsa-sha256' },
    why: /none of ours/,
  },
  {
    case: 'an algorithm that is a token',
    signing: { algorithm: undefined, parameters: { alg: 'ed25519' } },
    why: /none of ours/,
  },
  {
    case: 'PSS where PKCS #1 v1.5 is named',
    signing: { algorithm: 'rsa-v1_5-sha256', made: 'pss' },
    why: /fit/,
  },
  {
    case: 'PKCS #1 v1.5 where PSS is named',
    signing: { algorithm: 'rsa-pss-sha512', made: 'sha512' },
    why: /fit/,
  },
  { case: 'ed25519 with an RSA key', signing: { algorithm: 'ed25519' }, why: /another type/ },
  {
    case: 'RSA with an Ed25519 key',
    signer: ed25519,
    signing: { algorithm: 'rsa-v1_5-sha256' },
    why: /another type/,
  },
  {
    case: 'an Ed25519 signature for an RSA key',
    signer: edNamedRsa,
    signing: { algorithm: undefined },
    why: /fit/,
  },
]

const CASES = [
  ...CAVAGE.map((row) => ({ scheme: 'cavage' as const, ...row })),
  ...RFC9421.map((row) => ({ scheme: 'rfc9421' as const, ...row })),
]

describe.each(CASES)('$scheme: $case', ({ scheme, signing, signer = rsa, tamper, why }) => {
  const delivery = changed(signer.deliver({ scheme, body: BODY, at: AT, ...signing }), tamper)

  test('is invalid, and for this reason', async () => {
    const { check } = await verify(delivery)
    expect(check).toMatchObject({ status: 'invalid', why: expect.stringMatching(why) })
  })

  test('asks for a key only when nothing else was left to find fault with', async () => {
    const { check, asked } = await verify(delivery)
    const needsKey = /the signature does not fit|another type/.test('why' in check ? check.why : '')
    expect(asked).toBe(needsKey ? 1 : 0)
  })
})

test('the cases are all different ones', () => {
  const names = CASES.map((row) => `${row.scheme} ${row.case}`)
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThan(40)
})

async function verify(delivery: Delivery) {
  let asked = 0
  const known = keysOf(rsa, ed25519)
  const find: Keys['find'] = (keyId) => {
    asked++
    return known.find(keyId)
  }
  const keys = { find, refresh: find }
  const hosts = ['social.example']
  const options = { keys, hosts, maxAgeMs: 65 * MINUTE, now: () => AT }
  return { check: await signatures(options).verify(delivery), asked }
}

function changed(delivery: Delivery, tamper: Change = (same) => same): Delivery {
  const { rawHeaders } = delivery
  const pairs = rawHeaders.flatMap((name, at) => (at % 2 ? [] : [[name, rawHeaders[at + 1]!]]))
  const headers = tamper(Object.fromEntries(pairs))
  const method = 'POST'
  return receive({ ...delivery, method, rawHeaders: Object.entries(headers).flat() })
}

function header(name: string, change: (value: string) => string): Change {
  return (headers) => ({ ...headers, [name]: change(headers[name] ?? '') })
}

function keyId(text: string): Signing {
  return { parameters: { keyId: `"${text}"` } }
}

function without(name: string): Signing {
  return { covered: PLAIN.filter((one) => one !== name) }
}

function covered(...names: string[]): Signing {
  const digest = `SHA-256=${hashed('sha256')}`
  return { covered: names, headers: { digest } }
}

function date(text: string): Signing {
  return { headers: { date: text } }
}

function expires(text: string): Signing {
  return { parameters: { expires: text } }
}

function digest(text: string): Signing {
  return { headers: { digest: text } }
}

function content(text: string): Signing {
  return { headers: { 'content-digest': text } }
}

function hashed(hash: string, text = BODY): string {
  return createHash(hash).update(text).digest('base64')
}
