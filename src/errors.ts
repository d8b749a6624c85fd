// Every way in which a delivery can be refused or put off: one code, its status, what the sender is told.

export const errors = {
  'target-malformed': { status: 400, message: 'The request target is not valid.' },
  'head-malformed': { status: 400, message: 'The request head is not valid.' },
  'not-found': { status: 404, message: 'There is no inbox here.' },
  'method-not-allowed': { status: 405, message: 'An inbox takes POST.' },
  'body-broken-off': { status: 400, message: 'The body ended before its time.' },
  'body-too-slow': { status: 408, message: 'The body did not arrive in time.' },
  'body-too-large': { status: 413, message: 'The body is too large.' },
  'type-unsupported': { status: 415, message: 'The media type or encoding is not supported.' },
  'expectation-failed': { status: 417, message: 'The expectation cannot be met.' },
  'version-unsupported': { status: 505, message: 'HTTP/1.1 is expected.' },
  'activity-malformed': { status: 400, message: 'The body is no activity.' },
  'activity-unreadable': { status: 400, message: 'The activity cannot be processed.' },
  'relay-fault': { status: 503, message: 'Try again later.' },
  'relay-not-ready': { status: 503, message: 'Try again later.' },
  'relay-overloaded': { status: 503, message: 'Try again later.' },
  'instance-unavailable': { status: 503, message: 'Try again later.' },
} as const satisfies Record<string, { readonly status: number; readonly message: string }>

export type ErrorCode = keyof typeof errors

const BY_STATUS = {
  400: 'head-malformed',
  404: 'not-found',
  405: 'method-not-allowed',
  415: 'type-unsupported',
  417: 'expectation-failed',
  505: 'version-unsupported',
} as const satisfies Record<number, ErrorCode>

export function errorOfStatus(status: keyof typeof BY_STATUS): ErrorCode {
  return BY_STATUS[status]
}
