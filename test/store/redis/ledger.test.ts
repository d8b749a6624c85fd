// The ledger beside Redis is written anew when most of it is overtaken: with whoever appends meanwhile, and whenever it is killed.
import { appendFile, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { JournalLine } from '../../../src/store/journal-line.ts'
import { type Ledger, openLedger } from '../../../src/store/redis/ledger.ts'
import { openLedgerFile } from '../../../src/store/redis/ledger-file.ts'
import { aBlock, aFolder, aNotice, anOffence, aPicture, NOON } from '../build.ts'

const DAY = 86_400_000
let folder: string
let faults: unknown[]

beforeEach(async () => {
  folder = await aFolder()
  faults = []
})

const open = (now = NOON) =>
  openLedger({ folder, now: () => now, onFault: (_, error) => void faults.push(error) })
const onDisk = async () => {
  const text = await readFile(join(folder, 'redis-ledger.ndjson'), 'utf8')
  return text.split('\n').filter((line) => line !== '')
}
const noteAll = async (ledger: Ledger, lines: readonly JournalLine[]) => {
  for (const line of lines) await ledger.note(line)
}
const told = async (ledger: Ledger) => {
  const { filed, marks, identities } = await ledger.read()
  return {
    blocks: [...filed.values()].map(({ block, evidenceAt }) => ({ block, evidenceAt })),
    ...{ marks: [...marks.values()], identities: [...identities] },
    ...{ pictures: await ledger.pictures(), notices: await ledger.notices() },
  }
}

/** Everything three times over, and some of it lifted or removed. */
function history(): JournalLine[] {
  const notice = aNotice()
  const picture = aPicture()
  const block = aBlock({ domain: 'spam.example' })
  const lifted = aBlock({ domain: 'lifted.example' })
  const mark = { domain: 'lifted.example', at: NOON + 1, by: 'operator' }
  return [
    { kind: 'identity', name: 'actor', value: 'keys' },
    ...[1, 2, 3].flatMap((number): JournalLine[] => [
      { kind: 'block', block: { ...block, offences: [anOffence(`o${number}`)] }, evidenceAt: NOON },
      { kind: 'block', block: lifted, evidenceAt: NOON },
      { kind: 'mark', mark },
      { kind: 'picture', picture: { ...picture, note: `${number}` } },
      { kind: 'notice', revision: number, notice: { ...notice, why: `why ${number}` } },
      { kind: 'picture-removed', id: aPicture({ id: '0'.repeat(64) }).id, at: NOON },
    ]),
  ]
}

test('what is overtaken goes, and everything is told as before', async () => {
  const ledger = open()
  await noteAll(ledger, history())
  const before = await told(ledger)
  await ledger.tidy()
  expect(await told(ledger)).toEqual(before)
  expect(await told(open())).toEqual(before)
  expect(await onDisk()).toHaveLength(6)
  await ledger.tidy()
  expect(await onDisk()).toHaveLength(6)
  expect(faults).toEqual([])
})

test('nothing is written anew while half of it counts', async () => {
  const ledger = open()
  const blocks = [aBlock(), aBlock()]
  const lines = blocks.map((block) => ({ kind: 'block', block, evidenceAt: NOON }) as const)
  await noteAll(ledger, [...lines, ...lines])
  await ledger.tidy()
  expect(await onDisk()).toHaveLength(4)
  await ledger.note(lines[0]!)
  await ledger.tidy()
  expect(await onDisk()).toHaveLength(2)
})

test('a line that is torn goes, one of a later version stays, and so does an earlier one of the same', async () => {
  const ledger = open()
  await noteAll(ledger, history())
  const later = '{"kind":"of-a-later-version","id":"1"}'
  await appendFile(
    join(folder, 'redis-ledger.ndjson'),
    `${later}\n{"kind":"identity","name":"actor","va`,
  )
  const before = await told(ledger)
  expect(before.identities).toEqual([['actor', 'keys']])
  await ledger.note({ kind: 'identity', name: 'other', value: 'x' })
  await ledger.tidy()
  expect(await told(ledger)).toMatchObject({
    ...before,
    identities: [
      ['actor', 'keys'],
      ['other', 'x'],
    ],
  })
  expect(await onDisk()).toContain(later)
  expect((await onDisk()).join('')).not.toContain('"va{')
})

test('notices that are forgotten by now are not written again', async () => {
  const ledger = open(NOON + 500 * DAY)
  const notice = aNotice()
  const closed = { at: NOON, how: 'post-gone', why: 'gone' } as const
  for (const revision of [1, 2, 3])
    await ledger.note({ kind: 'notice', revision, notice: { ...notice, closed } })
  await ledger.tidy()
  expect(await onDisk()).toEqual([])
})

test('what others append while it is written anew is not lost', async () => {
  const file = openLedgerFile(folder)
  const appended: string[] = ['first']
  await file.append('first')
  let isDone = false
  const append = async (who: number) => {
    for (let number = 0; !isDone; number++) {
      await file.append(`${who}-${number}`)
      appended.push(`${who}-${number}`)
    }
  }
  const appending = [1, 2, 3, 4, 5, 6].map(append)
  for (let round = 0; round < 40; round++) {
    await file.rewrite(async () => {
      const lines: string[] = []
      let last = 0
      for await (const { text, end } of file.lines()) {
        lines.push(text)
        last = end
      }
      return { lines: [...new Set(lines)], end: last }
    })
  }
  isDone = true
  await Promise.all(appending)
  const left = new Set(await onDisk())
  expect(appended.filter((line) => !left.has(line))).toEqual([])
})

test.each(['before the new file is in place', 'before what came meanwhile is in it'])(
  'a process that dies %s costs nothing',
  async (when) => {
    const ledger = open()
    await noteAll(ledger, history())
    const file = join(folder, 'redis-ledger.ndjson')
    const { length } = await readFile(file)
    await mkdir(join(folder, 'redis-ledger'))
    await link(file, join(folder, 'redis-ledger', `${length}.old`))
    await ledger.note({ kind: 'identity', name: 'meanwhile', value: 'x' })
    const before = await told(ledger)
    if (when.includes('meanwhile')) {
      const whole = (await readFile(file)).subarray(0, length)
      await unlink(file)
      await writeFile(file, whole)
    }
    await open().tidy()
    expect(await told(open())).toEqual(before)
    expect(faults).toEqual([])
  },
)

test('of two that would write it anew one does', async () => {
  const ledger = open()
  await noteAll(ledger, history())
  const deeds: string[] = []
  const file = openLedgerFile(folder)
  await file.rewrite(async () => {
    await ledger.tidy()
    deeds.push(`${(await onDisk()).length} lines`)
    return undefined
  })
  expect(deeds).toEqual(['19 lines'])
  expect(faults).toEqual([])
})
