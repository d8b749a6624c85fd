import { domainToASCII } from 'node:url'
import { expect, test } from 'vitest'
import { unmask, withoutHidden, withoutMarks } from '../../src/links/unmask.ts'

test.each([
  ['dіѕсоrd.gg', 'discord.gg'],
  ['ⅾⅰѕcοrԁ․gg', 'discord.gg'],
  ['ＤＩＳＣＯＲＤ．ＧＧ／ａ', 'DISCORD.GG/a'],
  ['d\u200bi\u00ads\ufe0fc\u{e0061}o\u2060r\u0336d', 'discord'],
  ['\u202egg.drocsid\u202c', 'gg.drocsid discord.gg '],
  ['%64%69%2573cord%252Egg', 'discord.gg'],
  [domainToASCII('dіscоrd.gg'), 'discord.gg'],
  ['hxxps[://]discord(dot)gg[/]abc', 'https://discord.gg/abc'],
  ['discordドットggスラッシュabc', 'discord.gg/abc'],
  ['Discord．次', 'Discord。次'],
  ['100% ドット絵 (a) [1]', '100% ドット絵 (a) [1]'],
  ['日本語の文です。ノート〇', '日本語の文です。ノート〇'],
  ['é ü ø ñ', 'é ü ø ñ'],
  ['\ud800\u200ba', '\ud800a'],
])('%j reads %j', (text, read) => {
  expect(unmask(text)).toBe(read)
})

test.each([
  ['сос\u200bна．ｃｏｍ', 'сосна.com'],
  ['e\u0301\u00ad', 'é'],
  ['plain', 'plain'],
])('%j without what is hidden is %j', (text, rest) => {
  expect(withoutHidden(text)).toBe(rest)
})

test.each([
  ['dis**co**rd', 'discord'],
  ['`discord`.gg', 'discord.gg'],
  ['||discord||.gg', 'discord.gg'],
  ['discord\\.gg\\/abc', 'discord.gg/abc'],
  ['$[tada.speed=2s disc]ord.gg', 'discord.gg'],
  ['[a](b) a|b ~b', '[a](b) a|b ~b'],
])('%j without marks is %j', (text, rest) => {
  expect(withoutMarks(text)).toBe(rest)
})
