// Posts as people write them, by a seed: several languages, and whatever looks a little like a URL and is none.

/** Numbers below 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Language {
  readonly words: readonly string[]
  readonly between: string
  readonly ends: readonly string[]
}

const words = (text: string) => text.trim().split(/\s+/)

const LANGUAGES: readonly Language[] = [
  {
    words:
      words(`I you me we it is in on at to so my no go be am us do Gg gg li Me my the and discord
      Discord server game raid join spam invite link news open source people party photo garden coffee
      morning tonight weather train cat dog never always maybe please thanks wait what when where why
      who community instance moderator blocked report again today tomorrow wiki data blog worse example
      test shop win free code music band album live stream video club pages space site online store`),
    between: ' ',
    ends: ['.', '.', '.', '!', '?', '...', '…', ';', ' .', ',', ' :)'],
  },
  {
    words:
      words(`ich du er sie es wir ihr und oder aber nicht heute morgen gestern Straße schön Wetter
      Garten Käse Brötchen Bahn verspätet Discord Server Spiel Einladung mit in am zu so da de ist der
      die das ein eine bitte danke z.B. d.h. u.a. usw. bzw. ca. Dr. Nr. größer Ärger Übung Fuß me gg`),
    between: ' ',
    ends: ['.', '.', '!', '?', '…', ' –', ','],
  },
  {
    words:
      words(`yo tú él ella nosotros hoy mañana ayer niño jardín café corazón tiempo tren juego servidor
      discord Discord invitación enlace es de en con por para no sí me se te lo la los Sra. EE.UU. pág.`),
    between: ' ',
    ends: ['.', '.', '!', '?', '…', ','],
  },
  {
    words:
      words(`今日 明日 天気 は が を に へ と も です ます でした ました ね よ 猫 犬 電車 写真 ゲーム
      サーバー ディスコード Discord 参加 荒らし スパム 招待 リンク １６ドットの ｗｗｗ １２０円 ＡＢＣ
      コーヒー 東京 大阪 アニメ ノート ﾊﾝｶｸ com net org gg me 見て ください みんな`),
    between: '',
    ends: ['。', '。', '！', '？', '…', '、', 'ｗ', '〜', '．'],
  },
  {
    words:
      words(`오늘 내일 날씨 고양이 강아지 기차 사진 게임 서버 디스코드 Discord 참여 스팸 초대 링크 은 는 이
      가 을 를 좋아요 감사합니다 안녕하세요 커피 서울 부산 정말 너무 그래서 하지만 me gg ㅋㅋㅋ ㅠㅠ`),
    between: ' ',
    ends: ['.', '.', '!', '?', '~', ','],
  },
]

const ODDITIES =
  words(`README.md index.html main.ts v1.2.3 2.0.0-rc.1 3.14 1,234.56 $5.00 $5.99/mo 12.50€ ￥1,200
  24/7 and/or w/o c/o 1/2 10:30 2024-02-18 18/02/2024 192.168.0.1 bob@mail.test bob.smith@post.test
  #discord #gg #荒らし @alice @bob@social.test @gg@discord.test https://blog.test/2024/02/post
  https://social.test/@alice/1119 wiki.test/page?x=1#y www.news.test t.test e.g. i.e. a.m. p.m. U.S. Ph.D.
  Node.js ASP.NET .NET .gitignore C:\\Users\\me\\notes.txt /etc/passwd ~/bin/run.sh *bold* _so_ ~~no~~ \`x.y()\`
  **very** ||spoiler|| [1] (2) {3} (a) [x] <3 </3 :-) ¯\\_(ツ)_/¯ ♥️ 👍🏽 👨‍👩‍👧 🇯🇵 🇩🇪 ①② ™ ½ 100% 50%off %20 &amp; &lt;3 &hellip;
  don’t it's “quoted” «citado» „zitiert“ 「引用」 – — - … / . , dot slash 5. 6) a. b. I. II. :// // \\ | x=y a|b a^b
  f(x) x.length foo.bar() std::vector obj?.a ..\\..\\x ../../x 0x7f 1e9 6.02e23 10.1000/xyz123 arXiv:2401.00001v2 kbd+ctrl`)

export function ordinaryPost(random: () => number): string {
  const pick = <T>(these: readonly T[]): T => these[Math.floor(random() * these.length)]!
  const language = pick(LANGUAGES)
  const word = () => (random() < 0.12 ? ` ${pick(ODDITIES)} ` : pick(language.words))
  const sentence = () => {
    const said = Array.from({ length: 1 + Math.floor(random() * 9) }, word).join(language.between)
    const begun = random() < 0.6 ? said.charAt(0).toUpperCase() + said.slice(1) : said
    return begun + pick(language.ends)
  }
  const after = () => pick([' ', ' ', ' ', '\n', '\n\n', '  ', language.between])
  const text = Array.from(
    { length: 1 + Math.floor(random() * 6) },
    () => sentence() + after(),
  ).join('')
  return random() < 0.5
    ? text
    : `<p>${text.replaceAll('\n\n', '</p><p>').replaceAll('\n', '<br />')}</p>`
}
