// The relay with an address to hide, before a stand-in instance: what a test asks it, and what comes back.
import { afterEach } from 'vitest'
import { openRewriter } from '../../src/contact/rewriting.ts'
import { compileContact } from '../../src/contact.ts'
import type { InstanceAnswer, StandInInstance } from './instance.ts'
import { type RawAnswer, sendRaw } from './raw-http.ts'
import { relayTo as siteBefore } from './site.ts'

export const EMAIL = 'admin@home.example'
export const FORM = 'https://home.example/contact'
export const HTML = 'text/html; charset=utf-8'

/** What was counted in the test that runs. */
export const faults: string[] = []

afterEach(() => {
  faults.length = 0
})

/** Its port; all is closed after the test. */
export async function relayTo(instance: StandInInstance, inquiryUrl = FORM): Promise<number> {
  const contact = compileContact({ emails: [EMAIL], inquiryUrl })!
  const onFault = (what: string) => void faults.push(what)
  const rewriter = openRewriter({ contact, onFault, reportFault: onFault })
  const { port } = await siteBefore(instance, { trustedProxies: [], rewriter })
  return port
}

export function ask(port: number, start: string, ...head: readonly string[]): Promise<RawAnswer> {
  const lines = [`${start} HTTP/1.1`, 'Host: home.example', ...head, 'Connection: close', '', '']
  return sendRaw(port, lines.join('\r\n'))
}

export function headerOf({ rawHeaders }: Pick<RawAnswer, 'rawHeaders'>, name: string) {
  const at = rawHeaders.findIndex((each, index) => index % 2 === 0 && each.toLowerCase() === name)
  return at < 0 ? undefined : rawHeaders[at + 1]
}

export function answerOf(body: string | Buffer, ...rawHeaders: readonly string[]): InstanceAnswer {
  const length = ['Content-Length', String(Buffer.byteLength(body))]
  return { status: 200, rawHeaders: [...rawHeaders, ...length], body }
}
