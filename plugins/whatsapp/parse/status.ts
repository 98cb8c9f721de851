import type { DeliveryReceipt, InboundEvent } from 'sapa/plugin-api'
import { kindOf } from '../graph/code.ts'
import { objectsOf, readObject, textAt, textOf, type Loose } from './loose.ts'
import { timeOf } from './message.ts'

const words: Record<string, DeliveryReceipt['status']> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  // A voice message that was heard was read.
  played: 'read',
  failed: 'failed'
}

/** How far a message of ours has come. What is new to us, such as `warning`, says nothing. */
export function readStatus(status: Loose): InboundEvent[] {
  const remoteId = textOf(status['id'])
  const word = textOf(status['status'])
  const said = Object.hasOwn(words, word) ? words[word] : undefined
  if (remoteId === '' || word === '') throw new Error('The status has no id or says nothing')
  if (!said) return []
  const at = timeOf(status)
  const key = `s:${remoteId}:${word}:${at / 1000}`
  const ref = refOf(status, remoteId)
  const reason = said === 'failed' && { reason: reasonOf(status) }
  return [{ type: 'delivery', key, at, ref, status: said, ...reason }]
}

/** Our own reference tells of a message whose answer was lost, too. */
function refOf(status: Loose, remoteId: string): DeliveryReceipt['ref'] {
  const clientRef = textOf(status['biz_opaque_callback_data'])
  return isOurs(clientRef) ? { clientRef } : { remoteId }
}

/** Other programs that use the number have words of their own there. */
const isOurs = (text: string) => /^c\d+\.[mr]\d+\.[0-9a-f]+(-s\d+)?$/.test(text)

function reasonOf(status: Loose): NonNullable<DeliveryReceipt['reason']> {
  const [error = {}] = objectsOf(status['errors'])
  const code = textOf(error['code'])
  const failure = kindOf(code)
  const text =
    textAt(readObject(error['error_data']), 'details') ||
    textOf(error['title']) ||
    textOf(error['message'])
  // Nothing of it is tried again by itself: the message stands as failed.
  return { text, isPermanent: true, ...(code && { code }), ...(failure && { failure }) }
}
