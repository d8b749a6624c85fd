// Misskey's `/api/meta`, the same in its family.
import type { JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import type { Description, PositiveList } from './description.ts'
import { described, flagOf, hasContent, textOf } from './read-values.ts'

const CAPTCHAS = ['enableHcaptcha', 'enableMcaptcha', 'enableRecaptcha', 'enableTurnstile']
const FEDERATION = new Set<JsonValue | undefined>(['all', 'specified', 'none'])

export function readMeta(json: JsonValue, url: string): Description | undefined {
  if (!isObject(json) || typeof json.disableRegistration !== 'boolean') return undefined
  const { disableRegistration, approvalRequiredForSignup, federation } = json
  return described({
    version: textOf(json.version),
    registration: registrationOf(disableRegistration, approvalRequiredForSignup),
    captcha: CAPTCHAS.some((key) => json[key] === true),
    emailNeeded: flagOf(json.emailRequiredForSignup),
    contact: hasContent(json.maintainerEmail) || hasContent(json.inquiryUrl),
    positiveList: positiveListOf(federation, url),
    tellsOfLists: FEDERATION.has(federation) ? true : undefined, // since 2024.9
  })
}

/** Where it is disabled, whoever has a code can still join: that is as good as closed. */
function registrationOf(
  isDisabled: boolean,
  approval: JsonValue | undefined,
): Description['registration'] {
  if (isDisabled) return 'invitation'
  return approval === true ? 'approval' : 'open' // Sharkey asks for approval, Misskey cannot
}

function positiveListOf(federation: JsonValue | undefined, url: string): PositiveList | undefined {
  if (federation !== 'specified' && federation !== 'none') return undefined
  return { evidence: `federation is "${federation}"`, url }
}
