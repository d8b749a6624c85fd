// The images command: known pictures kept and recognised again, and what is seen in pictures told in order.
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { images } from '../../src/commands/images.ts'
import { aCode, aTexture, drawnWords } from '../support/drawn-pictures.ts'
import { runCommand } from '../support/run-command.ts'
import { startWorld, type World } from '../support/world.ts'

const EMPTY = new URL('../support/empty.yaml', import.meta.url).pathname

let world: World | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

const freshFolder = () => mkdtempSync(join(tmpdir(), 'sekisho-images-'))

/** Flags for a store that no relay uses. */
function atRest(folder = freshFolder()): string[] {
  const where = ['--store', `embedded:${folder}`, '--data', folder, '--admin.port', '1']
  return ['--config', EMPTY, '--instance.domain', 'home.example', ...where]
}

function fileOf(bytes: Uint8Array, name = 'picture.png'): string {
  const file = join(freshFolder(), name)
  writeFileSync(file, bytes)
  return file
}

const texture = async (seed: number, name?: string) =>
  fileOf(await aTexture(seed).png().toBuffer(), name)

const linesOf = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('known pictures', () => {
  test('are added by a file, listed, recognised re-encoded, and removed by the beginning of their id', async () => {
    const base = atRest()
    const file = await texture(1, 'cans.png')
    const added = await runCommand(images, 'add', file, '--note', 'wave of February', ...base)
    expect(added).toMatchObject({ code: 0, err: '' })
    expect(added.out).toMatch(
      /^cans\.png is banned from now on, as [0-9a-f]{12} \(hashes: \d+\)\n$/,
    )
    const again = await runCommand(images, 'add', file, ...base)
    expect(again).toMatchObject({ code: 1, out: expect.stringContaining('was known already') })

    const listed = await runCommand(images, 'list', ...base)
    expect(listed.out).toMatch(/^\S+Z {2}[0-9a-f]{12} {2}cans\.png {2}wave of February\n$/)
    const [picture] = linesOf((await runCommand(images, 'list', '--json', ...base)).out)
    expect(picture).toEqual({
      ...{ id: createHash('sha256').update(readFileSync(file)).digest('hex'), name: 'cans.png' },
      ...{ note: 'wave of February', addedAt: expect.any(Number) },
    })

    const smaller = await aTexture(1).resize(200).jpeg({ quality: 50 }).toBuffer()
    const files = [fileOf(smaller, 'again.jpg'), await texture(2)]
    const tested = await runCommand(images, 'test', ...files, '--json', ...base)
    expect(tested).toMatchObject({ code: 0, err: '' })
    const [recognised, other] = linesOf(tested.out)
    expect(recognised).toMatchObject({
      ...{ file: files[0], banned: true, findings: [{ how: 'hash', value: picture.id }] },
      ...{ nearest: { name: 'cans.png' }, format: 'jpeg', width: 200 },
    })
    expect(Object.keys(recognised).slice(0, 4)).toEqual(['file', 'banned', 'findings', 'stages'])
    expect(recognised.stages.decode).toEqual(expect.any(Number))
    expect(other).toMatchObject({ file: files[1], banned: false, findings: [] })

    const id = picture.id.slice(0, 12)
    expect(await runCommand(images, 'remove', id, ...base)).toMatchObject({ code: 0 })
    const gone = await runCommand(images, 'remove', id, ...base)
    expect(gone).toMatchObject({ code: 1, out: '', err: expect.stringContaining(id) })
    expect((await runCommand(images, 'list', ...base)).out).toBe('')
  }, 60_000)

  test('are fetched by URL under the rules of every fetch, for the running relay', async () => {
    const overrides = { 'spam.example': await serve(await aTexture(2).jpeg().toBuffer()) }
    world = await startWorld()
    const flags = [
      ...['--config', EMPTY, '--data', world.folder, '--admin.port', `${world.relay().adminPort}`],
      ...['--remote.overrides', JSON.stringify(overrides)],
    ]
    const address = 'https://spam.example/cans.jpg'
    const added = await runCommand(images, 'add', address, ...flags)
    expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/^https:\/\/spam\.example/) })
    const inside = await runCommand(images, 'add', 'https://127.0.0.1/cans.jpg', ...flags)
    expect(inside).toMatchObject({ code: 1, out: '' })
    expect(inside.err).toMatch(/^https:\/\/127\.0\.0\.1\/cans\.jpg cannot be used: \S/)
    expect((await world.api('GET', '/api/images')).json.images).toMatchObject([{ name: address }])
    expect((await world.api('GET', '/api/audit')).json.entries).toMatchObject([
      { what: 'picture added', who: expect.stringMatching(/./) },
    ])
  })

  test('take no note that is too long, and say how long it may be', async () => {
    const args = ['add', await texture(4), '--note', 'n'.repeat(2_001), ...atRest()]
    expect(await runCommand(images, ...args)).toEqual({
      ...{ code: 2, out: '', err: 'note: is longer than 2000 characters\n' },
    })
  })

  test('are not made of what is no picture', async () => {
    const base = atRest()
    const program = fileOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))
    const { code, out, err } = await runCommand(images, 'add', program, ...base)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err.trimEnd().split('\n')).toEqual([expect.stringContaining('cannot be used: SVG')])
    expect((await runCommand(images, 'list', ...base)).out).toBe('')
  })
})

