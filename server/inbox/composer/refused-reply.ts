import { isDiskFull } from '../../db/full.ts'
import { DomainError, InvalidInput } from '../../errors.ts'
import type { Sapa } from '../../sapa.ts'
import type { Reader } from '../reader.ts'

/** Why a reply was not sent, in words, for the call above its text. What is nobody's fault is thrown on. */
export async function callOf(sapa: Sapa, { words }: Reader, thrown: unknown) {
  const error = isDiskFull(thrown) ? new DomainError('disk_full', 507) : thrown
  if (!(error instanceof DomainError)) throw error
  if (error.code === 'reply_overtaken') {
    const seen = Number(error.values['message'])
    return { status: 409, tone: 'info' as const, text: await newerText(sapa, seen, words), seen }
  }
  const [field] = error instanceof InvalidInput ? Object.values(error.fields) : []
  const text = words.t(field ?? `error.${error.code}`, error.values)
  return { status: error.status === 409 ? 409 : 422, tone: 'danger' as const, text, seen: null }
}

/** What the agent has not read yet. */
async function newerText(sapa: Sapa, id: number, words: Reader['words']): Promise<string> {
  const newer = await sapa.db
    .selectFrom('message')
    .leftJoin('agent', 'agent.id', 'message.agent_id')
    .leftJoin('identity', 'identity.id', 'message.identity_id')
    .select(['message.text', 'message.kind', 'agent.name as agent', 'identity.name as customer'])
    .where('message.id', '=', id)
    .executeTakeFirst()
  const name =
    (newer?.kind === 'inbound' ? newer.customer : newer?.agent) ?? words.t('author.customer')
  return words.t('composer.newer', { name, text: (newer?.text ?? '').slice(0, 120) })
}
