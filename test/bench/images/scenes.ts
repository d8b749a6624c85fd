// Pictures as people post them, of a dozen sorts; nothing in them is banned.
import { type Canvas, colour, draw, drawOn, escaped, photo, plain, usualSize } from './canvas.ts'
import { extentOf, modulesOf, qrShape } from './qr-drawing.ts'
import { between, letters, pick, type Random, whole } from './random.ts'
import { harmless, phrase, TONGUES } from './words.ts'

export type Scene = (random: Random) => Promise<Canvas>

export const SCENES = {
  photo: snapshot,
  screenshot,
  thread,
  meme,
  chart,
  dialog,
  comic,
  poster,
  terminal,
  blank,
  texture,
  'innocent-code': innocentCode,
} as const satisfies Record<string, Scene>

interface Writing {
  readonly x: number
  readonly y: number
  readonly size: number
  readonly font: string
  readonly fill?: string
  readonly extra?: string
}

function write(text: string, { x, y, size, font, fill = '#222', extra = '' }: Writing): string {
  return `<text x="${x}" y="${y}" font-family="${font}" font-size="${size}" fill="${fill}" ${extra}>${escaped(text)}</text>`
}

async function snapshot(random: Random): Promise<Canvas> {
  const { width, height } = usualSize(random)
  const ground = await photo(random, width, height)
  return drawOn(ground, clutter(random, ground, whole(random, 0, 14)))
}

/** Edges as things have them: posts, windows, balls, wires. */
export function clutter(
  random: Random,
  { width, height }: { width: number; height: number },
  count: number,
): string {
  const shapes = Array.from({ length: count }, () => {
    const [x, y] = [random() * width, random() * height]
    const [w, h] = [between(random, 8, width / 4), between(random, 8, height / 4)]
    const paint = `fill="${colour(random, between(random, 10, 90))}" opacity="${between(random, 0.5, 1).toFixed(2)}"`
    return pick(random, [
      () => `<rect x="${x}" y="${y}" width="${w}" height="${h}" ${paint}/>`,
      () => `<ellipse cx="${x}" cy="${y}" rx="${w / 2}" ry="${h / 2}" ${paint}/>`,
      () => `<path d="M${x} ${y}l${w} ${h}l${-w / 2} ${h / 3}Z" ${paint}/>`,
      () =>
        `<path d="M${x} ${y}q${w} ${-h} ${2 * w} ${h}" fill="none" stroke="${colour(random, 30)}" stroke-width="${between(random, 1, 9)}"/>`,
    ])()
  })
  return shapes.join('')
}

async function screenshot(random: Random): Promise<Canvas> {
  const size = usualSize(random)
  const dark = random() < 0.4
  const tongue = pick(random, TONGUES)
  const letter = whole(random, 14, 26)
  const lines = Math.min(16, Math.floor((size.height - 90) / (letter * 1.6)))
  const body = Array.from({ length: lines }, (_, line) =>
    write(random() < 0.15 ? harmless(random) : phrase(random, tongue, whole(random, 2, 6)), {
      x: 30,
      y: 90 + line * letter * 1.6,
      size: letter,
      font: tongue.font,
      fill: dark ? '#ddd' : '#222',
    }),
  )
  const ground = `<rect width="100%" height="100%" fill="${dark ? '#1d1f23' : '#fafafa'}"/>`
  const bar = `<rect width="100%" height="44" fill="${colour(random, dark ? 25 : 60)}"/>`
  return draw(size, ground + bar + body.join(''))
}

/** Posts under each other, as in a client. */
async function thread(random: Random): Promise<Canvas> {
  const size = { width: whole(random, 480, 900), height: whole(random, 800, 1_900) }
  const parts: string[] = [
    `<rect width="100%" height="100%" fill="${random() < 0.5 ? '#fff' : '#282c37'}"/>`,
  ]
  for (let y = 20; y < size.height - 130; y += whole(random, 130, 200)) {
    const tongue = pick(random, TONGUES)
    parts.push(`<circle cx="44" cy="${y + 28}" r="24" fill="${colour(random, 55)}"/>`)
    parts.push(
      write(phrase(random, tongue, 2), {
        x: 84,
        y: y + 22,
        size: 17,
        font: tongue.font,
        fill: '#888',
      }),
    )
    parts.push(
      write(phrase(random, tongue, 5), {
        x: 84,
        y: y + 54,
        size: 19,
        font: tongue.font,
        fill: '#6a7',
      }),
    )
    if (random() < 0.4)
      parts.push(
        write(harmless(random), { x: 84, y: y + 84, size: 18, font: 'DejaVu Sans', fill: '#47c' }),
      )
  }
  return draw(size, parts.join(''))
}

