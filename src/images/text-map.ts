// Where a picture has text: how likely each pixel of a smaller copy is the core of a line. The detector sees tiles:
// its memory stays bounded, a tall screenshot keeps its size, and what has no text is not looked at twice.
import sharp from 'sharp'
import type { Frame } from './frame.ts'
import type { Model } from './text-models.ts'

export interface TextMap {
  /** 0 to 1, row by row. */
  readonly likely: Float32Array
  readonly width: number
  readonly height: number
  /** Pixels of the map for one of the picture. */
  readonly scale: number
}

export interface Area {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  /** How high, where that is known. */
  readonly letters?: number
}

const TILE = 736 // pixels: the detector's memory
const OVERLAP = 96
const STEP = 32 // the detector halves a side five times

export interface MapWish {
  readonly scale: number
  /** In pixels of the picture: tiles with the largest letters are looked at first, those without any last. */
  readonly areas: readonly Area[]
  /** Those without any are not left out. */
  readonly isAll: boolean
  /** As `performance.now()` tells it: no tile but the first is begun after it. */
  readonly until: number
}

export interface Mapped {
  readonly map: TextMap
  /** Tiles that were not looked at, in pixels of the picture. */
  readonly unseen: readonly Area[]
  /** All were looked at that should be. */
  readonly isWhole: boolean
}

export async function mapText(detector: Model, frame: Frame, wish: MapWish): Promise<Mapped> {
  const copy = await resize(frame, wish.scale)
  const { width, height } = copy
  const likely = new Float32Array(width * height)
  // Of the longer side: what the shorter one is rounded by would be many letters at the far end.
  const scale = Math.max(width, height) / Math.max(frame.width, frame.height)
  const map = { likely, width, height, scale }
  const tiles = [...tilesOf(copy)]
  const wanted = inOrder(tiles, map.scale, wish)
  const seen = new Set<Area>()
  for (const tile of wanted) {
    if (seen.size > 0 && performance.now() > wish.until) break
    const size = { width: stepUp(tile.right - tile.left), height: stepUp(tile.bottom - tile.top) }
    paste(map, tile, { likely: await detector(planesOf(copy, tile, size), size), ...size })
    seen.add(tile)
  }
  const unseen = tiles.filter((tile) => !seen.has(tile)).map((tile) => scaled(tile, 1 / map.scale))
  return { map, unseen, isWhole: seen.size === wanted.length }
}

function inOrder(
  tiles: readonly Area[],
  scale: number,
  { areas, isAll }: MapWish,
): readonly Area[] {
  const onMap = areas.map((area) => scaled(area, scale))
  const sized = tiles.map((tile) => {
    const within = onMap.filter((area) => touches(tile, area))
    return { tile, letters: Math.max(0, ...within.map(({ letters = 0 }) => letters)) }
  })
  const wanted = sized.filter(({ letters }) => isAll || letters > 0)
  return wanted.sort((a, b) => b.letters - a.letters).map(({ tile }) => tile)
}

function scaled({ left, top, right, bottom, letters }: Area, by: number): Area {
  const sides = { left: left * by, top: top * by, right: right * by, bottom: bottom * by }
  return { ...sides, ...(letters !== undefined && { letters }) }
}

async function resize(frame: Frame, scale: number): Promise<Frame> {
  const width = Math.max(STEP, Math.round(frame.width * scale))
  const height = Math.max(STEP, Math.round(frame.height * scale))
  if (width === frame.width && height === frame.height) return frame
  const raw = { width: frame.width, height: frame.height, channels: 3 } as const
  const data = await sharp(frame.data, { raw })
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer()
  return { data, width, height }
}

function* tilesOf({ width, height }: Frame): Generator<Area> {
  for (const [top, bottom] of spansOf(height)) {
    for (const [left, right] of spansOf(width)) yield { left, top, right, bottom }
  }
}

/** Cuts a side into equal parts that overlap. */
function spansOf(length: number): (readonly [start: number, end: number])[] {
  const count = Math.max(1, Math.ceil((length - OVERLAP) / (TILE - OVERLAP)))
  const size = Math.ceil((length + (count - 1) * OVERLAP) / count)
  return Array.from({ length: count }, (_, index) => {
    const start = Math.min(index * (size - OVERLAP), length - size)
    return [start, start + size] as const
  })
}

function stepUp(length: number): number {
  return Math.ceil(length / STEP) * STEP
}

export function touches(one: Area, other: Area): boolean {
  return (
    other.left < one.right &&
    other.right > one.left &&
    other.top < one.bottom &&
    other.bottom > one.top
  )
}

// What the models were trained with: blue first, ImageNet's means and deviations.
const MEAN = [0.485, 0.456, 0.406] as const
const DEVIATION = [0.229, 0.224, 0.225] as const

function planesOf(
  { data, width }: Frame,
  tile: Area,
  size: { readonly width: number; readonly height: number },
): Float32Array {
  const area = size.width * size.height
  const planes = new Float32Array(3 * area)
  for (let plane = 0; plane < 3; plane++) {
    const factor = 1 / (255 * DEVIATION[plane]!)
    const offset = MEAN[plane]! / DEVIATION[plane]!
    for (let y = tile.top; y < tile.bottom; y++) {
      let from = (y * width + tile.left) * 3 + 2 - plane
      let to = plane * area + (y - tile.top) * size.width
      for (let x = tile.left; x < tile.right; x++, from += 3)
        planes[to++] = data[from]! * factor - offset
    }
  }
  return planes
}

/** The larger where tiles overlap: at its border a tile sees half a letter, its neighbour the whole. */
function paste(
  map: TextMap,
  tile: Area,
  part: { readonly likely: Float32Array; readonly width: number },
): void {
  for (let y = tile.top; y < tile.bottom; y++) {
    let from = (y - tile.top) * part.width
    let to = y * map.width + tile.left
    for (let x = tile.left; x < tile.right; x++, from++, to++) {
      if (part.likely[from]! > map.likely[to]!) map.likely[to] = part.likely[from]!
    }
  }
}
