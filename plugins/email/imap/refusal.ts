import type { ImapFlowError } from 'imapflow'
import { isFailure, shortly, type Fail } from '../failure.ts'

/**
 * Is it sure that the server refused the credentials? Only its own word counts: a drop during sign-in also
 * looks like a failed one, and an owner must not be asked for a new password because of a time-out.
 */
export function isRefusal(error: unknown): boolean {
  const { serverResponseCode, oauthError, responseText } = asImapError(error)
  return (
    serverResponseCode === 'AUTHENTICATIONFAILED' ||
    Boolean(oauthError) ||
    // Gmail answers an ordinary password with [ALERT].
    /application-specific password/i.test(responseText ?? '')
  )
}

/** What went wrong while talking IMAP, in core's words. */
export function imapFailure(fail: Fail, error: unknown): Error {
  if (isFailure(error)) return error
  const { code, message, responseText, serverResponseCode } = asImapError(error)
  const text = shortly(responseText || message || 'The mail server went away')
  const known = serverResponseCode ?? code
  return fail(isRefusal(error) ? 'auth' : 'temporary', text, known ? { code: known } : {})
}

export function asImapError(error: unknown): Partial<ImapFlowError> {
  return error instanceof Error ? error : { message: String(error) }
}
