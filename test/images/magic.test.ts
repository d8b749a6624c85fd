// What some servers show and nobody reads here is told by its name: the operator must know what passes.
import { describe, expect, test } from 'vitest'
import { kindOf } from '../../src/images/magic.ts'

const bytes = (text: string) => Buffer.from(text.padEnd(64, '\0'), 'latin1')
const ftyp = (brands: string) => `\0\0\0${String.fromCharCode(8 + brands.length)}ftyp${brands}`

describe('bytes are', () => {
  test.each([
    { name: 'HEIC', from: ftyp('heic\0\0\0\0mif1heic') },
    { name: 'HEIC', from: ftyp('mif1\0\0\0\0mif1heic') },
    { name: 'HEIC', from: ftyp('msf1\0\0\0\0msf1hevc') },
    { name: 'TIFF', from: 'II*\0' },
    { name: 'TIFF', from: 'MM\0+' },
    { name: 'BMP', from: 'BM' },
    { name: 'ICO', from: '\0\0\x01\0\x01\0' },
    { name: 'JPEG XL', from: '\xff\x0a' },
    { name: 'JPEG 2000', from: '\0\0\0\x0cjP  \r\n\x87\n' },
    { name: 'SVG', from: '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>' },
    { name: 'film', from: ftyp('isom\0\0\0\0isomiso2') },
  ])('no picture that is read, but $name', ({ name, from }) => {
    expect(kindOf(bytes(from))).toMatchObject({
      status: 'other',
      why: expect.stringContaining(name),
    })
  })

  test.each([
    'avif\0\0\0\0mif1miaf',
    'avis\0\0\0\0msf1miaf',
    'mif1\0\0\0\0avifmiaf',
    'msf1\0\0\0\0avismsf1',
  ])('an AVIF by any of its brands, moving or not (%#)', (brands) => {
    expect(kindOf(bytes(ftyp(brands)))).toEqual({ status: 'picture', format: 'avif' })
  })
})
