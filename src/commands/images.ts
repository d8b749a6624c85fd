// The known pictures from the command line, and what is seen in a picture.
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { Config } from '../config.ts'
import { openCrew } from '../images/crew.ts'
import { toldPicture } from '../images/told-picture.ts'
import { printable, safeJson } from '../printable.ts'
import type { KnownPicture } from '../store/store.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { type Desk, messageIn, openDesk } from './desk.ts'
import { useOf } from './help.ts'
import { complain, tellFault } from './image-complaints.ts'
import { checkFiles, isUrl, openPictureReader } from './image-files.ts'
import { askForKnown, testPictures } from './image-test.ts'
import { configFor } from './settled-config.ts'

const VALUED = ['note', 'annotate'] as const
const SWITCHES = ['json'] as const
const SHOWN_OF_ID = 12
const LONGEST_NAME = 500

type Flag = (typeof VALUED)[number] | (typeof SWITCHES)[number]

export type ImagesGiven = ReturnType<
  typeof splitArguments<(typeof VALUED)[number], (typeof SWITCHES)[number]>
>

interface Deed {
  readonly perform: (
    config: Config,
    words: readonly string[],
    given: ImagesGiven,
  ) => Promise<number>
  readonly flags: readonly Flag[]
  /** Words behind its name. */
  readonly words: readonly [least: number, most: number]
}

const deeds: Readonly<Record<string, Deed>> = {
  add: { perform: add, flags: ['note'], words: [1, 1] },
  list: { perform: list, flags: ['json'], words: [0, 0] },
  remove: { perform: remove, flags: [], words: [1, 1] },
  test: { perform: testPictures, flags: ['json', 'annotate'], words: [1, Number.MAX_SAFE_INTEGER] },
}

export async function images(args: readonly string[]): Promise<number> {
  const given = splitArguments(args, { VALUED, SWITCHES })
  const [name = '', ...words] = given.files
  const deed = Object.hasOwn(deeds, name) ? deeds[name] : undefined
  if (!deed) throw new WrongUse(useOf('images'))
  const [least, most] = deed.words
  if (words.length < least || words.length > most) throw new WrongUse(useOf('images', name))
  const strange = givenFlags(given).find((flag) => !deed.flags.includes(flag))
  if (strange) throw new WrongUse(`images ${name} takes no --${strange}; ${useOf('images', name)}`)
  return deed.perform(configFor(given.config), words, given)
}

function givenFlags({ values, switches }: ImagesGiven): readonly Flag[] {
  return [
    ...VALUED.filter((flag) => values[flag] !== undefined),
    ...SWITCHES.filter((flag) => switches[flag]),
  ]
}

async function withDesk<Result>(config: Config, work: (desk: Desk) => Promise<Result>) {
  const desk = await openDesk(config)
  try {
    return await work(desk)
  } finally {
    await desk.close()
  }
}

/** The bytes go no further than a child process: the store is given hashes. */
async function add(config: Config, [file = '']: readonly string[], { values }: ImagesGiven) {
  checkFiles([file])
  const reading = await openPictureReader(config)(file)
  if (reading.status === 'unread') throw unreadPicture(file, reading.why)
  const crew = openCrew({ size: 1, onFault: tellFault })
  const print = await crew.fingerprint(reading.bytes).finally(() => crew.close())
  if (print.status === 'unread') throw unreadPicture(file, print.why)
  const { hashes, blurhashes } = print
  const id = createHash('sha256').update(reading.bytes).digest('hex')
  const name = (isUrl(file) ? file : basename(file)).slice(0, LONGEST_NAME)
  const image = { id, name, hashes, blurhashes, ...(values.note && { note: values.note }) }
  const answer = await withDesk(config, (desk) => desk.ask('POST', '/api/images', image))
  if (answer.status === 404) throw new Error(messageIn(answer)) // a relay that knows no pictures
  const isNew = answer.status === 201
  const what = isNew ? 'is banned from now on, as' : 'was known already, as'
  say(printable(`${name} ${what} ${id.slice(0, SHOWN_OF_ID)} (hashes: ${hashes.length})`))
  return isNew ? 0 : 1
}

function unreadPicture(file: string, why: string): Error {
  return new Error(`${file} cannot be used: ${why}`)
}

async function list(config: Config, _: readonly string[], { switches }: ImagesGiven) {
  const { images: known } = await withDesk(config, askForKnown)
  for (const picture of known) say(switches.json ? safeJson(toldPicture(picture)) : lineOf(picture))
  return 0
}

function lineOf({ id, name, note = '', addedAt }: KnownPicture): string {
  const when = new Date(addedAt).toISOString()
  return printable(`${when}  ${id.slice(0, SHOWN_OF_ID)}  ${name}  ${note}`).trimEnd()
}

async function remove(config: Config, [id = '']: readonly string[]) {
  const path = `/api/images/${encodeURIComponent(id)}`
  const answer = await withDesk(config, (desk) => desk.ask('DELETE', path))
  if (answer.status !== 200) {
    complain(messageIn(answer))
    return 1
  }
  const { id: removed } = JSON.parse(answer.text) as { id: string }
  say(`${removed.slice(0, SHOWN_OF_ID)} is known no more`)
  return 0
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
