// How the suite runs: every *.test.ts under test/, files in parallel, no retries.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
    // The commands that tests run, and the relays, are compiled once and not a hundred times.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'sekisho-compile-cache') },
  },
})
