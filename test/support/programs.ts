// Programs of other people that tests run for real: found on the PATH, or installed where that is allowed.
import { execFile } from 'node:child_process'
import { access, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

interface Wanted {
  /** Its file name, and the Debian package of the same name. */
  readonly program: string
  /** For whoever must install it himself: `Redis 6.2 or newer`. */
  readonly please: string
}

/** The path of the program; on a Debian machine as root it is installed when missing. */
export async function programPath({ program, please }: Wanted): Promise<string> {
  const found = await findProgram(program)
  if (found !== undefined) return found
  const why = await tryToInstall(program)
  const installed = await findProgram(program)
  if (installed !== undefined) return installed
  throw new Error(`These tests need ${program} on the PATH${why}: please install ${please}.`)
}

export async function findProgram(name: string): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter)
  // Debian keeps servers where an ordinary user's PATH does not look.
  for (const folder of [...folders, '/usr/sbin']) {
    const path = join(folder, name)
    const found = await access(path).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return undefined
}

/** What to tell of an attempt that came to nothing. */
async function tryToInstall(program: string): Promise<string> {
  if (process.getuid?.() !== 0 || (await findProgram('apt-get')) === undefined) return ''
  return install(program).then(
    () => '',
    (cause: Error) => ` (apt-get could not install it: ${cause.message.trim().split('\n').at(-1)})`,
  )
}

/** Test files run in parallel: flock lets one of them install and the others find it done. */
async function install(program: string): Promise<void> {
  const quiet = await folderWithoutServices()
  const path = [quiet, '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':')
  const apt = `apt-get -o DPkg::Lock::Timeout=120 -o DPkg::Path=${path}`
  const steps = [
    `command -v ${program} >/dev/null && exit 0`,
    `${apt} update -q`,
    `${apt} install -q -y --no-install-recommends ${program}`,
  ]
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const lock = join(tmpdir(), `${program}.install.lock`)
  await run('flock', [lock, 'sh', '-c', `set -e; ${steps.join('; ')}`], { env, timeout: 180_000 })
  await rm(quiet, { recursive: true, force: true })
}

/** Goes before the PATH of the packages' scripts: what they start services with does nothing there. */
async function folderWithoutServices(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-install-'))
  for (const name of ['invoke-rc.d', 'deb-systemd-invoke']) {
    await symlink('/bin/true', join(folder, name))
  }
  return folder
}
