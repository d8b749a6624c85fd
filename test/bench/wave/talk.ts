// Where people meet: threads, a post that goes round, birthdays, newcomers, invitations.

import { HOUR, MINUTE } from './calendar.ts'
import { newsLink } from './daily.ts'
import type { Account, Person } from './people.ts'
import { aPicture } from './pictures.ts'
import { delivered, localPost, type Planned, type Scene, type Stage, says, soon } from './scene.ts'
import { somebody, somebodyOfOurs } from './stage.ts'
import { announce, noteId } from './writing.ts'

/** Everybody answers everybody, and who has once spoken stays mentioned. */
export const thread: Scene = (stage, at) => {
  const { random, fediverse } = stage
  const size = Math.floor(2 + 28 * random.next() ** 4)
  const ours = random.some(stage.locals, random.chance(0.8) ? 1 : 2)
  const people = Array.from({ length: size }, () => somebody(stage, at))
  const spoken: Person[] = [...ours]
  let answers = localPost(stage, ours[0]!)
  let time = at
  return Array.from({ length: Math.ceil(size * (1 + random.next() * 2)) }, (_, turn) => {
    const by = people[turn < size ? turn : random.below(size)]!
    const calls = spoken.filter((person) => person !== by && random.chance(0.85))
    time += random.between(1, 25) * MINUTE
    const id = noteId(by, fediverse.serial())
    const text = by.tongue.sentence(random.between(1, 24))
    const post = says(stage, 'thread', { by, at: time, id, text, calls, answers })
    if (!spoken.includes(by)) spoken.push(by)
    if (random.chance(0.7)) answers = id
    return post
  })
}

export const strangersAnswer: Scene = (stage, at) => {
  const ours = somebodyOfOurs(stage)
  const answers = localPost(stage, ours)
  return Array.from({ length: stage.random.between(1, 6) }, () => {
    const sent = at + soon(stage.random, 8 * HOUR)
    const by = stage.random.chance(0.92) ? stage.stranger(sent) : stage.newcomer(sent)
    return answer(stage, { by, sent, ours, answers, scene: 'answers of strangers' })
  })
}

/** A post of ours goes round: hundreds come who never came before. */
export const viral: Scene = (stage, at) => {
  const { random, fediverse } = stage
  const ours = somebodyOfOurs(stage)
  const answers = localPost(stage, ours)
  const crowd = stage.locals.length > 100 ? random.between(150, 500) : random.between(60, 250)
  return Array.from({ length: crowd }, (): Planned => {
    const sent = at + soon(random, 20 * HOUR)
    const by = random.chance(0.9) ? stage.stranger(sent) : stage.newcomer(sent)
    if (random.chance(0.8)) return answer(stage, { by, sent, ours, answers, scene: 'viral post' })
    if (random.chance(0.3)) {
      const text = by.tongue.sentence(8)
      return says(stage, 'viral post', { by, at: sent, text, calls: [ours], quotes: answers })
    }
    const activity = announce(by, answers, fediverse.serial())
    const told = { ...activity, cc: [`${by.id}/followers`, ours.id] }
    return delivered('viral post', by, { at: sent, activity: told })
  })
}

interface Answer {
  readonly by: Account
  readonly sent: number
  readonly ours: Person
  readonly answers: string
  readonly scene: string
}

const GIFS = Array.from({ length: 30 }, (_, each) => `view/${each}`) // the same few for all
const EMOJI = ['👍', '❤️', '😂', '🎉', '🔥', '👏👏👏', '🙏', '😭', 'w', 'lol', 'this', '草']

/** Mostly words; an emoji, a picture, a link where words fail. */
function answer(stage: Stage, { by, sent, ours, answers, scene }: Answer): Planned {
  const { random } = stage
  const lot = random.next()
  const said =
    lot < 0.15
      ? { text: random.pick(EMOJI) }
      : lot < 0.2
        ? { pictures: [aPicture(random, by.server.host)] }
        : lot < 0.25
          ? {
              links: [
                random.chance(0.5)
                  ? `https://gifs.example/${random.favourite(GIFS)}`
                  : newsLink(stage),
              ],
            }
          : { text: by.tongue.sentence(random.between(1, 22)) }
  return says(stage, scene, { by, at: sent, calls: [ours], answers, ...said })
}

