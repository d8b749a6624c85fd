// How the suite runs: every *.test.ts under test/, files in parallel, no retries.
import { defineConfig } from 'vitest/config'
import { closingLine } from './support/closing-line.ts'

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ['default', closingLine()],
    expect: { requireAssertions: true },
  },
})
