// A picture in halves of its size: large letters are cut from a small copy, so that no pixel is skipped.
import sharp from 'sharp'
import type { Frame } from './frame.ts'

export interface Pyramid {
  /** The copy in which a line so high is nearest above the recogniser's height. */
  levelFor(height: number): Promise<{ readonly frame: Frame; readonly scale: number }>
}

const WANTED = 48

export function openPyramid(frame: Frame): Pyramid {
  const levels = new Map<number, Promise<Frame>>()
  return {
    async levelFor(height) {
      const halvings = Math.max(0, Math.floor(Math.log2(height / WANTED)))
      const level = levels.get(halvings) ?? shrink(frame, 2 ** halvings)
      levels.set(halvings, level)
      return { frame: await level, scale: 1 / 2 ** halvings }
    },
  }
}

async function shrink(frame: Frame, factor: number): Promise<Frame> {
  if (factor === 1) return frame
  const raw = { width: frame.width, height: frame.height, channels: 3 } as const
  const width = Math.max(1, Math.round(frame.width / factor))
  const height = Math.max(1, Math.round(frame.height / factor))
  const data = await sharp(frame.data, { raw })
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer()
  return { data, width, height }
}
