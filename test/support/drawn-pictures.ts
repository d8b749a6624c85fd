// Small pictures for tests: textures that differ by a seed, and codes and words drawn on plain ground.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import sharp, { type Sharp } from 'sharp'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'

const SIZE = { width: 320, height: 240 }

/** Blotches, another pattern for each seed. */
export function aTexture(seed: number): Sharp {
  const [width, height] = [12, 9]
  let state = seed + 1
  const bytes = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state >>> 24
  })
  return sharp(bytes, { raw: { width, height, channels: 3 } }).resize({ ...SIZE, kernel: 'cubic' })
}

/** A QR code in the middle. */
export async function aCode(text: string): Promise<Buffer> {
  const file = createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm')
  const { buffer } = Uint8Array.from(await readFile(file))
  await prepareZXingModule({ overrides: { wasmBinary: buffer }, fireImmediately: true })
  const { image, error } = await writeBarcode(text, { format: 'QRCode', scale: 5 })
  if (!image) throw new Error(`no code of ${text}: ${error}`)
  return sharp(Buffer.from(await image.arrayBuffer()))
    .extend({ top: 40, bottom: 40, left: 60, right: 60, background: 'white' })
    .png()
    .toBuffer()
}

export async function drawnWords(text: string): Promise<Buffer> {
  const words = {
    text: `<span foreground="black">${text}</span>`,
    font: 'DejaVu Sans 24',
    rgba: true,
  }
  const input = await sharp({ text: { ...words, dpi: 96 } })
    .png()
    .toBuffer()
  const ground = { ...SIZE, width: 640, channels: 3, background: '#fff6dd' } as const
  return sharp({ create: ground }).composite([{ input }]).jpeg({ quality: 90 }).toBuffer()
}
