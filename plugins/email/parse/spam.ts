import { first, type HeaderLine } from './head.ts'

/** Did a mail server before us call it spam, or was it found in the junk folder? */
export function isSpam(head: HeaderLine[], folder: string | undefined): boolean {
  return (
    folder?.toLowerCase() === '\\junk' ||
    first(head, 'x-spam-flag').toLowerCase().startsWith('yes') ||
    first(head, 'x-spam-status').toLowerCase().startsWith('yes') ||
    Number(first(head, 'x-ms-exchange-organization-scl')) >= 5
  )
}
