// Whether this machine can read pictures is found out by reading one.
import { expect, test } from 'vitest'
import type { CheckContext } from '../../src/checks/check.ts'
import { checkImages } from '../../src/checks/images.ts'

const contextWith = (enabled: boolean) =>
  ({ config: { images: { enabled } } }) as unknown as CheckContext

test('a picture with words is read', async () => {
  expect(await checkImages(contextWith(true))).toMatchObject([
    { about: 'pictures', status: 'fine' },
  ])
}, 60_000)

test('where none is read, that is said', async () => {
  expect(await checkImages(contextWith(false))).toMatchObject([{ status: 'skipped' }])
})
