import type { NodemailerError } from 'nodemailer'
import type { ChannelFailure } from 'sapa/plugin-api'
import { isFailure, shortly, type Fail } from '../failure.ts'
import type { Passage } from './transport.ts'

type SmtpError = Partial<NodemailerError> & { responseCode?: number; command?: string }

/** What a failed send means: surely not sent, refused, or nobody can tell. */
export function sendFailure(
  fail: Fail,
  error: unknown,
  passage: Pick<Passage, 'isComplete'>
): ChannelFailure {
  if (isFailure(error)) return error
  const { code = '', command, responseCode = 0, response, message } = asSmtpError(error)
  const text = shortly(response || message || 'The mail could not be sent')
  // A greylisted recipient says nothing about the next mail; a lost connection does.
  const isOfThisMail =
    command !== 'MAIL FROM' && responseCode !== 421 && isAboutMail(code, responseCode)
  const detail = {
    code: String(responseCode || code || 'unknown'),
    ...(isOfThisMail && { scope: 'thread' as const })
  }

  const isAnswered = command === 'DATA' && responseCode >= 400
  if (passage.isComplete && !isAnswered) return fail('unknown_outcome', text, detail)
  if (isAuth(code, responseCode)) return fail('auth', text, detail)
  return fail(isPermanent(code, responseCode) ? 'permanent' : 'temporary', text, detail)
}

/** A 4xx during sign-in is the server's trouble, not the password's; 530 asks for one later. */
function isAuth(code: string, responseCode: number): boolean {
  const isSoft = responseCode >= 400 && responseCode < 500
  return (code === 'EAUTH' && !isSoft) || (code === 'EENVELOPE' && responseCode === 530)
}

const isAboutMail = (code: string, responseCode: number) =>
  responseCode >= 400 && (code === 'EENVELOPE' || code === 'EMESSAGE')

/** Only what the server says of this mail is final; a refused greeting or hello may change. */
function isPermanent(code: string, responseCode: number): boolean {
  if (code === 'EMESSAGE' || code === 'EENVELOPE') return responseCode === 0 || responseCode >= 500
  return code === 'EFILEACCESS' || code === 'EURLACCESS'
}

export function asSmtpError(error: unknown): SmtpError {
  return error instanceof Error ? error : { message: String(error) }
}
