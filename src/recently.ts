// What was worked out lately of short texts is at hand: hosts, people and places come again with nearly every delivery.

const MAX_LENGTH = 256 // no honest id is longer, and nobody fills the memory with others
const MAX_KNOWN = 2_048 // twice: those of now, and those of before

/** For pure functions alone. What comes to nothing is worked out each time. */
export function recently<Result>(work: (text: string) => Result): (text: string) => Result {
  let lately = new Map<string, Result>()
  let before = lately
  return (text) => {
    if (text.length > MAX_LENGTH) return work(text)
    const known = lately.get(text)
    if (known !== undefined) return known
    const own = ` ${text}`.slice(1) // a part of a body or header would keep the whole of it in memory
    const result = before.get(text) ?? work(own)
    if (result === undefined) return result
    if (lately.size >= MAX_KNOWN) {
      before = lately
      lately = new Map()
    }
    lately.set(own, result)
    return result
  }
}
