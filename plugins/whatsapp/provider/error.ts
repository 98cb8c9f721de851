import type { Answered } from './world.ts'

export interface Refusal {
  code: number
  /** Only requests to this recipient. */
  to?: string
  status?: number
  headers?: Record<string, string>
  details?: string
  subcode?: number
  isTransient?: boolean
}

/** Every documented number, as Meta answers with it. */
const known: Record<number, [status: number, title: string]> = {
  0: [401, 'AuthException'],
  1: [400, 'API Unknown'],
  2: [503, 'API Service'],
  3: [500, 'API Method'],
  4: [400, 'API Too Many Calls'],
  10: [403, 'Permission Denied'],
  33: [400, 'Parameter value is not valid'],
  100: [400, 'Invalid parameter'],
  190: [401, 'Access token has expired'],
  200: [403, 'API Permission'],
  299: [403, 'API Permission'],
  368: [403, 'Temporarily blocked for policies violations'],
  80007: [400, 'Rate limit issues'],
  130429: [400, 'Rate limit hit'],
  130472: [400, "User's number is part of an experiment"],
  130497: [403, 'Business account is restricted from messaging users in this country'],
  131000: [500, 'Something went wrong'],
  131005: [403, 'Access denied'],
  131008: [400, 'Required parameter is missing'],
  131009: [400, 'Parameter value is not valid'],
  131016: [500, 'Service unavailable'],
  131021: [400, 'Recipient cannot be sender'],
  131026: [400, 'Message undeliverable'],
  131030: [400, 'Recipient phone number not in allowed list'],
  131031: [403, 'Account has been locked'],
  131042: [400, 'Business eligibility payment issue'],
  131045: [500, 'Incorrect certificate'],
  131047: [400, 'Re-engagement message'],
  131048: [400, 'Spam rate limit hit'],
  131049: [400, 'Meta chose not to deliver'],
  131050: [400, 'User has stopped marketing messages'],
  131051: [400, 'Unsupported message type'],
  131052: [400, 'Media download error'],
  131053: [400, 'Media upload error'],
  131056: [400, '(Business Account, Consumer Account) pair rate limit hit'],
  131057: [500, 'Account in maintenance mode'],
  131062: [400, 'This message needs a phone number'],
  131064: [400, 'Quality limit hit'],
  132000: [400, 'Template Param Count Mismatch'],
  132001: [404, 'Template does not exist'],
  132005: [400, 'Template Hydrated Text Too Long'],
  132007: [400, 'Template Format Character Policy Violated'],
  132012: [400, 'Template Parameter Format Mismatch'],
  132015: [400, 'Template is Paused'],
  132016: [400, 'Template is Disabled'],
  133010: [400, 'Phone number not registered']
}

export const titleOf = (code: number) => known[code]?.[1] ?? 'Unknown'

export function refused(refusal: Refusal): Answered {
  const { code, details = titleOf(code), subcode, isTransient, headers = {} } = refusal
  const error = {
    message: `(#${code}) ${titleOf(code)}`,
    type: 'OAuthException',
    code,
    ...(subcode !== undefined && { error_subcode: subcode }),
    ...(isTransient !== undefined && { is_transient: isTransient }),
    error_data: { messaging_product: 'whatsapp', details },
    fbtrace_id: 'AbCdEfGhIjKlMnOpQrStUvW'
  }
  return { status: refusal.status ?? known[code]?.[0] ?? 400, headers, json: { error } }
}

/** What is wrong with a request, thrown by whoever finds it. */
export class Wrong extends Error {
  readonly refusal: Refusal

  constructor(code: number, details: string, more: Partial<Refusal> = {}) {
    super(details)
    this.refusal = { code, details, ...more }
  }
}
