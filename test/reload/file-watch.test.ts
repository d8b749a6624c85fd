// Looking at files: what is told, and when.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { watchFiles } from '../../src/reload/file-watch.ts'

/** Each look first does the next of these, if any is left. */
function watching(...deeds: (() => void)[]) {
  const file = aFile()
  let looks = 0
  const told: number[] = []
  const watch = watchFiles({
    files() {
      deeds[looks]?.call(undefined)
      looks += 1
      return [file]
    },
    everyMs: 1,
    onChange: () => told.push(looks),
  })
  onTestFinished(watch.close)
  return { file, told, looks: () => looks, close: watch.close }
}

function aFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-watch-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'list.txt')
}

function looksDone(watched: { looks(): number }, count: number): Promise<void> {
  return vi.waitFor(() => expect(watched.looks()).toBeGreaterThan(count), { interval: 1 })
}

test('what changed before the first look is told, once', async () => {
  const watched = watching()
  await looksDone(watched, 20)
  expect(watched.told).toEqual([2])
})

test('a file that comes late is told when it rests', async () => {
  const watched = watching(...idle(5), () => writeFileSync(watched.file, 'spam.example'))
  await looksDone(watched, 20)
  expect(watched.told).toEqual([2, 7])
})

test('a file that is being written is left alone until it rests', async () => {
  let text = ''
  const grow = () => {
    text += 'spam.example\n'
    writeFileSync(watched.file, text)
  }
  const watched = watching(...idle(3), grow, grow, grow, grow)
  await looksDone(watched, 20)
  expect(watched.told).toEqual([2, 8])
})

test('a file that never rests is told of now and then', async () => {
  let text = ''
  const grow = () => {
    text += 'spam.example\n'
    writeFileSync(watched.file, text)
  }
  const watched = watching(...Array.from({ length: 40 }, () => grow))
  await looksDone(watched, 40)
  expect(watched.told.length).toBeGreaterThanOrEqual(3)
  expect(watched.told.length).toBeLessThanOrEqual(5)
})

test('nothing is told after the end', async () => {
  const watched = watching(...idle(3), () => {
    writeFileSync(watched.file, 'spam.example')
    watched.close()
  })
  const other = watching()
  await looksDone(other, 20)
  expect(watched.told).toEqual([2])
  expect(watched.looks()).toBe(4)
})

function idle(looks: number): (() => void)[] {
  return Array.from({ length: looks }, () => () => {})
}
