// images test: what is seen in each picture and whether it is banned, in order, many at a time.
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { WrongConfig } from '../config/layers.ts'
import { type Config, pathFromCaller } from '../config.ts'
import { readBanned } from '../explain/offline-lists.ts'
import { learnAliases } from '../images/aliases.ts'
import { annotatedPicture, marksOf } from '../images/annotated.ts'
import { type Crew, openCrew } from '../images/crew.ts'
import { openLearner } from '../images/learner.ts'
import type { DrawnAlias, PictureBans, Sight } from '../images/sight.ts'
import { safeJson } from '../printable.ts'
import type { KnownPicture } from '../store/store.ts'
import { WrongUse } from './arguments.ts'
import { type Desk, NoStore, openDesk } from './desk.ts'
import { complain, tellFault } from './image-complaints.ts'
import { checkFiles, openPictureReader, type PictureReader } from './image-files.ts'
import { testedText } from './image-text.ts'
import type { ImagesGiven } from './images.ts'
import { openProgress } from './progress.ts'

/** The operator waits for a command: it may take longer than a delivery. */
const DEADLINE_MS = 40_000
const MOST_CHILDREN = 4
const AHEAD = 2 // pictures for each child: one is read while another one waits, up to 10 MB each

/** As `--json` tells it. */
export interface Tested {
  readonly file: string
  readonly banned: boolean
  readonly findings: Extract<Sight, { status: 'seen' }>['findings']
  /** Why it could not be read: then it is not known to be anything. */
  readonly unread?: string
  /** What was not read may be banned. */
  readonly partial?: true
  /** Milliseconds. */
  readonly stages: Sight['stages']
  readonly detail?: Extract<Sight, { status: 'seen' }>['detail']
}

export async function testPictures(
  config: Config,
  files: readonly string[],
  { values, switches }: ImagesGiven,
): Promise<number> {
  const { annotate } = values
  if (annotate !== undefined && files.length > 1) {
    throw new WrongUse('--annotate draws on one picture: name a single one')
  }
  if (annotate !== undefined) checkAnnotated(annotate, files[0]!)
  checkFiles(files)
  const bans = await bansFor(config)
  const tell = switches.json ? jsonLine : testedText
  const progress = openProgress(files.length)
  let [done, unsure] = [0, 0]
  for await (const { tested, bytes } of testAll(files, { config, bans })) {
    progress.end()
    process.stdout.write(`${tell(tested)}\n`)
    progress.at(++done)
    if (isUnsure(tested)) unsure++
    if (annotate !== undefined) await draw(annotate, tested, bytes)
  }
  progress.end()
  return unsure > 0 ? 1 : 0
}

/** Neither banned nor known not to be. */
function isUnsure({ banned, unread, partial }: Tested): boolean {
  return unread !== undefined || (partial === true && !banned)
}

function checkAnnotated(annotate: string, picture: string): void {
  if (!/\.png$/i.test(annotate)) throw new WrongUse('--annotate writes a PNG: let it end in .png')
  if (resolve(pathFromCaller(annotate)) === resolve(pathFromCaller(picture))) {
    throw new WrongUse('--annotate would overwrite the picture itself')
  }
}

interface Known {
  /** Last added first. */
  readonly images: readonly KnownPicture[]
  /** As far as the running relay has learned them. */
  readonly drawn: readonly DrawnAlias[]
}

export async function askForKnown(desk: Desk): Promise<Known> {
  const { text } = await desk.ask('GET', '/api/images')
  return JSON.parse(text) as Known
}

async function bansFor(config: Config): Promise<PictureBans> {
  const urls = bannedUrls(config)
  const { images, drawn } = await knownOrNone(config)
  const learn = openLearner({ kept: NOTHING_KEPT, onFault: tellFault })
  let aliases: readonly DrawnAlias[] = []
  for await (const each of learnAliases({ urls, learn, known: drawn, tell: complain }))
    aliases = each
  return { version: 'command', urls, known: images, aliases }
}

const NOTHING_KEPT = { sight: async () => undefined, keepSight: async () => {} }

function bannedUrls({ banned }: Config): readonly string[] {
  try {
    return readBanned(banned, complain).urls
  } catch (cause) {
    if (!(cause instanceof WrongConfig)) throw cause
    throw new WrongUse(cause.message, { cause })
  }
}

async function knownOrNone(config: Config): Promise<Known> {
  try {
    const desk = await openDesk(config)
    return await askForKnown(desk).finally(() => desk.close())
  } catch (cause) {
    if (!(cause instanceof NoStore)) throw cause
    complain(`${cause.message}; tested without known pictures`)
    return { images: [], drawn: [] }
  }
}

/** In their order. */
async function* testAll(
  files: readonly string[],
  { config, bans }: { readonly config: Config; readonly bans: PictureBans },
): AsyncGenerator<TestedBytes> {
  const size = Math.min(MOST_CHILDREN, availableParallelism(), files.length)
  const crew = openCrew({ size, onFault: tellFault })
  crew.setBans(bans)
  const read = openPictureReader(config)
  try {
    yield* inOrder(files, size * AHEAD, (file) => testOne(file, { read, crew }))
  } finally {
    crew.close()
  }
}

interface TestedBytes {
  readonly tested: Tested
  readonly bytes: Buffer
}

interface Means {
  readonly read: PictureReader
  readonly crew: Crew
}

async function testOne(file: string, { read, crew }: Means): Promise<TestedBytes> {
  const reading = await read(file)
  if (reading.status === 'unread') return { tested: unreadAt(file, reading.why, {}), bytes: NONE }
  const { bytes, fetchMs } = reading
  const sight = await crew.look(bytes, { deadlineMs: DEADLINE_MS, isThorough: true })
  const stages = { ...(fetchMs !== undefined && { fetch: fetchMs }), ...sight.stages }
  if (sight.status === 'unread') return { tested: unreadAt(file, sight.why, stages), bytes }
  const { findings, detail, isPartial: partial } = sight
  const seen = { findings, ...(partial && { partial }), stages, ...(detail && { detail }) }
  return { tested: { file, banned: findings.length > 0, ...seen }, bytes }
}

const NONE = Buffer.alloc(0)

function unreadAt(file: string, why: string, stages: Sight['stages']): Tested {
  return { file, banned: false, findings: [], unread: why, stages }
}

/** A few at a time, so that thousands need no more memory than those. */
async function* inOrder<Each, Result>(
  all: readonly Each[],
  atOnce: number,
  work: (each: Each) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = []
  for (const each of all) {
    const result = work(each)
    result.catch(() => undefined) // thrown where it is awaited, in its turn
    begun.push(result)
    if (begun.length >= atOnce) yield await begun.shift()!
  }
  while (begun.length > 0) yield await begun.shift()!
}

function jsonLine({ detail, ...tested }: Tested): string {
  return safeJson({ ...tested, ...detail })
}

async function draw(file: string, { unread, findings, detail }: Tested, bytes: Buffer) {
  if (unread !== undefined || detail === undefined) {
    throw new Error(`${file} is not written: the picture could not be read`)
  }
  const drawn = await annotatedPicture(bytes, marksOf(findings, detail))
  if (drawn.status === 'undrawn') throw new Error(`${file} is not written: ${drawn.why}`)
  await writeFile(pathFromCaller(file), drawn.png).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be written: ${cause.code ?? cause.message}`, { cause })
  })
}
