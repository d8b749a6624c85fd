// Ordinary words in several scripts, with the fonts that have them; and the harmless addresses that people write.
import { letters, pick, type Random, whole } from './random.ts'

export interface Tongue {
  readonly font: string
  readonly words: readonly string[]
  /** Japanese and Chinese run on. */
  readonly gap: string
}

const ENGLISH =
  'the weather today was nice and we walked along river coffee morning train is late again somebody asked about new server update please read before posting music cats garden photo from last summer I cannot believe it works thank you for your help meeting moved to Thursday price of bread library opens at nine'.split(
    ' ',
  )
const GERMAN =
  'heute Morgen war das Wetter schön und der Zug wieder verspätet bitte vor dem Schreiben lesen Öffnungszeiten Straße größer Brötchen danke für die Hilfe neue Nachrichten über'.split(
    ' ',
  )
const RUSSIAN =
  'сегодня хорошая погода и мы гуляли вдоль реки поезд опять опоздал спасибо за помощь новости сервера пожалуйста прочитайте'.split(
    ' ',
  )
const JAPANESE =
  '今日は いい天気 ですね 新しい サーバー の お知らせ 写真を 撮りました 電車が 遅れて います ありがとう ございます コーヒー 猫 散歩 明日の 会議 荷物が 届いた'.split(
    ' ',
  )
const CHINESE =
  '今天 天气 很好 我们 去 河边 散步 服务器 更新 请 先 阅读 谢谢 咖啡 照片 图书馆'.split(' ')
const KOREAN =
  '오늘은 날씨가 좋네요 새로운 서버 안내 사진을 찍었습니다 기차가 늦었어요 감사합니다 커피'.split(
    ' ',
  )
const ARABIC = 'الطقس جميل اليوم وصلنا إلى النهر شكرا لك على المساعدة القطار متأخر مرة أخرى'.split(
  ' ',
)

export const TONGUES: readonly Tongue[] = [
  { font: 'DejaVu Sans', words: ENGLISH, gap: ' ' },
  { font: 'Liberation Serif', words: ENGLISH, gap: ' ' },
  { font: 'Liberation Mono', words: ENGLISH, gap: ' ' },
  { font: 'Noto Sans', words: GERMAN, gap: ' ' },
  { font: 'DejaVu Serif', words: RUSSIAN, gap: ' ' },
  { font: 'Noto Sans CJK JP', words: JAPANESE, gap: '' },
  { font: 'IPAMincho', words: JAPANESE, gap: '' },
  { font: 'Noto Sans CJK SC', words: CHINESE, gap: '' },
  { font: 'Noto Sans CJK KR', words: KOREAN, gap: ' ' },
  { font: 'Noto Naskh Arabic', words: ARABIC, gap: ' ' },
]

export function phrase(random: Random, tongue: Tongue, length: number): string {
  return Array.from({ length }, () => pick(random, tongue.words)).join(tongue.gap)
}

/** Addresses, figures and names of services that stand in ordinary screenshots. */
export function harmless(random: Random): string {
  return pick(random, [
    () => 'https://en.wikipedia.org/wiki/River',
    () => 'github.com/sharp/issues/1842',
    () => `youtu.be/${letters(random, 11)}`,
    () => `youtube.com/watch?v=${letters(random, 11)}`,
    () => 'Join our Discord!',
    () => 'discord.com/terms',
    () => `@${letters(random, 7).toLowerCase()}@mastodon.example`,
    () => 'mail@club.example',
    () => `v${whole(random, 1, 9)}.${whole(random, 0, 20)}.${whole(random, 0, 9)}`,
    () => `${whole(random, 10, 23)}:${whole(random, 10, 59)}`,
    () => `¥${whole(random, 100, 90_000)}`,
    () => `bit.ly/${letters(random, 7)}`,
    () =>
      `error 0x${whole(random, 4_096, 65_535).toString(16)} at main.ts:${whole(random, 1, 400)}`,
  ])()
}
