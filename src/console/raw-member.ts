// A member of a JSON object as the bytes it was written in: parsing forgets what was written twice.

/** Of the root, in JSON that parses to an object; of members with one name the last, as JSON.parse takes it. */
export function rawMember(json: Buffer, name: string): Buffer | undefined {
  let found: Buffer | undefined
  for (const { key, value } of membersOf(json)) {
    if (key === name) found = value
  }
  return found
}

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c]

function* membersOf(json: Buffer): Generator<{ readonly key: string; readonly value: Buffer }> {
  for (let at = json.indexOf(QUOTE); at >= 0; ) {
    const keyEnd = endOfString(json, at)
    const start = json.indexOf(COLON, keyEnd) + 1
    const end = endOfValue(json, start)
    const key: string = JSON.parse(json.toString('utf8', at, keyEnd))
    yield { key, value: json.subarray(start, end) }
    at = json.indexOf(QUOTE, end)
  }
}

/** Behind the closing quote. */
function endOfString(json: Buffer, start: number): number {
  let at = start + 1
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1
  return at + 1
}

/** At the comma or bracket that is no part of it. */
function endOfValue(json: Buffer, start: number): number {
  let depth = 0
  for (let at = start; at < json.length; at++) {
    if (json[at] === QUOTE) at = endOfString(json, at) - 1
    const step = STEPS.get(json[at]!) ?? 0
    if (depth === 0 && (step < 0 || json[at] === COMMA)) return at
    depth += step
  }
  return json.length
}

const STEPS = new Map([...'{[}]'].map((sign) => [sign.charCodeAt(0), '{['.includes(sign) ? 1 : -1]))
