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
    seen.note('accept' in verdict ? 'verified' : 'mistaken')
    return verdict
  }
  if (!isSigned(request.body, request.headers['x-hub-signature-256'], settings.appSecret)) {
    seen.note('refused')
    return { refuse: 401 }
  }
  seen.note('signed')
  const pieces = cut(request.body)
  const items = pieces.map(piece => address(line, piece))
  for (const [index, piece] of pieces.entries()) {
    learn(line, piece, items[index]?.account ?? line.account.facts.id)
  }
  return { accept: items }
}

/** What is useful to know, and harmless to have missed. */
function learn(line: Line, { sighting, pair, given }: Piece, account: number): void {
  const { people, sightings, now } = line
  if (sighting) sightings.note(sighting.clientRef, sighting.remoteId)
  const noted = pair
    ? people.note(account, pair, now())
    : given !== undefined && people.forget(account, given)
  if (noted)
    noted.catch((error: unknown) => line.account.log.warn({ error }, 'A number was not noted'))
}

function address(line: Line, { item, number, echoTo }: Piece): RawItem {
  const { settings, numbers, account, people } = line
  const own = account.facts.id
  const isOwn = number === null || number === settings.phoneNumberId
  const sibling = isOwn ? own : (numbers.find(settings, number) ?? own)
  // The chat is known by Meta's id, and an echo may name the number alone.
  const userId = echoTo ? people.userOf(sibling, echoTo) : undefined
  return {
    ...item,
    ...(userId !== undefined && { headers: { 'user-id': userId } }),
    ...(sibling !== own && { account: sibling })
  }
}
