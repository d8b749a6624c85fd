// Files that a start finds damaged, cut short or of another version: one sentence, the right exit code, nothing touched.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const CLI = new URL('../src/cli.ts', import.meta.url).pathname
const INSTANCE = 'instance: { domain: home.example, upstream: "http://127.0.0.1:9" }\n'
const HEAD = '{"format":"sekisho-journal","version":1}\n'

test.each([
  {
    what: 'a configuration cut within a list',
    files: { 'own.yaml': `${INSTANCE}banned:\n  urls: [a.example, "*.spam.exa` },
    code: 2,
    says: /^config: \S+own\.yaml is no valid YAML: .*\(line 3\)\n$/,
  },
  {
    what: 'a configuration cut within a key',
    files: { 'own.yaml': `${INSTANCE}thresh` },
    code: 2,
    says: /^config: \S+own\.yaml is no valid YAML: .*\(line 2\)\n$/,
  },
  {
    what: 'a journal of a newer version',
    files: { 'own.yaml': INSTANCE, 'journal.ndjson': '{"format":"sekisho-journal","version":2}\n' },
    code: 1,
    says: /journal\.ndjson was written by a newer version of Sekisho \(format 2, this one reads 1\)\n$/,
  },
  {
    what: 'a journal with a broken line',
    files: {
      'own.yaml': INSTANCE,
      'journal.ndjson': `${HEAD}{"kind":"block","block":{"domain":"spam.example"\n${HEAD}`,
    },
    code: 1,
    says: /journal\.ndjson line 2 is broken: [^\n]* lose what it said of spam\.example\n$/,
  },
])(
  '$what ends the start with $code',
  ({ files, code, says }) => {
    const folder = mkdtempSync(join(tmpdir(), 'sekisho-cut-'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const place = [
      `--store=embedded:${folder}`,
      `--data=${folder}`,
      '--listen.port=0',
      '--admin.port=0',
    ]
    const args = [CLI, 'start', `--config=${join(folder, 'own.yaml')}`, ...place]
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: 60_000,
    })
    expect(stderr).toMatch(says)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(status).toBe(code)
    for (const [name, text] of Object.entries(files)) {
      expect(readFileSync(join(folder, name), 'utf8')).toBe(text)
    }
  },
  60_000,
)