describe('test', () => {
  test('tells in sentences what drawn words are banned for', async () => {
    const file = fileOf(await drawnWords('spam.example/join'), 'words.jpg')
    const flags = ['--banned.urls', 'spam.example', ...atRest()]
    const { code, out } = await runCommand(images, 'test', file, ...flags)
    expect(code).toBe(0)
    expect(out).toMatch(/^\S+words\.jpg: banned\n {2}why {7}text: .*spam\.example/)
    expect(out).toMatch(/\n {2}picture {3}jpeg, 640 × 240\n {2}nearest {3}no known picture\n/)
    expect(out).toMatch(/\n {2}text {6}“.*spam\.example.*” \d+ % at \d+,\d+–\d+,\d+\n/)
    expect(out).toMatch(/\n {2}time {6}.* ms in all\n\n$/)
  })

  test('tells where a code leads, and draws a box around it', async () => {
    const plain = await aCode('https://spam.example/join')
    const [from, to] = [fileOf(plain), join(freshFolder(), 'seen.png')]
    const flags = ['--annotate', to, '--banned.urls', 'spam.example', ...atRest()]
    const { code, out } = await runCommand(images, 'test', from, ...flags)
    expect(code).toBe(0)
    expect(out).toMatch(/: banned\n {2}why {7}qr: .*spam\.example/)
    expect(out).toMatch(/\n {2}QR codes {2}“https:\/\/spam\.example\/join” at \d+,\d+–\d+,\d+\n/)
    const [before, after] = await Promise.all([plain, readFileSync(to)].map(reds))
    expect(before).toBe(0)
    expect(after).toBeGreaterThan(100)
  })

  test('does not say of a picture that was read in part that it is not banned', async () => {
    const size = { width: 64, height: 48 }
    const pages = await Promise.all(
      [1, 2, 3, 4, 5].map((seed) => aTexture(seed).resize(size).raw().toBuffer()),
    )
    const raw = { width: 64, height: 48 * 5, channels: 3, pageHeight: 48 } as const
    const file = fileOf(await sharp(Buffer.concat(pages), { raw }).gif().toBuffer(), 'pages.gif')
    const told = await runCommand(images, 'test', file, ...atRest())
    expect(told).toMatchObject({ code: 1, out: expect.stringContaining('read only in part') })
    expect(told.out).not.toContain('not banned')
    const { code, out } = await runCommand(images, 'test', file, '--json', ...atRest())
    expect(code).toBe(1)
    expect(linesOf(out)).toMatchObject([{ banned: false, partial: true }])
  })

  test('answers many in their order, without a store too, and ends with 1 for the unread', async () => {
    const folder = join(freshFolder(), 'not-there')
    const good = await texture(3)
    const bad = fileOf(Buffer.from('no picture at all'), 'bad.png')
    const files = Array.from({ length: 9 }, (_, at) => (at === 2 ? good : bad))
    const args = ['test', ...files, '--json', ...atRest(folder)]
    const { code, out, err } = await runCommand(images, ...args)
    expect(code).toBe(1)
    const told = linesOf(out)
    expect(told.map(({ file }) => file)).toEqual(files)
    expect(told[0]).toMatchObject({ banned: false, findings: [], unread: expect.any(String) })
    expect(told[2].unread).toBeUndefined()
    expect(err.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/none has ever run on it; tested without known pictures$/),
    ])
    expect(existsSync(folder)).toBe(false)
  })
})

test.each([
  { args: [], says: 'use: images add' },
  { args: ['show'], says: 'use: images add' },
  { args: ['add'], says: 'use: images add <file|url>' },
  { args: ['add', EMPTY, EMPTY], says: 'use: images add' },
  { args: ['add', '/no/such.png'], says: '/no/such.png cannot be read: there is no such file' },
  ...['http://spam.example/a.png', 'ftp://spam.example/a.png', 'data:image/png;base64,AAAA'].map(
    (name) => ({
      args: ['add', name],
      says: `${name}: only https:// addresses and files are taken`,
    }),
  ),
  { args: ['list', '--note', 'x'], says: 'images list takes no --note' },
  { args: ['remove'], says: 'use: images remove <id>' },
  { args: ['remove', 'abc'], says: 'id: is 8 to 64 hex digits' },
  { args: ['remove', '../blocks'], says: 'id: is 8 to 64 hex digits' },
  { args: ['test'], says: 'use: images test' },
  {
    args: ['test', EMPTY, '/no/such.png'],
    says: '/no/such.png cannot be read: there is no such file',
  },
  { args: ['test', '/'], says: '/ is no file' },
  { args: ['test', EMPTY, EMPTY, '--annotate', 'x.png'], says: 'name a single one' },
  { args: ['test', EMPTY, '--banned.files', '/no/list'], says: 'there is no such file' },
])('$args ends with 2 and one line, and nothing is done', async ({ args, says }) => {
  const { code, out, err } = await runCommand(images, ...args, ...atRest())
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain(says)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
})

/** How many pixels have the colour of what is banned. */
async function reds(picture: Buffer): Promise<number> {
  const pixels = await sharp(picture).removeAlpha().toColourspace('srgb').raw().toBuffer()
  let count = 0
  for (let at = 0; at < pixels.length; at += 3) {
    if (pixels[at]! > 200 && pixels[at + 1]! < 30 && pixels[at + 2]! < 60) count++
  }
  return count
}

async function serve(body: Buffer): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'image/jpeg')
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
