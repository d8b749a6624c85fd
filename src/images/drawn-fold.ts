// What is drawn, as far as a recogniser can tell signs apart: O is 0, an upper-case I is a lower-case L.

/** The signs of a line without its blanks; the lists run alongside the text. */
export interface Folded {
  readonly text: string
  /** As it was read, in NFKC. */
  readonly raws: readonly string[]
  /** A blank stands before the sign. */
  readonly gaps: readonly boolean[]
}

export function foldLine(line: string): Folded {
  const raws: string[] = []
  const gaps: boolean[] = []
  let text = ''
  let isGap = true
  for (const raw of line.normalize('NFKC')) {
    const folded = /\s/.test(raw) ? '' : foldSign(raw)
    for (const unit of folded) {
      text += unit
      raws.push(raw)
      gaps.push(isGap)
      isGap = false
    }
    isGap ||= folded === ''
  }
  return { text, raws, gaps }
}

export function fold(text: string): string {
  return foldLine(text).text
}

const ALIKE: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'l',
  i: 'l',
  '|': 'l',
  '!': 'l',
  9: 'g',
  q: 'g',
  5: 's',
  8: 'b',
  ',': '.',
  ':': '.',
  ';': '.',
  '。': '.',
  '、': '.',
  '・': '.',
}

/** One UTF-16 unit, so that places in the text are places in the lists; others are no part of any host. */
function foldSign(raw: string): string {
  const lower = raw.toLowerCase()
  const folded = ALIKE[lower] ?? lower
  return folded.length === 1 ? folded : '\ufffd'
}

/**
 * In a name with ideographs, what the recogniser makes of the kana between them differs from picture to picture:
 * `荒l`, `荒6l` and `荒〓` are one.
 */
export function maskKana(folded: string): string {
  return folded.replace(KANA, '〓')
}

/** What kana and hangul are taken for; longer runs of letters are letters. */
const KANA = /(?<=\p{Script=Han})[lsbo6374chujzty〓()[\]{}/-]{1,4}(?=[.\p{Script=Han}])/gu
