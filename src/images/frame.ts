// One page of a picture as a viewer shows it: turned upright, without transparency.

export interface Frame {
  /** RGB, three bytes a pixel, row by row. */
  readonly data: Buffer
  readonly width: number
  readonly height: number
}
