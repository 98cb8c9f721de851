import type { SendMailOptions } from 'nodemailer'
import type { OutboundStep, SendResult } from 'sapa/plugin-api'
import { shortly, type Fail } from '../failure.ts'
import { asSmtpError, sendFailure } from './outcome.ts'
import type { Passage, SmtpTransport } from './transport.ts'

/** One mail through the pool. Resolves when the server has taken it for at least one recipient. */
export async function sendMail(
  transport: SmtpTransport,
  mail: SendMailOptions & { messageId: string },
  step: Pick<OutboundStep, 'signal' | 'begin'>,
  fail: Fail
): Promise<SendResult> {
  const { signal, begin } = step
  const passage: Passage = { isComplete: false, begin }
  try {
    const watched: SendMailOptions & { passage: Passage } = { ...mail, signal, passage }
    const sent = await transport.sendMail(watched)
    const refused = (sent.rejectedErrors ?? []).map(refusalOf)
    return {
      // Microsoft 365 gives the mail its own Message-ID, which is what answers will refer to.
      remoteId: sent.serverMessageId ?? mail.messageId,
      status: 'accepted',
      ...(refused.length > 0 && { refused })
    }
  } catch (error) {
    throw sendFailure(fail, error, passage)
  }
}

function refusalOf(error: unknown): NonNullable<SendResult['refused']>[number] {
  const { responseCode = 0, response, message } = asSmtpError(error)
  const recipient = (error as { recipient?: unknown }).recipient
  return {
    value: typeof recipient === 'string' ? recipient : '',
    text: shortly(response || message || ''),
    ...(responseCode > 0 && { code: String(responseCode) }),
    isPermanent: responseCode >= 500
  }
}
