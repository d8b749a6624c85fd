// Pictures for tests, drawn without a file: coarse shapes that a seed decides, and QR codes.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import sharp, { type Sharp } from 'sharp'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm')
prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(readFileSync(wasm)).buffer } })

/** Soft blots of many sizes: another picture for every seed. */
export async function blots(seed: number, width = 480, height = 360): Promise<Sharp> {
  const [wide, high] = [240, 180]
  const sum = new Float32Array(wide * high * 3)
  for (const [octave, side] of [4, 8, 16, 32].entries()) {
    const grown = await sharp(grain(seed * 4 + octave, side * side * 3), {
      raw: { width: side, height: side, channels: 3 },
    })
      .resize({ width: wide, height: high, fit: 'fill', kernel: 'cubic' })
      .raw()
      .toBuffer()
    for (const [at, value] of grown.entries()) sum[at]! += (value - 128) * 0.6 ** octave
  }
  const data = Buffer.from(Uint8ClampedArray.from(sum, (value) => 128 + value))
  const large = await sharp(data, { raw: { width: wide, height: high, channels: 3 } })
    .resize({ width, height, fit: 'fill' })
    .raw()
    .toBuffer()
  return sharp(large, { raw: { width, height, channels: 3 } })
}

/** Bytes without a pattern, the same for the same seed. */
export function grain(seed: number, length: number): Buffer {
  let state = Math.imul(seed + 1, 0x9e37_79b1) | 1
  return Buffer.from(
    Array.from({ length }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state >>> 24
    }),
  )
}

/** Black on white, `module` pixels a module, four of them around. */
export async function qrCode(text: string, module: number): Promise<Sharp> {
  const { symbol } = await writeBarcode(text, { format: 'QRCode', scale: 1, addQuietZones: false })
  const { data, width: side } = symbol
  const bits = Buffer.from([...data].flatMap((value) => [value, value, value]))
  const size = Math.round(side * module)
  const edge = Math.round(4 * module)
  const scaled = await sharp(bits, { raw: { width: side, height: side, channels: 3 } })
    .resize({ width: size, height: size, kernel: 'nearest' })
    .extend({ top: edge, left: edge, bottom: edge, right: edge, background: '#fff' })
    .raw()
    .toBuffer()
  const width = size + 2 * edge
  return sharp(scaled, { raw: { width, height: width, channels: 3 } })
}

/** A picture with others on it. */
export async function withOn(
  ground: Sharp,
  others: readonly { readonly picture: Sharp; readonly left: number; readonly top: number }[],
): Promise<Sharp> {
  const layers = others.map(async ({ picture, left, top }) => {
    return { input: await picture.png().toBuffer(), left, top }
  })
  const data = await ground
    .composite(await Promise.all(layers))
    .png()
    .toBuffer()
  return sharp(data).removeAlpha()
}
