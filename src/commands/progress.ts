// How far long work has come, for somebody who watches: on a terminal, and nowhere else.

export interface Progress {
  at(done: number): void
  end(): void
}

export function openProgress(total: number, out: NodeJS.WriteStream = process.stderr): Progress {
  if (!out.isTTY) return { at: () => {}, end: () => {} }
  return {
    at: (done) => void out.write(`\r${done.toLocaleString('en')} of ${total.toLocaleString('en')}`),
    end: () => void out.write('\r\u001b[K'),
  }
}
