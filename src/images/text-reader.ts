// What is written in a picture.
import type { Learned } from './child-messages.ts'
import type { Frame } from './frame.ts'
import type { Box } from './sight.ts'

export interface Line {
  readonly text: string
  /** Of the recogniser, 0 to 1. */
  readonly score: number
  readonly box: Box
}

export interface Reading {
  readonly lines: readonly Line[]
  /** False where there was more than could be read in time. */
  readonly isWhole: boolean
  /** Milliseconds; `text` is missing where the gate saw none. */
  readonly stages: { readonly gate: number; readonly text?: number }
}

export interface ReadingWish {
  /** Asked of each line, the likeliest first: true ends the reading, unless all is to be read. */
  readonly isEnough: (line: string) => boolean
  readonly readsAll?: boolean
  /** Such a line is worth reading again, cut out in other ways. */
  readonly isNear?: (line: string) => boolean
  /** Milliseconds. */
  readonly deadlineMs: number
}

export interface TextReader {
  read(frame: Frame, wish: ReadingWish): Promise<Reading>
  learn(host: string): Promise<Learned>
}
