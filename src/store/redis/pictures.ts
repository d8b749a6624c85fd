// The known pictures in Redis, and for a while what was seen in others.
import { checkPicture } from '../limits.ts'
import type { PictureStore } from '../store.ts'
import { shortKey } from './keys.ts'
import type { Link } from './link.ts'
import { openPictureList, type PictureListOptions, parseEntry } from './picture-list.ts'
import { ADD, PICTURE_KEYS, REMOVE } from './picture-scripts.ts'

interface PictureOptions extends PictureListOptions {
  readonly hot: Link
  readonly now: () => number
}

export function redisPictures(options: PictureOptions): PictureStore {
  const { hot, slow, ledger, now } = options
  const list = openPictureList(options)
  return {
    all: list.read,
    version: list.settle,
    async add(picture) {
      checkPicture(picture)
      await list.settle()
      const args = [picture.id, picture.addedAt, JSON.stringify(picture)]
      if ((await slow.run(ADD, PICTURE_KEYS, args)) !== 1) return 'existed'
      await ledger.note({ kind: 'picture', picture })
      return 'added'
    },
    async remove(id) {
      await list.settle()
      const at = now()
      const entry = await slow.run(REMOVE, PICTURE_KEYS, [id, at])
      if (typeof entry !== 'string' || entry === '') return undefined
      const { picture } = parseEntry(entry)
      await ledger.note({ kind: 'picture-removed', id, at: Math.max(at, picture.addedAt) })
      return picture
    },
    async sight(key) {
      const json = await hot.call('GET', shortKey('sight', key))
      return typeof json === 'string' ? json : undefined
    },
    async keepSight(key, json, ttlMs) {
      await hot.call('SET', shortKey('sight', key), json, 'PX', Math.max(1, Math.ceil(ttlMs)))
    },
  }
}
