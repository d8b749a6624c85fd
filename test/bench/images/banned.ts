// What is banned in the image bench: hosts, an invite of one server, a short link.

export const BANNED_URLS = [
  'discord.gg',
  'discord.com/invite',
  'kuroneko-server.example',
  'bit.ly/3xSpamQr',
  '荒らし.example',
] as const
