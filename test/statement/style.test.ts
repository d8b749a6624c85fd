// Whether everybody can read it: the contrast of every pair of colours that meet (WCAG 2.2, 1.4.3).
import { describe, expect, test } from 'vitest'
import { STYLE } from '../../src/statement/style.ts'

const [light, dark, print] = [...STYLE.matchAll(/:root \{([^}]*)\}/g)].map(([, rules = '']) =>
  Object.fromEntries(
    [...rules.matchAll(/--([\w-]+): (#[\da-f]+)/g)].map(([, name, hex]) => [name, hex]),
  ),
)

const PAIRS = [
  ['text', 'ground'],
  ['text', 'panel'],
  ['soft', 'ground'],
  ['soft', 'panel'],
  ['link', 'ground'],
  ['link', 'panel'],
  ['mark', 'mark-ground'],
] as const

describe.each([
  { name: 'by day', colours: light },
  { name: 'by night', colours: dark },
  { name: 'on paper', colours: print },
])('$name', ({ colours }) => {
  test.each(PAIRS)('%s can be read on %s', (ink, ground) => {
    const [one, other] = [luminance(colours?.[ink]), luminance(colours?.[ground])]
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
    expect(contrast).toBeGreaterThanOrEqual(4.5)
  })
})

function luminance(hex = ''): number {
  const digits = hex.length === 4 ? hex.replace(/[\da-f]/g, '$&$&') : hex
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(digits.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
