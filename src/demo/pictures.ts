// Three pictures without a word beside them, by accounts of some years: what is wrong with two of them only shows who looks.
import { readFile } from 'node:fs/promises'
import type { Fediverse } from './fediverse.ts'
import { create, OUR_PEOPLE, type Scene } from './script.ts'

const PAINTERS = [
  { domain: 'gallery.example', picture: 'qr-poster.png', title: 'a poster with a QR code' },
  { domain: 'sleeper-1.example', picture: 'drawn-invitation.png', title: 'an invitation, drawn' },
  {
    domain: 'sleeper-2.example',
    picture: 'qr-invitation.png',
    title: 'an invitation as a QR code',
  },
]

export const PICTURE_DOMAINS = PAINTERS.map(({ domain }) => domain)

export async function pictures(fediverse: Fediverse, now: number): Promise<readonly Scene[]> {
  const scenes: Scene[] = []
  for (const { domain, picture, title } of PAINTERS) {
    const author = fediverse.join({
      ...{ domain, username: 'painter', name: 'Painter', summary: 'pictures', icon: true },
      since: '2022-03-01T00:00:00Z',
    })
    const url = `https://${domain}/media/${picture}`
    fediverse.publish(url, 'image/png', await readFile(new URL(picture, import.meta.url)))
    const attachment = [{ type: 'Document', mediaType: 'image/png', url }]
    const mentions = OUR_PEOPLE.slice(0, 1)
    const activity = create({ author, mentions, html: 'look', at: now, also: { attachment } })
    scenes.push({ title, author, activity })
  }
  return scenes
}
