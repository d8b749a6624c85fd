// A self-signed certificate for a test server, written as DER by hand: Node makes keys but no certificates.
import { generateKeyPairSync, sign } from 'node:crypto'

export interface Certificate {
  readonly key: string
  readonly cert: string
}

export function certificateFor(name: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const algorithm = tlv(0x30, oid('2a8648ce3d040302')) // ecdsa-with-SHA256
  const subject = tlv(0x30, tlv(0x31, tlv(0x30, oid('550403'), tlv(0x0c, Buffer.from(name)))))
  const dates = ['240101000000Z', '491231235959Z'].map((at) => tlv(0x17, Buffer.from(at)))
  const alternative = tlv(0x30, tlv(0x82, Buffer.from(name))) // dNSName
  const extension = tlv(0x30, oid('551d11'), tlv(0x04, alternative))
  const toBeSigned = tlv(
    0x30,
    tlv(0xa0, tlv(0x02, Buffer.from([2]))), // version 3
    tlv(0x02, Buffer.from([1])),
    algorithm,
    subject,
    tlv(0x30, ...dates),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, tlv(0x30, extension)),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const der = tlv(0x30, toBeSigned, algorithm, tlv(0x03, Buffer.from([0]), signature))
  const lines = der
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  const long = Buffer.from([tag, 0x82, length >> 8, length & 0xff])
  return Buffer.concat([long, content])
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'))
}
