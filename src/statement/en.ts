// The statement in English. Words in {braces} are filled in; everything else is plain text.

export const en = {
  languageName: 'English',
  languages: 'Languages',
  skip: 'Skip to the statement',
  title: 'How {domain} deals with spam',
  asOf: 'The policy in force on {date} (UTC).',
  intro:
    'Spam that mentions great numbers of people does harm to everybody whom it reaches. This page says what {domain} does not accept, when it blocks other servers, and how to ask for a review. It follows our settings and changes when they change.',
  trial:
    'The rules below are on trial at present: posts are examined and recorded, but none is refused, and no server is blocked by them.',

  announcements: 'Announcements',
  announcement: 'Announcement',

  refusedTitle: 'What we do not accept',
  refusedLead: 'The following is not accepted:',
  refusedFlood: 'posts that mention large numbers of unrelated accounts indiscriminately',
  refusedUrl:
    'posts with a URL that we have banned, such as the invitation or the website of a group behind spam, no matter which server they come from',
  refusedImage:
    'posts with a picture that shows such a URL, drawn or as a QR code, or that we know from spam, no matter which server they come from',
  refusedKnownImage:
    'posts with a picture that we know from spam, no matter which server they come from',
  refusedText: 'posts with words or phrases that we have banned, no matter where they come from',
  refusedSigns: 'posts that show several signs of spam at once',
  refusedLists: 'What exactly we have banned is not published.',

  blocksTitle: 'When we block a server',
  blocksLead:
    'We block a server indefinitely when such a post by one of its users reaches one of ours, and the post is proved to come from there:',
  offenceFlood:
    'a mention in a post that mentions large numbers of unrelated accounts indiscriminately',
  offenceUrl: 'a post with a URL that we have banned',
  offenceImage: 'a post with a picture that shows such a URL or that we know from spam',
  offenceKnownImage: 'a post with a picture that we know from spam',
  offenceOther: 'a post that meets other conditions for which our administrators block servers',
  blocksByHand:
    'At present no server is blocked automatically: our administrators decide about each.',
  blocksMeaning:
    'A block has no end date, but it can be lifted. It stops what the server and its users send to us; it does not by itself stop what our server sends out or fetches.',

  exceptionTitle: 'Servers that are well managed',
  exception:
    'A server that is well managed and is expected to deal with spam at once is not blocked straight away. The post is not accepted, and the server has {grace} to deal with the account; it is blocked if it has not done so by then.',
  exceptionBans: 'What we have banned is not accepted from such a server either.',

  positiveTitle: 'Servers that federate by positive list',
  positiveBlock:
    'Servers that accept only servers on a list of their own (a positive list or allow list) are blocked indefinitely. The block ends when the list does.',
  positiveReport:
    'Servers that accept only servers on a list of their own (a positive list or allow list) may be blocked indefinitely. Our administrators decide about each.',

  registrationsTitle: 'Registrations on our server',
  registrationsOpen: 'Registrations on {domain} are open.',
  registrationsApproval:
    'Anybody may apply for an account on {domain}; our administrators approve each registration.',
  registrationsClosed: 'Registrations on {domain} are closed to the public.',
  registrationsUnknown: 'Whether registrations on {domain} are open is not known at the moment.',

  apologyTitle: 'To those who have nothing to do with it',
  apology:
    'A block also affects people on the blocked server who have no part in the spam. We apologise for the trouble this causes you, and ask for your understanding.',

  reviewTitle: 'Asking for a review',
  reviewLead:
    'If you run a server that is blocked here and want the block reviewed, please tell us:',
  reviewDomain: 'the domain of your server',
  reviewDone: 'what you have done about the accounts that sent the spam',
  reviewChanged:
    'what you have changed so that it does not happen again, such as approval of registrations',
  reviewAnswer: 'where our answer can reach you: posts from a blocked server do not arrive here',
  reviewForm: 'Please use our {form}.',
  formName: 'inquiry form',
  reviewSite: 'Please use the contact shown on {site}.',
  noEmail:
    'We publish no e-mail address, because administrators’ addresses have been collected and misused.',

  blockedTitle: 'Blocked servers',
  blockedNone: 'No server is blocked at present.',
  blockedCount: 'Servers blocked at present: {count}.',
  blockedHidden: 'Their names are not published.',
  blockedMasked: 'Parts of the names are replaced by asterisks.',
  blockedLatest: 'The latest {shown} are shown here.',
  blockedUnavailable: 'The list cannot be shown at the moment.',
  blockedCaption: 'Blocked servers, the latest first. Dates are in UTC.',
  columnDomain: 'Server',
  columnReason: 'Reason',
  columnSince: 'Since',
  hostOnly: 'this name only, without subdomains',
  files: 'The whole list as a file:',
  fileCsv: 'CSV, for Mastodon’s import',
  fileJson: 'JSON, in the form of Mastodon’s API',

  reasonFlood: 'mass mentions',
  reasonUrl: 'banned URL',
  reasonImage: 'banned picture',
  reasonSpam: 'spam',
  reasonPositiveList: 'positive list',
  reasonOperator: 'our own decision',
  reasonList: 'adopted from a list',

  footer: 'This page is made by Sekisho, which checks what is delivered to {domain}.',
} as const

export type TextKey = keyof typeof en

/** One shape for every language. */
export type Texts = { readonly [Key in TextKey]: string }
