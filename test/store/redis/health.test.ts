import { describe, expect, test } from 'vitest'
import { type Health, hasGap, judge } from '../../../src/store/redis/health.ts'

const healthy: Health = {
  wrong: '',
  epoch: 'a',
  entries: 5,
  newest: '100-9',
  oldest: '50-0',
  isCut: true,
  isRestoring: false,
  isAbsent: false,
}
const empty: Health = { ...healthy, wrong: 'it has no epoch', epoch: '', entries: 0 }

describe('a list', () => {
  test.each([
    ['is whole for a process without a copy', healthy, undefined, 'whole'],
    ['is whole for a copy from its own past', healthy, { epoch: 'a', change: '100-8' }, 'whole'],
    ['is whole for a copy of this moment', healthy, { epoch: 'a', change: '100-9' }, 'whole'],
    ['is lost for a copy of another epoch', healthy, { epoch: 'b', change: '1-0' }, 'lost'],
    [
      'is lost for a copy with changes that it lacks',
      { ...healthy, isAbsent: true },
      { epoch: 'a', change: '99-0' },
      'lost',
    ],
    ['is lost without an epoch when there is a copy', empty, { epoch: 'a', change: '1-0' }, 'lost'],
    ['is nameless without an epoch and a copy', empty, undefined, 'nameless'],
    ['is lost while it is restored', { ...empty, isRestoring: true }, undefined, 'lost'],
    ['is lost when entries vanished', { ...healthy, wrong: '2 of 5' }, undefined, 'lost'],
  ])('%s', (_, health, known, kind) => {
    expect(judge(health, known).kind).toBe(kind)
  })

  test.each([
    ['the oldest change that is kept is newer', { ...healthy }, '49-9', true],
    ['nothing was cut off yet', { ...healthy, isCut: false }, '49-9', false],
    ['it was read to a change that is still there', { ...healthy }, '50-0', false],
    ['numbers, not texts, are compared', { ...healthy, oldest: '9-0' }, '10-0', false],
  ])('may have lost changes or not: %s', (_, health, change, gap) => {
    expect(hasGap(health, change)).toBe(gap)
  })
})
