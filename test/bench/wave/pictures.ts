// Pictures as posts show them: where they lie, how large they are, and the blurhash that goes with them.
import type { Random } from './random.ts'
import type { Picture } from './writing.ts'

const BASE83 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~'
const COMPONENTS = 'L' // 4 × 3
const AC_DIGITS = 2 * (4 * 3 - 1)
const SIZES = [
  [1920, 1080],
  [1080, 1080],
  [1200, 900],
  [900, 1600],
  [2048, 1536],
] as const

export function aPicture(random: Random, host: string, alt?: string): Picture {
  const [width, height] = random.pick(SIZES)
  const cut = random.below(60)
  return {
    url: `https://${host}/media/${random.below(2 ** 40).toString(36)}.webp`,
    ...{ width: width - cut, height, blurhash: aBlurhash(random), ...(alt && { alt }) },
  }
}

/** The same picture as another server made it: scaled anew, one or two digits of the blurhash differ. */
export function reencoded(picture: Picture, random: Random, host: string): Picture {
  const url = `https://${host}/media/${random.below(2 ** 40).toString(36)}.webp`
  if (picture.blurhash === undefined) return { ...picture, url }
  const digits = [...picture.blurhash]
  for (let turn = random.below(3); turn > 0; turn--) {
    const at = digits.length - 1 - random.below(AC_DIGITS)
    const value = BASE83.indexOf(digits[at]!)
    digits[at] = BASE83[Math.min(BASE83.length - 1, value + 1)]!
  }
  return { ...picture, url, blurhash: digits.join('') }
}

function aBlurhash(random: Random): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => BASE83[random.below(BASE83.length)]).join('')
  return `${COMPONENTS}${BASE83[20 + random.below(50)]}${averageColour(random)}${digits(AC_DIGITS)}`
}

/** Four digits for 24 bits. */
function averageColour(random: Random): string {
  let rest = random.below(2 ** 24)
  let text = ''
  for (let digit = 0; digit < 4; digit++) {
    text = BASE83[rest % 83]! + text
    rest = Math.floor(rest / 83)
  }
  return text
}
