// Pictures as they were spread: a can of spam with an invitation on it, and long screenshots of a chat with a URL in it.
import {
  cssOf,
  encode,
  LATIN_FONTS,
  paint,
  photoBackdrop,
  plainBackdrop,
  type Random,
  someColour,
  type Writing,
} from './drawn-canvas.ts'
import { bannedUrl, between, pick, talk } from './drawn-words.ts'
import type { Sample } from './sample.ts'

export async function* drawnScreenshot(random: Random, count: number): AsyncIterable<Sample> {
  for (let index = 0; index < count; index++) {
    const url = bannedUrl(random)
    const bytes = await screenshot(random, url)
    yield { kind: 'drawn-screenshot', name: `screenshot-${index} ${url}`, bytes, mustBeFound: true }
  }
}

/** The same without a banned URL: every line of it is read. */
export async function* drawnTalk(random: Random, count: number): AsyncIterable<Sample> {
  for (let index = 0; index < count; index++) {
    const bytes = await screenshot(random, talk(random))
    yield { kind: 'drawn-talk', name: `talk-${index}`, bytes, mustBeFound: false }
  }
}

export async function* drawnCan(random: Random, count: number): AsyncIterable<Sample> {
  for (let index = 0; index < count; index++) {
    const url = bannedUrl(random)
    const bytes = await can(random, url)
    yield { kind: 'drawn-can', name: `can-${index} ${url}`, bytes, mustBeFound: true }
  }
}

/** A page of small print, up to sixteen thousand pixels high, with a line of large letters somewhere on it. */
export async function* drawnPage(random: Random, count: number): AsyncIterable<Sample> {
  for (let index = 0; index < count; index++) {
    const url = bannedUrl(random)
    const glyph = between(random, 28, 80)
    const bytes = await page(random, { url, size: glyph / 0.7 })
    const name = `page-${index} ${glyph.toFixed(1)}px ${url}`
    yield { kind: 'drawn-page', name, bytes, mustBeFound: true }
  }
}

/** The same without it: nothing of it may cost the process that looks. */
export async function* plainPage(random: Random, count: number): AsyncIterable<Sample> {
  for (let index = 0; index < count; index++) {
    const bytes = await page(random, { url: '', size: 40 })
    yield { kind: 'plain-page', name: `page-${index}`, bytes, mustBeFound: false }
  }
}

async function page(
  random: Random,
  { url, size: urlSize }: { readonly url: string; readonly size: number },
): Promise<Buffer> {
  const width = Math.round(Math.max(pick(random, [720, 1080, 1464]), url.length * urlSize * 0.7))
  const height = Math.min(pick(random, [6_000, 10_000, 16_300]), Math.floor(24_000_000 / width))
  const [font, step] = [pick(random, LATIN_FONTS), between(random, 26, 34)]
  const place = between(random, 200, height - 200)
  const rows = Array.from({ length: Math.floor(height / step) }, (_, row) => (row + 1) * step)
  const small = { x: 12, size: 20, font, colour: '#333', anchor: 'start' } as const
  const writings: Writing[] = rows
    .filter((y) => url === '' || Math.abs(y - place) > urlSize)
    .map((y) => ({ ...small, y, text: Array.from({ length: 6 }, () => talk(random)).join(' ') }))
  const large = { ...small, size: urlSize, weight: 'bold', colour: '#000' } as const
  if (url !== '') writings.push({ ...large, x: 40, y: place, text: url })
  const size = { width, height }
  return encode(await paint(plainBackdrop(size, [255, 255, 255]), { size, writings }), random)
}

async function screenshot(random: Random, url: string): Promise<Buffer> {
  const width = pick(random, [720, 1080, 1170])
  const size = { width, height: Math.round(width * between(random, 1.8, 3.2)) }
  const isDark = random() < 0.6
  const font = pick(random, LATIN_FONTS)
  const fontSize = width * between(random, 0.026, 0.038)
  const step = fontSize * between(random, 2.2, 3.2)
  const rows = Math.floor(size.height / step) - 2
  const place = Math.floor(random() * rows)
  const writings: Writing[] = Array.from({ length: rows }, (_, row) => ({
    text: row === place ? url : talk(random),
    x: width * (row % 2 === 0 ? 0.06 : 0.12),
    y: (row + 1.5) * step,
    size: fontSize,
    font,
    colour: row === place ? (isDark ? '#7ab4ff' : '#0a58ca') : isDark ? '#e8e8e8' : '#222',
    anchor: 'start',
  }))
  const backdrop = plainBackdrop(size, isDark ? [40, 43, 48] : [250, 250, 250])
  return encode(await paint(backdrop, { size, writings }), random)
}

async function can(random: Random, url: string): Promise<Buffer> {
  const size = pick(random, [
    { width: 800, height: 800 },
    { width: 1024, height: 768 },
    { width: 1200, height: 675 },
  ])
  const { width, height } = size
  const [left, top, wide, high] = [width * 0.2, height * 0.15, width * 0.6, height * 0.6]
  const shapes = `<defs><linearGradient id="side"><stop offset="0" stop-color="#123a7a"/><stop offset="0.4" stop-color="#4a86e0"/><stop offset="1" stop-color="#0c2450"/></linearGradient></defs>
<rect x="${left}" y="${top}" width="${wide}" height="${high}" rx="${wide / 12}" fill="url(#side)"/>
<ellipse cx="${width / 2}" cy="${top}" rx="${wide / 2}" ry="${high / 10}" fill="#c9ccd2"/>
<ellipse cx="${width / 2}" cy="${top + high * 0.75}" rx="${wide / 3}" ry="${high / 7}" fill="${cssOf(someColour(random))}"/>`
  const urlSize = Math.min(height / 14, (width * 0.92) / (url.length * 0.62))
  const isBelow = random() < 0.5
  const writings: Writing[] = [
    {
      text: 'SPAM',
      x: width / 2,
      y: top + high * 0.35,
      size: high / 3,
      font: 'DejaVu Sans',
      weight: 'bold',
      colour: '#ffd21e',
    },
    {
      text: url,
      x: width / 2,
      y: isBelow ? height * 0.88 : top + high * 0.6,
      size: urlSize,
      font: pick(random, LATIN_FONTS),
      weight: 'bold',
      colour: 'white',
      outline: 'black',
      turn: between(random, -8, 8),
    },
  ]
  const backdrop = await photoBackdrop(size, random)
  return encode(await paint(backdrop, { size, writings, shapes }), random)
}
