// What strangers wrote, made harmless where it is shown: it must not move a terminal's cursor or turn its text around.

const PLAIN = /^[ -~]*$/
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** On one line, in sight and bounded. */
export function printable(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  if (text.length <= maxLength && PLAIN.test(text)) return text
  const plain = text.slice(0, maxLength).replace(UNSEEN, '\ufffd')
  return text.length > maxLength ? `${plain}…` : plain
}

/** JSON that says exactly what was there, with everything unseen spelt out. */
export function safeJson(value: unknown): string {
  return escapeUnseen(JSON.stringify(value))
}

/** Of a text that is JSON: it stays the same JSON. */
export function escapeUnseen(json: string): string {
  return json.replace(UNSEEN, (unseen) => unseen.split('').map(escapeUnit).join(''))
}

/** One UTF-16 unit: JSON spells an astral character as two. */
function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
