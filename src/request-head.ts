// The rules for the head of a delivery: what two readers could understand in two ways is refused.

export interface RequestHead {
  /** Name, value, name, value, … as they came. */
  readonly rawHeaders: readonly string[]
  readonly httpVersion: string
}

export type HeadCheck =
  | { readonly status: 'ok' }
  | {
      readonly status: 'refused'
      readonly httpStatus: 400 | 415 | 417 | 505
      readonly why: string
    }

type Fields = ReadonlyMap<string, readonly string[]>
type Refusal = Extract<HeadCheck, { status: 'refused' }>

const MAX_HEADERS = 100
const TOKEN = /^[!#$%&'*+\-.^_`|~\da-z]+$/
// RFC 9110 §5.5: a tab, a blank, visible ASCII, or the opaque upper half of a byte.
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i

/** The first reader would take the first value, the next one the last, or both joined. */
const SINGLE = [
  'host',
  'signature',
  'signature-input',
  'digest',
  'content-digest',
  'date',
  'x-date', // goes before Date at Misskey
  'content-type',
  'content-length',
  'transfer-encoding',
  'authorization',
]
/** CGI and Rack read `Content_Length` as Content-Length. */
const NEVER_UNDERSCORED = new Set([
  ...SINGLE,
  'connection',
  'content-encoding',
  'expect',
  'upgrade',
  'user-agent',
  'accept',
  'collection-synchronization',
])
/** A name in Connection is taken off on the way: only what belongs to one connection may be named. */
const CONNECTION_OPTIONS = new Set([
  'close',
  'keep-alive',
  'te',
  'trailer',
  'trailers',
  'transfer-encoding',
  'upgrade',
  'proxy-connection',
  'http2-settings',
])

const JSON_TYPE = /^(?:application\/(?:[\w!#$&^.+-]+\+)?json|text\/plain)$/i
const PARAMETER = /;[ ]*(?:([\w!#$&^.+-]+)=("(?:[^"\\]|\\.)*"|[^\s";,]+))?[ ]*/y

export function inspectHead({ rawHeaders, httpVersion }: RequestHead): HeadCheck {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return refuse(505, `HTTP/${httpVersion}`)
  if (rawHeaders.length > MAX_HEADERS * 2) return refuse(400, 'too many headers')
  const fields = groupFields(rawHeaders)
  return (
    findBadField(fields) ??
    findRepeated(fields) ??
    checkHost(fields) ??
    checkFraming(fields, httpVersion) ??
    checkConnection(fields) ??
    checkContent(fields) ?? { status: 'ok' }
  )
}

function groupFields(rawHeaders: readonly string[]): Fields {
  const fields = new Map<string, string[]>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase()
    const values = fields.get(name)
    if (values) values.push(rawHeaders[at + 1]!)
    else fields.set(name, [rawHeaders[at + 1]!])
  }
  return fields
}

function findBadField(fields: Fields): Refusal | undefined {
  for (const [name, values] of fields) {
    if (!TOKEN.test(name)) return refuse(400, 'a header name is no token')
    if (name.includes('_') && NEVER_UNDERSCORED.has(name.replaceAll('_', '-'))) {
      return refuse(400, `${name} can be read as ${name.replaceAll('_', '-')}`)
    }
    if (!values.every((value) => FIELD_VALUE.test(value))) {
      return refuse(400, `${name} has control characters`)
    }
  }
  return undefined
}

function findRepeated(fields: Fields): Refusal | undefined {
  const repeated = SINGLE.find((name) => (fields.get(name)?.length ?? 0) > 1)
  return repeated === undefined ? undefined : refuse(400, `${repeated} is repeated`)
}

function checkHost(fields: Fields): Refusal | undefined {
  const host = fields.get('host')?.[0]?.trim()
  if (host === undefined) return refuse(400, 'host is missing')
  return HOST.test(host) ? undefined : refuse(400, 'host is no host')
}

/** Node undoes `chunked` and nothing else: any other coding would leave the body coded. */
function checkFraming(fields: Fields, httpVersion: string): Refusal | undefined {
  const expectation = fields.get('expect')?.join(',').trim()
  if (expectation && !/^100-continue$/i.test(expectation)) {
    return refuse(417, 'expect names something unknown')
  }
  const coding = fields.get('transfer-encoding')?.[0]?.trim()
  if (coding === undefined) return undefined
  if (!/^chunked$/i.test(coding)) return refuse(400, 'transfer-encoding is not chunked')
  if (httpVersion === '1.0') return refuse(400, 'transfer-encoding in HTTP/1.0')
  return fields.has('content-length') ? refuse(400, 'two ways of framing') : undefined
}

function checkConnection(fields: Fields): Refusal | undefined {
  if (fields.has('upgrade')) return refuse(400, 'an inbox knows no upgrade')
  const options = (fields.get('connection') ?? []).join(',').toLowerCase().split(',')
  const foreign = options.map((option) => option.trim()).find(isForeignOption)
  return foreign === undefined ? undefined : refuse(400, `connection names ${foreign}`)
}

function isForeignOption(option: string): boolean {
  return option !== '' && !CONNECTION_OPTIONS.has(option)
}

function checkContent(fields: Fields): Refusal | undefined {
  const codings = (fields.get('content-encoding') ?? []).join(',').toLowerCase().split(',')
  if (!codings.every((coding) => ['', 'identity'].includes(coding.trim()))) {
    return refuse(415, 'the body is encoded')
  }
  const type = fields.get('content-type')?.[0]?.trim()
  if (type === undefined) return undefined
  return isJsonType(type) ? undefined : refuse(415, 'the content type is not JSON')
}

/** A reader that ignores a charset and one that obeys it would see two different texts. */
function isJsonType(contentType: string): boolean {
  const end = contentType.search(/[ ;]|$/)
  if (!JSON_TYPE.test(contentType.slice(0, end))) return false
  const parameters = contentType.slice(end).trimStart()
  PARAMETER.lastIndex = 0
  let read = 0
  while (read < parameters.length) {
    const found = PARAMETER.exec(parameters)
    if (!found) return false
    if (found[1]?.toLowerCase() === 'charset' && !/^"?utf-?8"?$/i.test(found[2]!)) return false
    read = PARAMETER.lastIndex
  }
  return true
}

function refuse(httpStatus: Refusal['httpStatus'], why: string): Refusal {
  return { status: 'refused', httpStatus, why }
}
