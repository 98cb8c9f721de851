import type { RawItem, RawRequest, WebhookVerdict } from 'sapa/plugin-api'
import type { Line } from '../line.ts'
import { cut, type Piece } from './cut.ts'
import { shakeHands } from './handshake.ts'
import { isSigned } from './signature.ts'

/** What Meta calls: proven, cut into one item for each thing that happened, and sorted by number. */
export function receiveCall(line: Line, request: RawRequest): WebhookVerdict {
  const { settings, seen } = line
  if (request.method === 'GET') {
    const verdict = shakeHands(request, settings.verifyToken)
    if ('accept' in verdict) seen.note('verified')
    return verdict
  }
  if (!isSigned(request.body, request.headers['x-hub-signature-256'], settings.appSecret)) {
    seen.note('refused')
    return { refuse: 401 }
  }
  seen.note('signed')
  return { accept: cut(request.body).map(piece => address(line, piece)) }
}

function address(line: Line, { item, number }: Piece): RawItem {
  const { settings, numbers, account } = line
  if (number === null || number === settings.phoneNumberId) return item
  const sibling = numbers.find(settings, number)
  if (sibling === undefined || sibling === account.facts.id) return item
  return { ...item, account: sibling }
}