async function meme(random: Random): Promise<Canvas> {
  const { width, height } = usualSize(random)
  const ground = await photo(random, width, height)
  const tongue = pick(random, TONGUES)
  const size = whole(random, height / 18, height / 11)
  const line = (y: number) =>
    write(phrase(random, tongue, whole(random, 2, 4)), {
      x: width / 2,
      y,
      size,
      font: tongue.font,
      fill: '#fff',
      extra: `text-anchor="middle" stroke="#000" stroke-width="${size / 14}" font-weight="bold"`,
    })
  return drawOn(ground, clutter(random, ground, 5) + line(size * 1.3) + line(height - size * 0.6))
}

async function chart(random: Random): Promise<Canvas> {
  const size = usualSize(random)
  const bars = whole(random, 4, 14)
  const wide = (size.width - 120) / bars
  const drawn = Array.from({ length: bars }, (_, bar) => {
    const high = random() * (size.height - 160)
    const x = 80 + bar * wide
    const label = write(`${2_010 + bar}`, { x, y: size.height - 36, size: 15, font: 'DejaVu Sans' })
    return `<rect x="${x}" y="${size.height - 60 - high}" width="${wide * 0.7}" height="${high}" fill="${colour(random, 50)}"/>${label}`
  })
  const title = write(phrase(random, TONGUES[0]!, 4), {
    x: 80,
    y: 46,
    size: 26,
    font: 'DejaVu Sans',
  })
  return draw(size, `<rect width="100%" height="100%" fill="#fff"/>${drawn.join('')}${title}`)
}

async function dialog(random: Random): Promise<Canvas> {
  const size = { width: whole(random, 360, 760), height: whole(random, 180, 420) }
  const tongue = pick(random, TONGUES)
  const button = (x: number, text: string) =>
    `<rect x="${x}" y="${size.height - 60}" width="110" height="36" rx="5" fill="${colour(random, 60)}"/>${write(text, { x: x + 20, y: size.height - 36, size: 16, font: tongue.font })}`
  return draw(
    size,
    `<rect width="100%" height="100%" fill="#eee"/><rect width="100%" height="34" fill="${colour(random, 40)}"/>${write(phrase(random, tongue, 2), { x: 12, y: 24, size: 16, font: tongue.font, fill: '#fff' })}${write(phrase(random, tongue, 5), { x: 30, y: 90, size: 18, font: tongue.font })}${write(harmless(random), { x: 30, y: 124, size: 16, font: 'DejaVu Sans' })}${button(30, 'OK')}${button(160, 'Cancel')}`,
  )
}

async function comic(random: Random): Promise<Canvas> {
  const size = { width: whole(random, 500, 900), height: whole(random, 900, 1_600) }
  const panels = whole(random, 2, 4)
  const high = size.height / panels
  const tongue = pick(random, TONGUES)
  const drawn = Array.from({ length: panels }, (_, panel) => {
    const y = panel * high
    const frame = `<rect x="10" y="${y + 8}" width="${size.width - 20}" height="${high - 16}" fill="${colour(random, 85)}" stroke="#000" stroke-width="4"/>`
    const figure = `<circle cx="${between(random, 100, size.width - 100)}" cy="${y + high * 0.6}" r="${high / 6}" fill="${colour(random, 60)}" stroke="#000" stroke-width="3"/>`
    const bubble = `<ellipse cx="${size.width / 2}" cy="${y + high * 0.25}" rx="${size.width * 0.36}" ry="${high * 0.14}" fill="#fff" stroke="#000" stroke-width="3"/>`
    return (
      frame +
      figure +
      bubble +
      write(phrase(random, tongue, 3), {
        x: size.width / 2,
        y: y + high * 0.26,
        size: 22,
        font: tongue.font,
        extra: 'text-anchor="middle"',
      })
    )
  })
  return draw(size, `<rect width="100%" height="100%" fill="#fff"/>${drawn.join('')}`)
}

