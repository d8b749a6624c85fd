// What comes with the posts and is never scored: likes, follows and their answers, votes, deletions, reports.
import type { JsonObject } from '../../../src/json.ts'
import { delivered, type Scene } from './scene.ts'
import { somebody, somebodyOfOurs } from './stage.ts'
import { PUBLIC, small } from './writing.ts'

/** Nobody scores these, everybody sends them. */
export const smallThings: Scene = (stage, at) => {
  const { random, fediverse } = stage
  const by = somebody(stage, at)
  const ours = somebodyOfOurs(stage)
  const post = `${ours.id}/statuses/${fediverse.serial()}`
  const thing = random.pick(SMALL)({ post, ours: ours.id, by: by.id, serial: fediverse.serial() })
  const activity = { ...small(by, thing.type, fediverse.serial()), ...thing }
  return [delivered(thing.type.toLowerCase(), by, { at, activity })]
}

interface Ends {
  readonly post: string
  readonly ours: string
  readonly by: string
  readonly serial: number
}

type Small = (ends: Ends) => JsonObject & { readonly type: string }

const like: Small = ({ post }) => ({ type: 'Like', object: post })
const SMALL: readonly Small[] = [
  ...[like, like, like, like],
  ({ post }) => ({ type: 'Like', object: post, content: '👍', _misskey_reaction: '👍' }),
  ({ ours }) => ({ type: 'Follow', object: ours }),
  ({ ours, by, serial }) => ({
    type: 'Undo',
    object: { id: `${by}#follows/${serial}`, type: 'Follow', actor: by, object: ours },
  }),
  ({ by, serial }) => ({
    ...{ type: 'Delete', to: [PUBLIC] },
    object: { id: `${by}/statuses/${serial}`, type: 'Tombstone' },
  }),
  ({ by, ours, post, serial }) => ({
    type: 'Create',
    object: {
      ...{ id: `${by}#votes/${serial}`, type: 'Note', name: 'the second', attributedTo: by },
      ...{ to: ours, inReplyTo: post },
    },
  }),
  ({ ours, post }) => ({ type: 'Flag', content: 'please look at this', object: [ours, post] }),
]

/** One of ours begins to follow somebody: the other server accepts. */
export const accepted: Scene = (stage, at) => {
  const { random, fediverse } = stage
  const by = random.chance(0.6) ? random.pick(stage.followed) : random.pick(stage.acquaintances)
  const ours = somebodyOfOurs(stage)
  const id = `${ours.id}#follows/${fediverse.serial()}`
  const object = { id, type: 'Follow', actor: ours.id, object: by.id }
  const activity = { ...small(by, 'Accept', fediverse.serial()), object }
  return [delivered('accept', by, { at, activity })]
}
