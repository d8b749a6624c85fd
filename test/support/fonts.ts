// Fonts that tests draw with: found on this machine, or installed where that is allowed.
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const STEPS = [
  'apt-get -o DPkg::Lock::Timeout=120 update -q',
  'apt-get -o DPkg::Lock::Timeout=120 install -q -y --no-install-recommends fonts-noto-cjk fonts-dejavu-core',
]

/** To be called before anything is drawn: a process looks for fonts once. */
export async function needFonts(): Promise<void> {
  if (await hasFonts()) return
  const please =
    'please install fonts with Japanese letters (Debian: fonts-noto-cjk fonts-dejavu-core)'
  if (process.getuid?.() !== 0) throw new Error(`These tests draw Japanese: ${please}.`)
  const script = `fc-list :lang=ja family | grep -q . || { ${STEPS.join(' && ')}; }`
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // Test files run in parallel: one of them installs, the others find it done.
  await run('flock', [join(tmpdir(), 'sekisho-fonts.lock'), 'sh', '-c', script], {
    env,
    timeout: 180_000,
  }).catch((cause: unknown) => {
    throw new Error(`These tests draw Japanese, and apt-get could not help: ${please}.`, { cause })
  })
}

/** Asked of another process: this one would remember the answer. */
async function hasFonts(): Promise<boolean> {
  const program = `
    import { missingLetters } from ${JSON.stringify(new URL('../../src/images/drawn-sample.ts', import.meta.url).href)}
    process.exitCode = (await missingLetters('荒らし')).length === 0 ? 0 : 1`
  return run(process.execPath, ['--input-type=module', '--eval', program]).then(
    () => true,
    () => false,
  )
}
