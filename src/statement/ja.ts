// The statement in Japanese.
import type { Texts } from './en.ts'

export const ja: Texts = {
  languageName: '日本語',
  languages: '言語',
  skip: '本文へ移動',
  title: '{domain}のスパムへの対応について',
  asOf: '{date}（UTC）現在の方針です。',
  intro:
    '多数の方へのメンションを伴うスパムは、受け取るすべての方に迷惑を及ぼします。このページでは、{domain}が受け入れない投稿、他サーバーをブロックする場合、および再検討の求め方をお知らせします。内容は当サーバーの設定に基づいており、設定が変わると更新されます。',
  trial:
    '以下の方針は、現在試行中です。投稿の検査と記録は行っていますが、これによる投稿の拒否およびサーバーのブロックは行っていません。',

  announcements: 'お知らせ',
  announcement: 'お知らせ',

  refusedTitle: '受け入れない投稿',
  refusedLead: '次の投稿は受け入れません。',
  refusedFlood: '不特定多数のアカウントに無差別にメンションする投稿',
  refusedUrl:
    '発信元を問わず、当サーバーが禁止したURL（スパムに関わる集団への招待リンクやウェブサイトなど）を含む投稿',
  refusedImage:
    '発信元を問わず、上記のURLを文字またはQRコードで示す画像、またはスパムの画像として登録した画像を含む投稿',
  refusedKnownImage: '発信元を問わず、スパムの画像として登録した画像を含む投稿',
  refusedText: '発信元を問わず、当サーバーが禁止した語句を含む投稿',
  refusedSigns: 'スパムの特徴を同時に複数示す投稿',
  refusedLists: '禁止した項目の詳細は公開していません。',

  blocksTitle: 'サーバーをブロックする場合',
  blocksLead:
    '次の投稿が当サーバーの利用者に届き、かつ、そのサーバーの利用者によるものと証明された場合、当該サーバーを無期限にブロックします。',
  offenceFlood:
    '不特定多数のアカウントに無差別にメンションする投稿による、当サーバーの利用者へのメンション',
  offenceUrl: '当サーバーが禁止したURLを含む投稿',
  offenceImage: '上記のURLを示す画像、またはスパムの画像として登録した画像を含む投稿',
  offenceKnownImage: 'スパムの画像として登録した画像を含む投稿',
  offenceOther: 'そのほか、当サーバーの管理者がブロックの対象と定めた条件に当たる投稿',
  blocksByHand:
    '現在、自動でのブロックは行っていません。ブロックするかどうかは、管理者が個別に判断します。',
  blocksMeaning:
    'ブロックに期限はありませんが、解除することがあります。ブロックにより、当該サーバーとその利用者から送られてくるものを受け取らなくなります。当サーバーからの送信や取得は、これだけでは止まりません。',

  exceptionTitle: '適切に管理されているサーバー',
  exception:
    '適切に管理されており、スパムへの速やかな対処が見込まれるサーバーは、直ちにはブロックしません。投稿は受け入れず、当該アカウントへの対処を{grace}待ちます。それまでに対処がない場合はブロックします。',
  exceptionBans: 'そのようなサーバーからであっても、当サーバーが禁止したものは受け入れません。',

  positiveTitle: 'ポジティブリスト方式のサーバー',
  positiveBlock:
    '自らのリストに載せたサーバーとだけ連合するサーバー（ポジティブリスト方式、許可リスト方式）は、無期限にブロックします。この方式をやめたときは、ブロックを解除します。',
  positiveReport:
    '自らのリストに載せたサーバーとだけ連合するサーバー（ポジティブリスト方式、許可リスト方式）は、無期限のブロックの対象となることがあります。管理者が個別に判断します。',

  registrationsTitle: '当サーバーの新規登録',
  registrationsOpen: '{domain}では、どなたでも新規登録できます。',
  registrationsApproval: '{domain}の新規登録は申請制です。管理者が1件ずつ承認しています。',
  registrationsClosed: '{domain}では、一般の新規登録を受け付けていません。',
  registrationsUnknown: '{domain}の新規登録の受付状況は、現在確認できません。',

  apologyTitle: 'スパムに関わりのない皆さまへ',
  apology:
    'ブロックは、対象のサーバーを利用している、スパムに関わりのない方々にも影響します。ご不便とご迷惑をおかけすることをお詫び申し上げるとともに、ご理解をお願いいたします。',

  reviewTitle: 'ブロックの再検討について',
  reviewLead:
    'ブロックの対象となったサーバーの管理者の方で、再検討をご希望の場合は、次の事項をお知らせください。',
  reviewDomain: 'サーバーのドメイン',
  reviewDone: 'スパムを送ったアカウントへの対処',
  reviewChanged: '再発防止のために変更したこと（新規登録の承認制への移行など）',
  reviewAnswer: '返信先（ブロック中のサーバーからの投稿は、当サーバーには届きません）',
  reviewForm: 'ご連絡は{form}からお願いいたします。',
  formName: 'お問い合わせフォーム',
  reviewSite: 'ご連絡は、{site}に掲載している連絡先へお願いいたします。',
  noEmail:
    '管理者のメールアドレスが収集され、悪用された事例があるため、メールアドレスは公開していません。',

  blockedTitle: 'ブロック中のサーバー',
  blockedNone: '現在、ブロック中のサーバーはありません。',
  blockedCount: '現在ブロック中のサーバー：{count}件',
  blockedHidden: 'サーバー名は公開していません。',
  blockedMasked: 'サーバー名の一部を「*」に置き換えています。',
  blockedLatest: 'ここには新しいものから{shown}件を掲載しています。',
  blockedUnavailable: '現在、一覧を表示できません。',
  blockedCaption: 'ブロック中のサーバー（新しい順、日付はUTC）',
  columnDomain: 'サーバー',
  columnReason: '理由',
  columnSince: '開始日',
  hostOnly: 'この名前のみ、サブドメインを除く',
  files: '一覧全体のファイル',
  fileCsv: 'CSV（Mastodonへの取り込み用）',
  fileJson: 'JSON（MastodonのAPIの形式）',

  reasonFlood: '大量のメンション',
  reasonUrl: '禁止したURL',
  reasonImage: '禁止した画像',
  reasonSpam: 'スパム',
  reasonPositiveList: 'ポジティブリスト方式',
  reasonOperator: '管理者の判断',
  reasonList: '外部のブロックリストに掲載',

  footer: 'このページは、{domain}に届くものを検査するSekishoが作成しています。',
}
