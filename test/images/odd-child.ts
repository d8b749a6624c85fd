// A child that does what the bytes of its picture say: for what real pictures do once in a year.
import { setTimeout as pause } from 'node:timers/promises'
import type { FromChild, ToChild } from '../../src/images/child-messages.ts'

const held: Buffer[] = []
let bans = 'none'

process.on('message', async (message: ToChild) => {
  if (message.kind === 'bans') bans = message.bans.version
  if (message.kind !== 'look') return
  const order = Buffer.from(message.bytes).toString()
  if (order === 'exit') process.exit(3)
  if (order === 'abort') process.abort()
  if (order === 'hang') for (;;) Math.random()
  if (order === 'eat') {
    for (;;) {
      held.push(Buffer.alloc(50_000_000, 1))
      await pause(10)
    }
  }
  const value = `${order} ${process.pid} ${bans} ${Object.keys(process.env).length}`
  const sight = {
    status: 'seen',
    findings: [{ how: 'qr', value, why: order }],
    stages: {},
  } as const
  answer({ kind: 'seen', job: message.job, sight })
})
process.on('disconnect', () => process.exit())
answer({ kind: 'ready' })

function answer(word: FromChild): void {
  process.send?.(word)
}
