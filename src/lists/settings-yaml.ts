// Settings that came from elsewhere, as a file that an operator can save: the notes above, the values below.
import { Document, isMap } from 'yaml'
import type { Tree } from '../config/tree.ts'
import { printable } from '../printable.ts'

export function settingsAsYaml(settings: Tree, notes: readonly string[]): string {
  const document = new Document(settings)
  if (notes.length > 0) {
    document.commentBefore = notes.map((note) => ` - ${printable(note)}`).join('\n')
  }
  const instance = document.get('instance')
  if (isMap(instance) && !instance.has('domain')) {
    instance.commentBefore = ' domain: example.social # required'
  }
  return document.toString({ lineWidth: 0 })
}
