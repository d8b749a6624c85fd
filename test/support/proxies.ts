// The real nginx and the real Caddy with the files that we ship, on loopback, in a folder of their own.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { end, launchServer, quietPort } from './listening.ts'
import { programPath } from './programs.ts'

export type ProxyName = 'nginx' | 'caddy'

/** Loopback ports. */
export interface Behind {
  readonly relay: number
  readonly instance: number
  /** Mastodon's streaming server; the whole-site layout alone knows it. */
  readonly streaming?: number
}

export interface RunningProxy {
  readonly port: number
  /** SIGKILL, and the folder goes with it. */
  stop(): Promise<void>
}

export const PROXIES: readonly ProxyName[] = ['nginx', 'caddy']
export const LAYOUTS = ['inboxes', 'whole-site'] as const
export type Layout = (typeof LAYOUTS)[number]

interface Setting {
  readonly folder: string
  readonly port: number
  readonly behind: Behind
  readonly layout: Layout
}

interface Kind {
  readonly please: string
  readonly suffix: string
  /** The operator's own file, which takes ours in. */
  around(setting: Setting): string
  command(file: string, folder: string): readonly string[]
}

const OURS = 'shipped'
const KINDS: Readonly<Record<ProxyName, Kind>> = {
  nginx: {
    please: 'nginx 1.22 or newer',
    suffix: 'conf',
    around: aroundNginx,
    command: (file, folder) => ['-p', folder, '-e', join(folder, 'error.log'), '-c', file],
  },
  caddy: {
    please: 'Caddy 2.6 or newer',
    suffix: 'caddyfile',
    around: aroundCaddy,
    command: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  },
}

export async function startProxy(
  name: ProxyName,
  layout: Layout,
  behind: Behind,
): Promise<RunningProxy> {
  const { please, command } = KINDS[name]
  const program = await programPath({ program: name, please })
  const folder = await mkdtemp(join(tmpdir(), `${name}-`))
  const clear = () => rm(folder, { recursive: true, force: true })
  const port = await quietPort()
  try {
    const file = await furnish(name, { folder, port, behind, layout })
    const child = await launchServer(program, command(file, folder), { folder, port })
    return { port, stop: () => end(child).then(clear) }
  } catch (cause) {
    await clear()
    throw cause
  }
}

/** Ours, the operator's around it, and the page that his site shows when it is away. */
async function furnish(name: ProxyName, setting: Setting): Promise<string> {
  const { suffix, around } = KINDS[name]
  const { folder, behind, layout } = setting
  const file = join(folder, `site.${suffix}`)
  await mkdir(join(folder, 'public'))
  await writeFile(join(folder, 'public', '500.html'), 'The site is away.')
  await writeFile(join(folder, OURS), await shipped(`${name}/${layout}.${suffix}`, behind))
  await writeFile(file, around(setting))
  return file
}

/** The file as it stands in config/, but for the addresses behind it. */
async function shipped(path: string, { relay, streaming }: Behind): Promise<string> {
  const text = await readFile(new URL(`../../config/${path}`, import.meta.url), 'utf8')
  const moved = moveAddress(text, '127.0.0.1:8420', relay)
  return streaming === undefined ? moved : moveAddress(moved, '127.0.0.1:4000', streaming)
}

function moveAddress(text: string, address: string, port: number): string {
  if (!text.includes(address)) throw new Error(`${address} does not occur in the shipped file`)
  return text.replaceAll(address, `127.0.0.1:${port}`)
}

/** A site in the manner of Mastodon's own file, with locations that go before regular expressions. */
function aroundNginx({ folder, port, behind, layout }: Setting): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${folder}/${what};`,
  )
  const site = `
    client_max_body_size 99m;
    location / { try_files $uri @proxy; }
    location ^~ /users/ { try_files $uri @proxy; }
    location = /inbox { try_files $uri @proxy; }
    location ~* \\.json$ { try_files $uri @proxy; }
    location @proxy {
      proxy_pass http://127.0.0.1:${behind.instance};
      proxy_set_header Host $host;
    }`
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  ${temporary.join(' ')}
  server {
    listen 127.0.0.1:${port};
    server_name home.example;
    root ${folder}/public;
    error_page 404 500 501 502 503 504 /500.html;
    include ${folder}/${OURS};
    ${layout === 'inboxes' ? site : ''}
  }
}
`
}

function aroundCaddy({ folder, port, behind, layout }: Setting): string {
  const site = `
	handle /users/* {
		reverse_proxy 127.0.0.1:${behind.instance}
	}
	handle /inbox {
		reverse_proxy 127.0.0.1:${behind.instance}
	}
	reverse_proxy 127.0.0.1:${behind.instance}`
  return `
{
	admin off
	auto_https off
	default_bind 127.0.0.1
}
http://:${port} {
	import ${folder}/${OURS}
	${layout === 'inboxes' ? site : ''}
}
`
}
