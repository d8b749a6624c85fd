// An explained verdict for a terminal: one block, aligned, with every stranger's word made harmless.
import { styleText } from 'node:util'
import type { Digest } from '../explain/digest.ts'
import type { Explained } from '../explain.ts'
import { printable } from '../printable.ts'
import { counted, daysOf, people } from '../standing/reasons.ts'
import type { Verdict } from '../verdict.ts'
import { actionStyles } from './verdict-text.ts'

type Row = readonly [label: string, ...texts: readonly string[]]
type Style = Parameters<typeof styleText>[0]

const MAX_SHOWN = 8 // links, people: the rest is counted
const MAX_WORDS = 200

export function explainedText({ verdict, explanation }: Explained, isColourful: boolean): string {
  const paint = (style: Style, text: string) =>
    isColourful ? styleText(style, text, { validateStream: false }) : text
  const { hold, drop } = explanation.thresholds
  const rows: readonly Row[] = [
    ...(explanation.facts ? factRows(explanation.facts, verdict) : []),
    ['hits', ...hitLines(verdict)],
    ['blocked', ...blockLines(verdict)],
    ['notes', ...verdict.notes.filter((note) => !CONSEQUENCE.test(note))],
    ['thresholds', `hold ${hold}, drop ${drop}`],
    ['what if', ...explanation.wouldChange],
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  const lines = rows.flatMap(([label, ...texts]) =>
    texts.map((text, at) => {
      const margin = (at === 0 ? label : '').padEnd(width)
      return `  ${paint('dim', margin)}  ${printable(text)}`
    }),
  )
  const { id, action, score } = verdict
  const heading = `${paint('bold', printable(id))}: ${paint(actionStyles[action], action)}, score ${score}`
  return [heading, ...lines, ''].join('\n')
}

/** Nobody is asked here: whoever is named is believed, unless told otherwise. */
const PROOFS: Readonly<Record<string, string>> = { verified: 'taken as proved' }
/** Told by `what if`. */
const CONSEQUENCE = /^(?:nothing|notice): /

function factRows(facts: Digest, { sender }: Verdict): readonly Row[] {
  const { activity, reach, words, links, inReplyTo, references, pictures } = facts
  const shown = references.filter(({ how }) => how !== 'reply')
  return [
    ['by', `${facts.author ?? 'nobody'} (${PROOFS[sender.proof] ?? sender.proof})`],
    ['account', ...accountLines(facts)],
    ['activity', [...activity.types, activity.id ?? ''].join(' ').trim(), natureOf(facts)],
    ['reaches', ...bounded(reach.ours)],
    ['calls', ...(reach.people === 0 ? [] : [calledBy(facts)])],
    ['answers', ...(inReplyTo === undefined ? [] : [inReplyTo])],
    ['shows', ...shown.map(({ how, id }) => `${how} of ${id}`)],
    ['words', ...(words === '' ? [] : [printable(words, MAX_WORDS)])],
    ['pictures', ...bounded(pictures.map(pictureLine))],
    ['links', ...bounded(links.filter(({ role }) => role !== 'mention').map(linkLine))],
  ]
}

function accountLines({ account, relation, history }: Digest): readonly string[] {
  const { firstSeen, followedSince, cleanDays, dropped } = history
  const past = [
    ...(history.trusted ? ['trusted'] : []),
    ...(followedSince === undefined ? [] : [`followed since ${followedSince}`]),
    ...(firstSeen === undefined ? [] : [`first seen ${firstSeen}, clean on ${daysOf(cleanDays)}`]),
    ...(dropped === undefined ? [] : [`a post dropped ${dropped}`]),
  ]
  return [...(account ? [profileLine(account)] : []), [relation, ...past].join(', ')]
}

function profileLine({ username, name, age, hasIcon, fields }: NonNullable<Digest['account']>) {
  const traits = [
    `@${username}`,
    ...(name === '' ? ['without a name'] : [`“${name}”`]),
    age === undefined ? 'of unknown age' : `${age} old`,
    hasIcon ? 'with a picture' : 'without a picture',
    ...(fields > 0 ? [counted(fields, 'profile field', 'profile fields')] : []),
  ]
  return traits.join(', ')
}

function natureOf({ judged, isPublic, attachments }: Digest): string {
  const nature = judged ? (isPublic ? 'public' : 'not public') : 'never judged by content'
  return attachments > 0
    ? `${nature}, ${counted(attachments, 'attachment', 'attachments')}`
    : nature
}

function calledBy({ reach, mentions }: Digest): string {
  const more = mentions.length - MAX_SHOWN
  const names = mentions.slice(0, MAX_SHOWN).join(' ')
  return `${people(reach.people)}: ${names}${more > 0 ? ` and ${more} more` : ''}`
}

function pictureLine({ at, url }: Digest['pictures'][number]): string {
  return `${at}, not looked at here (images test looks): ${url}`
}

function linkLine({ url, text, at, role }: Digest['links'][number]): string {
  const written = text === undefined ? '' : ` as “${text}”`
  return `${url}${written} in ${at}${role === undefined ? '' : ` (${role})`}`
}

function hitLines({ hits }: Verdict): readonly string[] {
  const weights = hits.map(({ shadow, score }) => (shadow ? 'shadow' : `+${score}`))
  const widthOf = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length))
  const name = widthOf(hits.map(({ rule }) => rule))
  const weight = widthOf(weights)
  return hits.map(
    ({ rule, why }, at) => `${rule.padEnd(name)}  ${weights[at]!.padEnd(weight)}  ${why}`,
  )
}

/** What a block would come of it is told by `what if`. */
function blockLines({ block, notes }: Verdict): readonly string[] {
  return block && notes.includes('blocked host') ? [`${block.domain} (${block.by})`] : []
}

function bounded(lines: readonly string[]): readonly string[] {
  const more = lines.length - MAX_SHOWN
  return more > 0 ? [...lines.slice(0, MAX_SHOWN), `and ${more} more`] : lines
}
