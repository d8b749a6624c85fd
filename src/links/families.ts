// Services with several names: what is banned under one name is banned under all.

interface Place {
  readonly host: string
  readonly path: string
}

const DISCORD = /^(?:(?:ptb|canary)\.)?discord(?:app)?\.com$/
/**
 * The part behind these hosts is an invitation's name. The last four belong to others than Discord: who calls
 * a server to somebody's attention uses one name everywhere.
 */
const INVITES = new Set(['discord.gg', 'dsc.gg', 'discord.me', 'invite.gg', 'discord.li'])

/** The place under its family's first name, where it has another; `path` in lower case. */
export function familyPlace({ host, path }: Place): Place | undefined {
  const invite = nameOfInvite({ host, path })
  return invite === undefined ? undefined : { host: 'discord.gg', path: invite }
}

/** `/abc`, or nothing for every invitation of Discord's own. */
function nameOfInvite({ host, path }: Place): string | undefined {
  if (DISCORD.test(host)) return /^\/invite(?=\/|$)(.*)/s.exec(path)?.[1]
  if (!INVITES.has(host) || path === '') return undefined
  return path.replace(/^\/invite(?=\/.)/, '')
}
