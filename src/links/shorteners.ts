// Hosts that lead anywhere: their links say nothing of where they go, and nobody here follows them.

const HOSTS = new Set(
  `2no.co adf.ly bit.do bit.ly bitly.com bl.ink buff.ly clck.ru cli.re cutt.ly cutt.us
  dlvr.it ezstat.ru goo.gl goo.su grabify.link gg.gg han.gl hoy.kr iplis.ru iplogger.co
  iplogger.com iplogger.org iplogger.ru is.gd j.mp kutt.it lnkd.in me2.do ow.ly
  qrco.de rb.gy rebrand.ly reurl.cc s.id short.gy short.io shorturl.at shrtco.de snip.ly surl.li
  t.co t.ly t2m.io tiny.cc tiny.one tinyurl.com tr.im u.to urx3.nu urlzs.com v.gd vo.la vk.cc   x.gd yip.su ux.nu zpr.io`.split(
    /\s+/,
  ),
)

export function isShortener(host: string): boolean {
  return HOSTS.has(host.replace(/^www\./, ''))
}
