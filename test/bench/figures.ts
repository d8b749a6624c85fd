// A measured figure beside its goal, as one line of a table.

export interface Figure {
  readonly what: string
  /** As it is printed. */
  readonly value: string
  /** Absent for what is only told. */
  readonly goal?: string
  readonly isMet?: boolean
}

/** `bound` is a ratio or a plain number in the unit of `value`. */
export function atLeast(what: string, value: number, bound: number, unit = '×'): Figure {
  return { what, value: show(value, unit), goal: `≥ ${bound} ${unit}`, isMet: value >= bound }
}

export function atMost(what: string, value: number, bound: number, unit = '×'): Figure {
  return { what, value: show(value, unit), goal: `≤ ${bound} ${unit}`, isMet: value <= bound }
}

export function told(what: string, value: number, unit: string): Figure {
  return { what, value: show(value, unit) }
}

export function printFigures(title: string, figures: readonly Figure[]): void {
  const width = Math.max(...figures.map(({ what }) => what.length))
  const lines = figures.map(({ what, value, goal = '', isMet }) => {
    const outcome = isMet === undefined ? '' : isMet ? 'met' : 'MISSED'
    return `  ${what.padEnd(width)}  ${value.padStart(14)}  ${goal.padEnd(14)} ${outcome}`.trimEnd()
  })
  console.log(`\n${title}\n${lines.join('\n')}`)
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('nothing was measured')
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

function show(value: number, unit: string): string {
  const digits = value >= 1_000 ? 0 : value >= 10 ? 1 : 2
  return `${value.toFixed(digits)} ${unit}`.trimEnd()
}
