import { createHmac } from 'node:crypto'
import type { SecretBox } from '../../secret/box.ts'
import { isSame } from '../../secret/same.ts'

const validMs = 30 * 24 * 3_600_000

/** A link for a customer to a file that their channel cannot carry; good for 30 days. */
export function fileLink(
  secrets: Pick<SecretBox, 'derive'>,
  publicUrl: string,
  token: string,
  now: Date
): string {
  const until = now.getTime() + validMs
  return `${publicUrl}/files/${token}?until=${until}&proof=${proofOf(secrets, token, until)}`
}

/** Whether we made this link, and it is still good. */
export function isFileLink(
  secrets: Pick<SecretBox, 'derive'>,
  token: string,
  { until, proof }: { until: number; proof: string },
  now: Date
): boolean {
  return until > now.getTime() && isSame(proof, proofOf(secrets, token, until))
}

function proofOf(secrets: Pick<SecretBox, 'derive'>, token: string, until: number): string {
  const key = secrets.derive('file-link')
  return createHmac('sha256', key).update(`${token}.${until}`).digest('base64url')
}
