// The pictures that a command is given: files of this machine, and URLs fetched as the relay would.
import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { unreadable } from '../config/unreadable.ts'
import { type Config, pathFromCaller } from '../config.ts'
import { MAX_PICTURE_BYTES, whyNoPicture } from '../images/incoming.ts'
import { printable } from '../printable.ts'
import { type RemoteAnswer, type RemoteFetch, remoteFetch } from '../remote/fetch.ts'
import { PICTURE_PLACES } from '../remote/pictures.ts'
import { WrongUse } from './arguments.ts'

const FETCH_MS = 20_000
const MAX_SHOWN = 200 // a picture may be written out in a data: address

export type PictureBytes =
  | { readonly status: 'read'; readonly bytes: Buffer; readonly fetchMs?: number }
  | { readonly status: 'unread'; readonly why: string }

export type PictureReader = (name: string) => Promise<PictureBytes>

export function isUrl(name: string): boolean {
  return /^https:\/\//i.test(name)
}

/** Before anything else is done: of thousands of names one may be misspelt. */
export function checkFiles(names: readonly string[]): void {
  for (const name of names) if (!isUrl(name)) checkFile(name)
}

export function openPictureReader({ instance, remote }: Config): PictureReader {
  const ownHosts = [instance.domain, ...instance.aliases]
  const userAgent = `Sekisho (+https://${instance.domain}/sekisho/)`
  const { overrides } = remote
  const fetch = remoteFetch({ overrides, ownHosts, userAgent, places: PICTURE_PLACES })
  return (name) => (isUrl(name) ? fetchPicture(name, fetch) : readPicture(name))
}

function checkFile(name: string): void {
  let isFile: boolean
  try {
    isFile = statSync(pathFromCaller(name)).isFile()
  } catch (cause) {
    throw new WrongUse(isOtherAddress(name) ? onlyHttps(name) : unreadable(name, cause), { cause })
  }
  if (!isFile) throw new WrongUse(`${name} is no file`)
}

/** A file's name may hold a colon: asked of what is no file. */
function isOtherAddress(name: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\/|^data:/i.test(name)
}

function onlyHttps(name: string): string {
  return `${printable(name, MAX_SHOWN)}: only https:// addresses and files are taken`
}

async function readPicture(file: string): Promise<PictureBytes> {
  try {
    const path = pathFromCaller(file)
    if (statSync(path).size > MAX_PICTURE_BYTES) return unread(tooLarge)
    return { status: 'read', bytes: await readFile(path) }
  } catch (cause) {
    return unread(unreadable(file, cause)) // told with the picture: the others are read nevertheless
  }
}

async function fetchPicture(url: string, fetch: RemoteFetch): Promise<PictureBytes> {
  const start = performance.now()
  const limits = { maxBytes: MAX_PICTURE_BYTES, deadlineMs: FETCH_MS, refuse: whyNoPicture }
  const answer = await fetch({ url, accept: '*/*', ...limits })
  if (answer.status !== 'ok') return unread(whyNot(answer))
  return { status: 'read', bytes: answer.body, fetchMs: Math.round(performance.now() - start) }
}

function whyNot(answer: Exclude<RemoteAnswer, { status: 'ok' }>): string {
  return 'why' in answer ? answer.why : `its server answers ${answer.httpStatus}`
}

const tooLarge = `the file is larger than ${MAX_PICTURE_BYTES / 1e6} MB`

function unread(why: string): PictureBytes {
  return { status: 'unread', why }
}