const SHORT_WISHES = [
  'Happy birthday!',
  'おめでとう！',
  'Alles Gute!',
  '생일 축하해요!',
  'Happy birthday 🎂',
]
const LONG_WISHES = [
  'Happy birthday and many happy returns of the day, have a wonderful year!',
  'お誕生日おめでとうございます！素敵な一年になりますように。',
  'Herzlichen Glückwunsch zum Geburtstag und alles Gute im neuen Lebensjahr!',
  '생일 축하합니다! 올해도 행복하고 건강한 한 해 보내세요.',
]

export const birthday: Scene = (stage, at) => {
  const { random } = stage
  const ours = somebodyOfOurs(stage)
  const answers = random.chance(0.6) ? localPost(stage, ours) : undefined
  return Array.from({ length: random.between(6, 30) }, () => {
    const sent = at + soon(random, 14 * HOUR)
    const by = somebody(stage, sent)
    const text = random.pick(random.chance(0.6) ? SHORT_WISHES : LONG_WISHES)
    const words = { by, at: sent, text, calls: [ours], ...(answers && { answers }) }
    return says(stage, 'birthday', words)
  })
}

/** The first thing that a newcomer does is to call the friends who are here already. */
export const firstPosts: Scene = (stage, at) => {
  const { random } = stage
  const by = stage.newcomer(at)
  const friends = random.some([...stage.followed, ...stage.acquaintances], random.below(3))
  const calls = [somebodyOfOurs(stage), ...friends]
  return Array.from({ length: random.between(1, 3) }, (_, each) => {
    const sent = at + each * random.between(3, 200) * MINUTE
    const links = random.chance(0.2) ? [`https://${by.username}.example/`] : []
    const text = random.chance(0.1) ? '' : by.tongue.sentence(random.between(2, 15))
    return says(stage, 'first posts of a newcomer', { by, at: sent, text, calls, links })
  })
}

/** Six to fifteen people are asked to come. */
export const invitation: Scene = (stage, at) => {
  const { random } = stage
  const by = random.chance(0.6) ? random.pick(stage.followed) : random.pick(stage.acquaintances)
  const guests = random.some([...stage.followed, ...stage.acquaintances], random.between(5, 14))
  const calls = [somebodyOfOurs(stage), ...guests.filter((guest) => guest !== by)]
  const links = random.chance(0.7) ? [newsLink(stage)] : []
  return [says(stage, 'invitation', { by, at, text: by.tongue.post(), calls, links })]
}

/** Something is broken, and everybody asks those who should know: one of ours and their colleagues elsewhere. */
export const support: Scene = (stage, at) => {
  const { random } = stage
  const desk = stage.locals[Math.min(1, stage.locals.length - 1)]!
  const colleagues = random.some(stage.acquaintances, 2)
  return Array.from({ length: random.between(4, 20) }, () => {
    const sent = at + soon(random, 6 * HOUR)
    const by = random.chance(0.85) ? stage.stranger(sent) : stage.newcomer(sent)
    const calls = [desk, ...random.some(colleagues, random.below(3))]
    const text = `error ${random.between(400, 599)} ${by.tongue.sentence(random.between(3, 12))}`
    const pictures = random.chance(0.2) ? [aPicture(random, by.server.host)] : []
    return says(stage, 'support account', { by, at: sent, text, calls, pictures })
  })
}

export const directMessages: Scene = (stage, at) => {
  const { random } = stage
  const ours = somebodyOfOurs(stage)
  const by = somebody(stage, at)
  const others = random.some(stage.acquaintances, random.chance(0.2) ? random.between(1, 3) : 0)
  const calls = [ours, ...others.filter((other) => other !== by)]
  return Array.from({ length: random.between(1, 8) }, (_, each) => {
    const sent = at + each * random.between(1, 30) * MINUTE
    const text = random.chance(0.08) ? '' : by.tongue.sentence(random.between(1, 20))
    const links = text === '' || random.chance(0.1) ? [newsLink(stage)] : []
    const words = { by, at: sent, text, calls, links, audience: 'direct' as const }
    return says(stage, 'direct message', words)
  })
}
