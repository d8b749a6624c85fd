// Entity tags of rewritten bodies. Ours hold the instance's own and the mark of how it was rewritten, so that the
// instance can still confirm a copy of ours, and never one that was made otherwise.

export interface Tags {
  /** The instance's tag as a weak one of ours. */
  ours(etag: string): string
  /** Of If-None-Match what the instance may be asked; `foreign` are tags that are not ours. */
  theirs(ifNoneMatch: string, foreign: 'kept' | 'left out'): string | undefined
}

const TAG = /(W\/)?"([^"]*)"/g
const OURS = /^sekisho\.([\da-f]+)\.([sw])\.(.*)$/s

export function tagsMarked(mark: string): Tags {
  return {
    ours(etag) {
      const [, weak, opaque] = /^\s*(W\/)?"([^"]*)"/.exec(etag) ?? []
      return `W/"sekisho.${mark}.${weak ? 'w' : 's'}.${opaque ?? ''}"`
    },
    theirs(ifNoneMatch, foreign) {
      const all = ifNoneMatch.trim() === '*' ? ['*'] : ifNoneMatch.match(TAG)
      const asked = (all ?? []).flatMap((tag) => {
        const own = ownTag(tag)
        if (!own) return foreign === 'kept' ? [tag] : []
        return own.mark === mark ? [own.theirs] : []
      })
      return asked.length > 0 ? asked.join(', ') : undefined
    },
  }
}

function ownTag(tag: string): { readonly mark: string; readonly theirs: string } | undefined {
  const [, mark, kind, opaque] = OURS.exec(tag.replace(/^W\//, '').slice(1, -1)) ?? []
  if (mark === undefined) return undefined
  return { mark, theirs: `${kind === 'w' ? 'W/' : ''}"${opaque}"` }
}
