import { expect, test } from 'vitest'
import { openPlaces } from '../../src/remote/places.ts'

const LIMITS = { total: 3, perName: 2, waiting: 2 }
const never = new AbortController().signal

test('lets two in per name and keeps the third waiting until one leaves', async () => {
  const places = openPlaces(LIMITS)
  const first = await places.take('a.example', never)
  await places.take('a.example', never)
  const order: string[] = []
  const third = places.take('a.example', never).then(() => order.push('third'))
  await places.take('b.example', never).then(() => order.push('another name'))
  first!()
  await third
  expect(order).toEqual(['another name', 'third'])
})

test('lets nobody wait for another name than their own', async () => {
  const places = openPlaces(LIMITS)
  await places.take('a.example', never)
  await places.take('a.example', never)
  const leave = await places.take('b.example', never)
  const order: string[] = []
  void places.take('a.example', never).then(() => order.push('a'))
  const other = places.take('c.example', never).then(() => order.push('c'))
  leave!()
  await other
  expect(order).toEqual(['c'])
})

test('gives up waiting when the deadline passes, and keeps no place for whoever left', async () => {
  const places = openPlaces({ total: 1, perName: 1, waiting: 5 })
  const leave = await places.take('a.example', never)
  const deadline = new AbortController()
  const late = places.take('b.example', deadline.signal)
  deadline.abort()
  expect(await late).toBeUndefined()
  leave!()
  expect(await places.take('c.example', never)).toBeTypeOf('function')
})

test('turns away at once when too many wait already, or when the deadline has passed', async () => {
  const places = openPlaces({ total: 1, perName: 1, waiting: 1 })
  const leave = await places.take('a.example', never)
  const waiting = places.take('a.example', never)
  expect(await places.take('a.example', never)).toBeUndefined()
  leave!()
  const next = await waiting
  next!()
  expect(await places.take('a.example', AbortSignal.abort())).toBeUndefined()
})
