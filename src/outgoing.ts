// A request to the instance: how its body is framed, how long it may stay unanswered, and whether it may be asked twice.
import type { ClientRequest, IncomingMessage } from 'node:http'

/** Ends a request whose instance neither takes nor answers; an answer that has begun may take its time. */
export function limitSilence(
  outgoing: ClientRequest,
  timeoutMs: number,
): { readonly refresh: () => void } {
  let isWaiting = true
  const timer = setTimeout(() => outgoing.destroy(new Error('the instance is silent')), timeoutMs)
  const stop = () => {
    isWaiting = false
    clearTimeout(timer)
  }
  for (const event of ['response', 'upgrade', 'close']) outgoing.once(event, stop)
  return {
    refresh: () => {
      if (isWaiting) timer.refresh()
    },
  }
}

/** Transfer-Encoding ended with the client's connection; Node would chunk even what has no body. */
export function framing({ method = '', headers }: IncomingMessage): string[] {
  if (headers['transfer-encoding'] !== undefined) return ['Transfer-Encoding', 'chunked']
  const mayHaveBody = !/^(?:GET|HEAD|DELETE|OPTIONS)$/.test(method)
  return mayHaveBody && headers['content-length'] === undefined ? ['Content-Length', '0'] : []
}

/** The instance closed an idle connection just as we took it; only what may safely be asked twice is. */
export function isStale({ method, reusedSocket }: ClientRequest, cause: Error): boolean {
  const { code } = cause as { code?: string }
  return reusedSocket && code === 'ECONNRESET' && /^(?:GET|HEAD)$/.test(method)
}
