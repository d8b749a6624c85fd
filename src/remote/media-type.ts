// What a response may be: one of the types that the request asked for, and nothing else.
// Uploads served as something else must never be read as actors (CVE-2024-25623).

const AS_PROFILE = 'https://www.w3.org/ns/activitystreams'
export const ACTIVITY_TYPES = `application/activity+json, application/ld+json; profile="${AS_PROFILE}"`

/** Is the content type one of the media ranges of an Accept header? A profile asked for must be there. */
export function isAccepted(contentType: string, accept: string): boolean {
  const answered = parseType(contentType)
  return splitOutsideQuotes(accept).some((range) => covers(parseType(range), answered))
}

interface MediaType {
  readonly essence: string
  readonly profiles: readonly string[]
}

function covers(range: MediaType, answered: MediaType): boolean {
  const { essence } = range
  if (essence === '*/*') return true
  const fits = essence.endsWith('/*')
    ? answered.essence.startsWith(essence.slice(0, -1))
    : answered.essence === essence
  return fits && range.profiles.every((profile) => answered.profiles.includes(profile))
}

function parseType(text: string): MediaType {
  const [essence = '', ...parameters] = text.split(';')
  const profile = parameters
    .map((parameter) => /^\s*profile\s*=\s*"?([^"]*)"?\s*$/i.exec(parameter)?.[1])
    .find((value) => value !== undefined)
  return {
    essence: essence.trim().toLowerCase(),
    profiles: profile?.split(/\s+/).filter((uri) => uri !== '') ?? [],
  }
}

function splitOutsideQuotes(list: string): string[] {
  return list.match(/(?:[^,"]|"[^"]*")+/g) ?? []
}
