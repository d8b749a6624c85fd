// Spans of time as the reasons of hits spell them.

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

/** `7 d`, `24 h`, `90 min`: in the greatest unit of which there are two or more, rounded down. */
export function inWords(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => milliseconds >= 2 * each) ?? UNITS[3]
  return `${Math.floor(Math.max(0, milliseconds) / size)} ${unit}`
}
