// The test vectors of RFC 9421, appendix B.2, as far as they sign requests with public keys.
import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { joinHeaders } from '../../src/delivery.ts'
import { type Algorithm, check } from '../../src/signatures/algorithms.ts'
import { readRfc9421, signatureBase } from '../../src/signatures/rfc9421.ts'

const KEYS = {
  ed25519: createPublicKey(`-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----`),
  'rsa-pss-sha512': createPublicKey(`-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB
-----END PUBLIC KEY-----`),
}

const HEAD = {
  method: 'POST',
  target: '/foo?param=Value&Pet=dog',
  headers: joinHeaders([
    ...['Host', 'example.com'],
    ...['Date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
    ...['Content-Type', 'application/json'],
    ...[
      'Content-Digest',
      'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
    ],
    ...['Content-Length', '18'],
  ]),
}

const VECTORS: readonly {
  readonly name: string
  readonly algorithm: Algorithm & keyof typeof KEYS
  readonly components: readonly string[]
  readonly parameters: string
  readonly signature: string
}[] = [
  {
    name: 'B.2.1, minimal',
    algorithm: 'rsa-pss-sha512',
    components: [],
    parameters: 'created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
    signature:
      'd2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==',
  },
  {
    name: 'B.2.3, full coverage',
    algorithm: 'rsa-pss-sha512',
    components: [
      ...['date', '@method', '@path', '@query', '@authority'],
      ...['content-type', 'content-digest', 'content-length'],
    ],
    parameters: 'created=1618884473;keyid="test-key-rsa-pss"',
    signature:
      'bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==',
  },
  {
    name: 'B.2.6, Ed25519',
    algorithm: 'ed25519',
    components: ['date', '@method', '@path', '@authority', 'content-type', 'content-length'],
    parameters: 'created=1618884473;keyid="test-key-ed25519"',
    signature:
      'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==',
  },
]

describe('the vectors of appendix B.2', () => {
  test.each(VECTORS)('$name verifies, and not with one byte more', (vector) => {
    const { algorithm, components, parameters } = vector
    const list = components.map((name) => `"${name}"`).join(' ')
    const base = signatureBase(components, `(${list});${parameters}`, HEAD)!
    const claim = { algorithms: [algorithm], signature: Buffer.from(vector.signature, 'base64') }
    expect(check({ ...claim, texts: [base] }, KEYS[algorithm])).toBe('signed')
    expect(check({ ...claim, texts: [`${base} `] }, KEYS[algorithm])).toBe('not-signed')
  })

  test('the signature base of B.2.6 is the one printed there', () => {
    const { components, parameters } = VECTORS[2]!
    const list = components.map((name) => `"${name}"`).join(' ')
    expect(signatureBase(components, `(${list});${parameters}`, HEAD)).toBe(
      [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@method": POST',
        '"@path": /foo',
        '"@authority": example.com',
        '"content-type": application/json',
        '"content-length": 18',
        '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      ].join('\n'),
    )
  })
})

test.each([
  ['@method', 'POST'],
  ['@target-uri', 'https://example.com/foo?param=Value&Pet=dog'],
  ['@authority', 'example.com'],
  ['@scheme', 'https'],
  ['@request-target', '/foo?param=Value&Pet=dog'],
  ['@path', '/foo'],
  ['@query', '?param=Value&Pet=dog'],
])('%s is derived as %s', (component, value) => {
  const base = signatureBase([component], '()', HEAD)
  expect(base?.split('\n')[0]).toBe(`"${component}": ${value}`)
})

test('the signature parameters are taken as received', () => {
  const components = '("@method" "@target-uri" "content-digest")'
  const input = `s=${components};nonce="x";keyid="https://a.example/k";created=1618884473`
  const signature = [
    ['signature-input', input],
    ['signature', 's=:AAAA:'],
  ] as const
  const reading = readRfc9421({ ...HEAD, headers: new Map([...HEAD.headers, ...signature]) })
  expect(reading.status === 'read' && reading.claim.texts[0]?.split('\n').at(-1)).toBe(
    `"@signature-params": ${input.slice(2)}`,
  )
})
