// Where a word may begin and end: next to a letter only in scripts that write words without spaces between them.

/** A phrase that stands alone in the text: `spam` in `no spam!` and in `スパムspamだ`, not in `spammer`. */
export function standsAlone(text: string, start: number, end: number): boolean {
  const first = kindOf(charAt(text, start))
  // Particles are written onto Korean words: whatever follows one leaves it a word.
  const last = kindOf(charBefore(text, end))
  const isInside =
    (first !== 'free' && kindOf(charBefore(text, start)) === first) ||
    (last === 'spaced' && kindOf(charAt(text, end)) === 'spaced')
  return !isInside
}

type Kind = 'spaced' | 'hangul' | 'free'

const HANGUL = /\p{Script=Hangul}/u
/** Written without spaces, or with spaces between syllables. */
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Yi}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tibetan}\p{scx=Javanese}\p{scx=Balinese}\p{scx=Tai_Tham}\p{scx=Tai_Le}\p{scx=New_Tai_Lue}\p{scx=Tai_Viet}]/u
const IN_WORDS = /[\p{L}\p{Nd}\p{M}]/u // not the numbers in circles

function kindOf(char: string): Kind {
  if (char < '\x80') return /[a-z0-9]/i.test(char) ? 'spaced' : 'free'
  if (HANGUL.test(char)) return 'hangul'
  return UNSPACED.test(char) || !IN_WORDS.test(char) ? 'free' : 'spaced'
}

function charAt(text: string, at: number): string {
  const code = text.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}

function charBefore(text: string, at: number): string {
  const isPair = /[\udc00-\udfff]/.test(text[at - 1] ?? '')
  return text.slice(Math.max(0, at - (isPair ? 2 : 1)), at)
}
