// What comes in all day without anybody noticing: posts and boosts of those who are followed, and what is carried here.

import type { JsonObject } from '../../../src/json.ts'
import { HOUR, MINUTE } from './calendar.ts'
import { aPicture } from './pictures.ts'
import { delivered, type Planned, type Scene, type Stage, says, soon } from './scene.ts'
import { somebody, somebodyOfOurs } from './stage.ts'
import { announce, create, isoTime, note, noteId, PUBLIC, update } from './writing.ts'

export const followedPost: Scene = (stage, at) => {
  const { random, followed, acquaintances } = stage
  const by = random.favourite(followed)
  const lot = random.next()
  const picture = aPicture(random, by.server.host)
  const dressed =
    lot < 0.15
      ? { links: [newsLink(stage)] }
      : lot < 0.3
        ? { pictures: [picture], text: lot < 0.2 ? '' : by.tongue.post() }
        : lot < 0.42
          ? { calls: random.some([...acquaintances, ...followed], random.between(1, 3)) }
          : {}
  return [says(stage, 'post of somebody followed', { by, at, text: by.tongue.post(), ...dressed })]
}

export const boost: Scene = (stage, at) => {
  const { random, followed, fediverse } = stage
  const by = random.favourite(followed)
  const author = somebody(stage, at)
  const earlier = at - random.between(1, 300) * MINUTE
  const id = noteId(author, fediverse.serial())
  const shown = note({ by: author, at: earlier, id, text: author.tongue.post() })
  fediverse.documents.set(id, { '@context': CONTEXT, ...shown })
  return [delivered('boost', by, { at, activity: announce(by, id, fediverse.serial()) })]
}

/** Written, looked at, corrected. */
export const edit: Scene = (stage, at) => {
  const { random, fediverse } = stage
  const by = random.chance(0.7) ? random.pick(stage.followed) : somebody(stage, at)
  const calls = random.chance(0.4) ? [somebodyOfOurs(stage)] : []
  const text = by.tongue.post()
  const first = { by, at, id: noteId(by, fediverse.serial()), text, calls }
  const editedAt = at + random.between(1, 40) * MINUTE
  const corrected = note({ ...first, text: `${text} ${by.tongue.sentence(3)}`, editedAt })
  const activity = update(corrected)
  return [says(stage, 'edit', first), delivered('edit', by, { at: editedAt, activity })]
}

/** One address that everybody talks about; some show it to a friend of theirs here. */
export const news: Scene = (stage, at) => {
  const { random } = stage
  const link = newsLink(stage)
  return Array.from({ length: random.between(5, 30) }, () => {
    const sent = at + soon(random, 10 * HOUR)
    const by = somebody(stage, sent)
    const calls = random.chance(0.3) ? [somebodyOfOurs(stage)] : []
    const text = random.chance(0.15) ? '' : by.tongue.sentence(random.between(2, 16))
    return says(stage, 'news shared by many', { by, at: sent, text, calls, links: [link] })
  })
}

export const wordlessPicture: Scene = (stage, at) => {
  const by = somebody(stage, at)
  const alt = stage.random.chance(0.3) ? by.tongue.sentence(6) : undefined
  const pictures = [aPicture(stage.random, by.server.host, alt)]
  const calls = stage.random.chance(0.5) ? [somebodyOfOurs(stage)] : []
  return [says(stage, 'picture without words', { by, at, calls, pictures })]
}

export const quote: Scene = (stage, at) => {
  const by = somebody(stage, at)
  const ours = somebodyOfOurs(stage)
  const quotes = `${ours.id}/statuses/${stage.fediverse.serial()}`
  const calls = stage.random.chance(0.5) ? [ours] : []
  return [says(stage, 'quote', { by, at, calls, quotes, text: by.tongue.sentence(7) })]
}

/** The same good morning for everybody who asked for it. */
export const greetingBot: Scene = (stage, at) => {
  const { account: by, readers } = stage.random.pick(stage.bots)
  const greeting = by.tongue.sentence(stage.random.between(4, 24))
  return readers.map((reader, each) => {
    const place = stage.random.chance(0.5) ? '' : ` ${by.tongue.name()}`
    const text = `${greeting}${place} ${each % 30} °C`
    return says(stage, 'greeting bot', { by, at: at + each * 700, text, calls: [reader] })
  })
}

/** What a relay server brings from people whom nobody here knows: signed by their authors, or as bare boosts. */
export const relayed: Scene = (stage, at) => {
  const { random, fediverse } = stage
  const carrier = random.pick(stage.relays)
  return Array.from({ length: random.between(3, 12) }, (_, each): Planned => {
    const sent = at + each * random.between(5, 90) * 1_000
    const by = stage.stranger(sent)
    const pictures = random.chance(0.2) ? [aPicture(random, by.server.host)] : []
    const written = { by, at: sent, text: by.tongue.post(), pictures }
    const post = note({ ...written, id: noteId(by, fediverse.serial()) })
    const about = { kind: 'ordinary', scene: 'by a relay', isPost: true } as const
    if (by.server.algorithm === 'rsa') {
      return { about, at: sent, sender: carrier, activity: create(post), carries: by }
    }
    fediverse.documents.set(String(post.id), { '@context': CONTEXT, ...post })
    const activity = announce(carrier, String(post.id), fediverse.serial())
    return { about, at: sent, sender: carrier, activity }
  })
}

/** A community announces what its members write: whole activities, signed by the community alone. */
export const lemmy: Scene = (stage, at) => {
  const { random, fediverse } = stage
  const group = random.pick(stage.groups)
  return Array.from({ length: random.between(2, 8) }, (_, each) => {
    const sent = at + each * random.between(1, 20) * MINUTE
    const by = stage.stranger(sent)
    const page = lemmyPage(stage, { by, group: group.id, at: sent })
    const inner = withoutContext(create(page))
    const activity = announce(group, inner, fediverse.serial())
    const audience = { to: [PUBLIC], cc: [`${group.id}/followers`] }
    return delivered('community', group, { at: sent, activity: { ...activity, ...audience } })
  })
}

function lemmyPage(
  { random, fediverse, locals }: Stage,
  { by, group, at }: { by: ReturnType<Stage['stranger']>; group: string; at: number },
): JsonObject {
  const isComment = random.chance(0.7)
  const answered = random.pick(locals)
  const calls = isComment && random.chance(0.3) ? [answered] : []
  const written = note({
    ...{ by, at, calls, text: by.tongue.post(), id: noteId(by, fediverse.serial()) },
    ...(isComment && { answers: `${answered.id}/statuses/${fediverse.serial()}` }),
  })
  const title = { type: 'Page', name: by.tongue.sentence(6), published: isoTime(at) }
  return { ...written, audience: group, ...(!isComment && title) }
}

export function newsLink({ random, fediverse }: Stage): string {
  return `https://news${random.below(60)}.example/${isoTime(Date.UTC(2026, 10)).slice(0, 7)}/${fediverse.serial()}`
}

const CONTEXT = 'https://www.w3.org/ns/activitystreams'

function withoutContext({ '@context': _, ...activity }: JsonObject): JsonObject {
  return activity
}
