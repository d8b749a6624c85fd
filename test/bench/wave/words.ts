// Made-up talk in six languages: a few words that come all the time, many that come seldom.
import type { Random } from './random.ts'

export const LANGUAGES = ['en', 'ja', 'de', 'ko', 'th', 'ar'] as const

export type Language = (typeof LANGUAGES)[number]

export interface Tongue {
  readonly language: Language
  /** As many words as asked for, with a full stop. */
  sentence(words: number): string
  /** A few words to a few sentences. */
  post(): string
  name(): string
}

export function tongueOf(language: Language, random: Random): Tongue {
  const { joiner, stop, common, rare } = speech(language)
  const word = () => (random.chance(0.45) ? random.favourite(common) : rare(random))
  const sentence = (words: number) =>
    Array.from({ length: Math.max(1, words) }, word).join(joiner) + stop
  return {
    language,
    sentence,
    post() {
      const sentences = random.chance(0.4) ? 1 : random.between(1, 4)
      const lengths = Array.from({ length: sentences }, () => random.between(3, 14))
      return lengths.map(sentence).join(' ')
    },
    name: () => rare(random),
  }
}

interface Speech {
  readonly joiner: string
  readonly stop: string
  readonly common: readonly string[]
  readonly rare: (random: Random) => string
}

const speeches = new Map<Language, Speech>()

function speech(language: Language): Speech {
  const known = speeches.get(language)
  if (known) return known
  const { common, syllables, joiner, stop } = SPEECH[language]
  const parts = syllables.split(' ')
  const [least, most] = language === 'ja' || language === 'ko' ? [1, 3] : [2, 4]
  const rare = (random: Random) =>
    Array.from({ length: random.between(least, most) }, () => random.pick(parts)).join('')
  const made = { joiner, stop, common: common.split(' '), rare }
  speeches.set(language, made)
  return made
}

const SPEECH = {
  en: {
    joiner: ' ',
    stop: '.',
    common:
      'the a to and of I is in it you that was for on with but not we have be this my so at they just like as what are when all about if one had from there more now can do really some how time going think up out know people today good think been after still never week morning work house train river cat book garden game music old new little long',
    syllables:
      'bar cor den fal gre hol ing jas ker lim mon nor pel qui ros sta tur ven wis yar zel ash ber cla dro ell fen gar hem ist jun kel lor mar nus ost per rin sol tan und val wen',
  },
  de: {
    joiner: ' ',
    stop: '.',
    common:
      'und die der ich das ist nicht zu ein es in auf mit dem so den wir auch von aber sich eine war noch wie für man nur im bei hat mal schon oder dann wenn heute morgen immer wieder mehr alles etwas jetzt haus garten zug buch musik arbeit woche kind wetter',
    syllables:
      'ber gen schaf lich keit ung haft wal den stein furt bach hof ger mei ner kau fel zim tre stru per gral mosch ruf lan dis tor wend spiel quer bram hul nock rad sau tol vier wuch zorn',
  },
  ja: {
    joiner: '',
    stop: '。',
    common:
      'は が を に で と も の から まで です ます した して いる ある ない だけ でも よう こと もの とき ところ また まだ もう とても ちょっと やっぱり 今日 明日 昨日 朝 夜 人 私 何 今 本 家 電車 天気 仕事 音楽 写真 映画 ご飯 猫 犬 花 海 山',
    syllables:
      '春 夏 秋 冬 空 雲 雨 風 星 月 光 影 道 橋 町 村 森 川 池 庭 窓 机 紙 筆 絵 歌 声 色 形 糸 布 箱 車 船 店 市 駅 港 島 石 金 銀 鉄 茶 酒 米 魚 鳥 馬 牛 羊 虫 葉 根 種 実 味 香 夢 心 手 足 目 耳 歩 走 見 聞 話 読 書 買 食 飲 作 待 会 思 知 使 開 閉 始 終 早 遅 高 低 長 短 新 古',
  },
  ko: {
    joiner: ' ',
    stop: '.',
    common:
      '그리고 나는 오늘 내일 어제 정말 너무 조금 많이 그냥 아직 다시 이제 항상 같이 우리 사람 시간 아침 저녁 집 책 기차 날씨 음악 사진 영화 밥 고양이 강아지 꽃 바다 산 일 생각 좋다 있다 없다 하는 했다 되는 같은 이런 그런',
    syllables:
      '가 나 다 라 마 바 사 아 자 차 카 타 파 하 고 노 도 로 모 보 소 오 조 초 구 누 두 루 무 부 수 우 주 추 기 니 디 리 미 비 시 이 지 치 강 난 달 람 맛 방 성 안 장 천 담 팔 한',
  },
  th: {
    joiner: '',
    stop: ' ',
    common:
      'วันนี้ พรุ่งนี้ และ ที่ ใน เป็น มี ไม่ ได้ ให้ ของ กับ ว่า จะ ไป มา แล้ว ก็ คน เรา ฉัน เขา ดี มาก บ้าน หนังสือ รถไฟ อากาศ เพลง รูป ข้าว แมว หมา ดอกไม้ ทะเล ภูเขา',
    syllables:
      'กา ขาว คำ งาม จัน ชม ซอ ดาว ตา ทอง นวล บัว ปลา ฝน พลอย ฟ้า มุก ยา รุ้ง ลม วาด ศิลป์ สาย หิน อรุณ กลอง ขวัญ ครู จิต เดือน ตะวัน ทราย นก เบญ ไผ่ เมฆ ราตรี ลำธาร เสียง หมอก',
  },
  ar: {
    joiner: ' ',
    stop: '.',
    common:
      'في من على إلى أن هذا التي الذي كان قد لا ما مع كل بعد قبل اليوم غدا أمس جدا أيضا ثم هناك عندما نحن أنا هو هي بيت كتاب قطار صباح مساء عمل موسيقى صورة طعام قطة زهرة بحر جبل',
    syllables:
      'بر تل جم حد خر دس رن زه سف شق صب طع ظل عم غر فج قص كت لب مس نه وس يم بيت دار نور سلا مدي كري حسا فار منز طري بستا قما شمو',
  },
} as const satisfies Record<
  Language,
  { joiner: string; stop: string; common: string; syllables: string }
>
