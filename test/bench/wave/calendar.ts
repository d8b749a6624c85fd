// When it all happens: some days from the installation on, a quiet month, some days more.

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** The relay is installed, and knows nobody. */
export const START = Date.UTC(2026, 8, 1)
/** Of each of the two periods. */
export const DAYS = 4
/** Longer than it takes to be trusted. */
export const MONTH_DAYS = 35
export const LATER = START + (DAYS + MONTH_DAYS) * DAY
