// The admin token: from the environment or a file, or made once and kept beside the relay's own files.
import { createHash, timingSafeEqual } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WrongConfig } from '../config/layers.ts'
import { unreadable } from '../config/unreadable.ts'
import { replaceFile } from '../store/durable.ts'

const MIN_LENGTH = 16 // shorter ones are guessed

export interface TokenSources {
  readonly fromEnvironment: string | undefined
  readonly tokenFile: string
  readonly folder: string
  readonly random: () => string
}

export interface AdminToken {
  readonly token: string
  /** The file that was just written, to be told once. */
  readonly madeAt?: string
}

/** Throws WrongConfig where the operator named what holds no token. */
export async function adminToken(sources: TokenSources): Promise<AdminToken> {
  const given = sources.fromEnvironment
  if (given !== undefined) return { token: longEnough(given, 'SEKISHO_ADMIN_TOKEN') }
  const file = sources.tokenFile || join(sources.folder, 'admin-token')
  const kept = await readToken(file, sources.tokenFile !== '')
  if (kept !== undefined) return { token: kept }
  const token = sources.random()
  await mkdir(sources.folder, { recursive: true })
  await replaceFile(file, [token]) // whole or not at all: half a token would keep every later start away
  return { token, madeAt: file }
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
export function isToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token))
}

async function readToken(file: string, required: boolean): Promise<string | undefined> {
  try {
    const token = (await readFile(file, 'utf8')).trim()
    return longEnough(token, file)
  } catch (cause) {
    if (!required && (cause as { code?: string }).code === 'ENOENT') return undefined
    const why = `the admin token: ${whyUnusable(file, cause)}`
    throw required ? new WrongConfig(why, { cause }) : new Error(why, { cause })
  }
}

function longEnough(token: string, where: string): string {
  if (token.length >= MIN_LENGTH) return token
  throw new WrongConfig(
    `${where} holds fewer than ${MIN_LENGTH} characters; without it a new one is made`,
  )
}

function whyUnusable(file: string, cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException
  return code === undefined ? message : unreadable(file, cause)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
