// The process that draws on one picture, answers and is ended.
import { annotate } from './annotate.ts'
import type { Annotated, ToAnnotate } from './annotated.ts'

process.once('message', async (asked: ToAnnotate) => {
  process.send?.(await annotate(asked).catch(toldFault))
})
process.once('disconnect', () => process.exit())

/** A fault of our own: the picture was decoded. */
function toldFault(cause: Error): Annotated {
  return { status: 'undrawn', why: `drawing failed: ${cause.message}` }
}
