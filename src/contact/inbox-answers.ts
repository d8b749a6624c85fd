// What the instance answers a delivery with, without the administrators' addresses. Senders read the status; whoever
// sends nonsense to be shown an error page reads the rest.
import type { Contact } from '../contact.ts'
import type { Upstream, UpstreamAnswer } from '../upstream.ts'
import { isWide } from './sight.ts'

type Answered = Extract<UpstreamAnswer, { status: 'answered' }>

export function withoutAddresses(upstream: Upstream, contact: Contact): Upstream {
  return {
    ...upstream,
    async forward(delivery) {
      const answer = await upstream.forward(delivery)
      return answer.status === 'answered' ? cleared(answer, contact) : answer
    },
  }
}

/** A body that tells one, or cannot be read, is left out: nobody who delivers needs it. */
function cleared(answer: Answered, contact: Contact): Answered {
  const { rawHeaders } = contact.head({ rawHeaders: answer.rawHeaders })
  if (!isTelling(answer, contact)) return { ...answer, rawHeaders }
  const rest = rawHeaders.filter((_, at) => !OF_BODY.test(rawHeaders[at - (at % 2)]!))
  return { ...answer, rawHeaders: [...rest, 'Content-Length', '0'], body: Buffer.alloc(0) }
}

const OF_BODY = /^(?:content-(?!security-policy)|transfer-encoding$|etag$|digest$|repr-digest$)/i

function isTelling({ rawHeaders, body }: Answered, contact: Contact): boolean {
  if (body.length === 0) return false
  const text = body.toString('latin1')
  return isCoded(rawHeaders) || isWide(text) || contact.edits(text, 'text').length > 0
}

function isCoded(rawHeaders: readonly string[]): boolean {
  const at = rawHeaders.findIndex(
    (name, place) => place % 2 === 0 && /^content-encoding$/i.test(name),
  )
  return at >= 0 && !/^\s*(?:identity\s*)?$/i.test(rawHeaders[at + 1]!)
}