async function poster(random: Random): Promise<Canvas> {
  const size = usualSize(random)
  const tongue = pick(random, TONGUES)
  const lines = Array.from({ length: whole(random, 1, 4) }, (_, line) =>
    write(phrase(random, tongue, 2), {
      x: size.width / 2,
      y: size.height * (0.2 + line * 0.2),
      size: whole(random, 30, size.height / 9),
      font: tongue.font,
      fill: colour(random, 20),
      extra: 'text-anchor="middle" font-weight="bold"',
    }),
  )
  const ground = `<rect width="100%" height="100%" fill="${colour(random, 80)}"/>`
  return draw(size, ground + clutter(random, size, whole(random, 3, 10)) + lines.join(''))
}

async function terminal(random: Random): Promise<Canvas> {
  const size = { width: whole(random, 500, 1_100), height: whole(random, 300, 800) }
  const lines = Array.from({ length: Math.floor((size.height - 30) / 24) }, (_, line) =>
    write(random() < 0.4 ? harmless(random) : `$ ${letters(random, whole(random, 4, 24))}`, {
      x: 12,
      y: 30 + line * 24,
      size: 15,
      font: 'DejaVu Sans Mono',
      fill: pick(random, ['#8f8', '#ddd', '#fb4']),
    }),
  )
  return draw(size, `<rect width="100%" height="100%" fill="#111"/>${lines.join('')}`)
}

/** One colour, or two that run into each other. */
function blank(random: Random): Promise<Canvas> {
  const size = usualSize(random)
  if (random() < 0.5) return plain(size.width, size.height, colour(random, between(random, 2, 98)))
  const turn = whole(random, 0, 359)
  const stops = `<stop offset="0" stop-color="${colour(random, 70)}"/><stop offset="1" stop-color="${colour(random, 40)}"/>`
  const gradient = pick(random, [
    `<linearGradient id="g" gradientTransform="rotate(${turn} 0.5 0.5)">${stops}</linearGradient>`,
    `<radialGradient id="g">${stops}</radialGradient>`,
  ])
  return draw(size, `<defs>${gradient}</defs><rect width="100%" height="100%" fill="url(#g)"/>`)
}

/** Stripes, checks and dots: what a reader of codes takes for modules. */
function texture(random: Random): Promise<Canvas> {
  const size = usualSize(random)
  const step = whole(random, 4, 60)
  const [one, other] = [
    colour(random, between(random, 0, 40)),
    colour(random, between(random, 60, 100)),
  ]
  const tile = pick(random, [
    `<rect width="${step / 2}" height="${step}" fill="${one}"/>`,
    `<rect width="${step / 2}" height="${step / 2}" fill="${one}"/><rect x="${step / 2}" y="${step / 2}" width="${step / 2}" height="${step / 2}" fill="${one}"/>`,
    `<circle cx="${step / 2}" cy="${step / 2}" r="${step / 3}" fill="${one}"/>`,
    `<path d="M0 0L${step} ${step}" stroke="${one}" stroke-width="${step / 6}"/>`,
  ])
  const turn = whole(random, 0, 90)
  return draw(
    size,
    `<defs><pattern id="p" width="${step}" height="${step}" patternUnits="userSpaceOnUse" patternTransform="rotate(${turn})">${tile}</pattern></defs><rect width="100%" height="100%" fill="${other}"/><rect width="100%" height="100%" fill="url(#p)"/>`,
  )
}

async function innocentCode(random: Random): Promise<Canvas> {
  const text = pick(random, [
    () => `https://en.wikipedia.org/wiki/${letters(random, 8)}`,
    () => `WIFI:T:WPA;S:${letters(random, 8)};P:${letters(random, 12)};;`,
    () => `otpauth://totp/${letters(random, 6)}?secret=${letters(random, 16).toUpperCase()}`,
    () => `https://bit.ly/${letters(random, 7)}`,
    () => `https://discord.com/channels/${whole(random, 1e8, 9e8)}/${whole(random, 1e8, 9e8)}`,
    () => `https://shop.example/?to=${letters(random, 5)}`,
    () => `BEGIN:VCARD\nFN:${letters(random, 9)}\nTEL:0${whole(random, 1e8, 9e8)}\nEND:VCARD`,
  ])()
  const modules = await modulesOf(text)
  const module = between(random, 2.5, 9)
  const reach = extentOf(modules, { module, x: 0, y: 0 }) / 2 + 10
  const [width, height] = [2 * reach + whole(random, 0, 500), 2 * reach + whole(random, 0, 300)]
  const ground = await photo(random, Math.ceil(width), Math.ceil(height))
  return drawOn(ground, qrShape(modules, { module, x: width / 2, y: height / 2 }))
}
