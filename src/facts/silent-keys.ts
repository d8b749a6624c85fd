// Which keys of a document are shown to nobody: what stands there is no content.
import { recently } from '../recently.ts'

/** Names of things, audiences, keys, dates. A URL there is no content. */
export const SILENT: ReadonlySet<string> = new Set(
  [
    '@context @id @type id type mediaType hreflang rel blurhash published updated deleted',
    'startTime endTime closed duration actor attributedTo to cc bto bcc audience',
    'inReplyTo inReplyToAtomUri atomUri context conversation replies likes shares interactionPolicy',
    'first next prev last current partOf quoteAuthorization alsoKnownAs movedTo copiedTo',
    'inbox outbox followers following liked streams featured featuredTags endpoints sharedInbox',
    'publicKey publicKeyPem publicKeyMultibase assertionMethod signature proof',
  ].flatMap((keys) => keys.split(' ')),
)
/** Silent whatever a context makes of the others: JSON-LD's own, and what is taken off before it is read. */
export const ALWAYS_SILENT: ReadonlySet<string> = new Set(['@context', '@id', '@type', 'signature'])
/** Silent as an id, content as an embedded object. */
export const REFERENCES: ReadonlySet<string> = new Set(
  'object target origin result instrument'.split(' '),
)

/** Of a path in another view: does it lead to content? */
export const isShown = recently((at) => {
  const keys = at.split(/[.[]/)
  return !keys.some((key) => SILENT.has(key)) && !REFERENCES.has(keys.at(-1)!)
})
