// Where the operator stood when npm ran us: npm goes to the project's folder first, and tells the other in INIT_CWD.
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROJECT = resolve(fileURLToPath(new URL('../..', import.meta.url)))

interface Environment {
  readonly INIT_CWD?: string | undefined
  readonly npm_lifecycle_event?: string | undefined
}

/** A path as the operator wrote it on the command line; unchanged where npm did not take us elsewhere. */
export function fromCaller(path: string, environment: Environment, folder: string): string {
  const { INIT_CWD: caller, npm_lifecycle_event: script } = environment
  const isByNpm = script !== undefined && caller !== undefined && folder === PROJECT
  return isByNpm && caller !== folder ? resolve(caller, path) : path
}
