// QR codes as shapes: any module size, angle, colours, a little perspective.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { prepareZXingModule, type WriterOptions, writeBarcode } from 'zxing-wasm/writer'

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm')
prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(readFileSync(wasm)).buffer } })

export interface Modules {
  readonly side: number
  isDark(column: number, row: number): boolean
}

export interface Placement {
  /** Pixels a module. */
  readonly module: number
  /** Where the middle is. */
  readonly x: number
  readonly y: number
  readonly degrees?: number
  /** How much nearer one side is: 0 is flat, 0.2 is slanted a lot. */
  readonly slant?: number
  readonly dark?: string
  readonly light?: string
  /** Modules of quiet zone; 4 by the standard, 2 as seen in the wild. */
  readonly quiet?: number
  /** Share of the side that a logo covers. */
  readonly logo?: number
}

export async function modulesOf(
  text: string,
  ecLevel: NonNullable<WriterOptions['ecLevel']> = 'M',
): Promise<Modules> {
  const { symbol, error } = await writeBarcode(text, {
    format: 'QRCode',
    options: `ecLevel=${ecLevel}`,
    scale: 1,
    addQuietZones: false,
  })
  if (error) throw new Error(error)
  const { data, width } = symbol
  return { side: width, isDark: (column, row) => data[row * width + column] === 0 }
}

/** Pixels from edge to edge, quiet zone included. */
export function extentOf({ side }: Modules, { module, quiet = 4 }: Placement): number {
  return (side + 2 * quiet) * module
}

export function qrShape(modules: Modules, placement: Placement): string {
  const { side } = modules
  const { dark = '#000', light = '#fff', quiet = 4, logo = 0 } = placement
  const project = projection(side, placement)
  const box = (left: number, top: number, right: number, bottom: number) =>
    `M${project(left, top)}L${project(right, top)}L${project(right, bottom)}L${project(left, bottom)}Z`
  const runs = [...darkRuns(modules)].map(([row, from, to]) =>
    // Neighbours overlap a little: no light seams between rows.
    box(from - 0.01, row - 0.01, to + 0.01, row + 1.01),
  )
  const [from, to] = [(side * (1 - logo)) / 2, (side * (1 + logo)) / 2]
  const middle = logo > 0 ? `<path d="${box(from, from, to, to)}" fill="#e0403a"/>` : ''
  const ground = box(-quiet, -quiet, side + quiet, side + quiet)
  return `<path d="${ground}" fill="${light}"/><path d="${runs.join('')}" fill="${dark}"/>${middle}`
}

function* darkRuns({ side, isDark }: Modules): Generator<readonly [number, number, number]> {
  for (let row = 0; row < side; row++) {
    let from = -1
    for (let column = 0; column <= side; column++) {
      const dark = column < side && isDark(column, row)
      if (dark && from < 0) from = column
      if (!dark && from >= 0) {
        yield [row, from, column]
        from = -1
      }
    }
  }
}

function projection(side: number, { module, x, y, degrees = 0, slant = 0 }: Placement) {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  return (column: number, row: number): string => {
    const [across, down] = [column - side / 2, row - side / 2]
    const depth = 1 + (slant * across) / side
    const [right, below] = [(across * module) / depth, (down * module) / depth]
    return `${(x + right * cos - below * sin).toFixed(2)} ${(y + right * sin + below * cos).toFixed(2)}`
  }
}
