import { addMessage } from '../../conversation/add-message.ts'
import { clientRef } from '../../conversation/chat/client-ref.ts'
import { saveDraft } from '../../conversation/reply/draft.ts'
import { findConversation } from '../../conversation/find.ts'
import { mirrorSteps } from '../../conversation/step/mirror.ts'
import { startConversation } from '../../conversation/start.ts'
import { queueSteps } from '../../conversation/step/queue.ts'
import type { Db } from '../../db/schema.ts'
import type { FailureKind } from '../../plugin-api/outbound.ts'
import type { Played, Stage } from './play.ts'
import type { Medium } from './script.ts'

interface End {
  channel: Medium
  state: 'failed' | 'unknown'
  kind: FailureKind
  code: string
  text: string
}

const ends: End[] = [
  { channel: 'email', state: 'failed', kind: 'permanent', code: '550', text: '550 User unknown' },
  { channel: 'whatsapp', state: 'failed', kind: 'blocked', code: '131050', text: 'Blocked' },
  { channel: 'email', state: 'unknown', kind: 'unknown_outcome', code: 'timeout', text: 'Timeout' },
  { channel: 'email', state: 'failed', kind: 'permanent', code: '552', text: '552 Mailbox full' },
  { channel: 'telegram', state: 'unknown', kind: 'unknown_outcome', code: 'reset', text: 'Reset' }
]

/** Some answers of the last days did not arrive, or nobody knows; and something is half written. */
export async function spoilDeliveries(trx: Db, stage: Stage, played: Played[]): Promise<void> {
  const answered = played.filter(one => one.last.kind === 'outbound').toReversed()
  const used = new Set<Played>()
  for (const end of ends) {
    const one = answered.find(item => item.last.channel === end.channel && !used.has(item))
    if (!one) continue
    used.add(one)
    await spoil(trx, one, end, stage.now)
  }
  const waiting = played.findLast(one => one.last.kind === 'inbound')
  if (!waiting) return
  const text = 'Terima kasih sudah menunggu, kami sedang mengecek ke gudang dan'
  const draft = { conversationId: waiting.id, agentId: stage.staff.owner.id, text }
  await saveDraft(trx, { ...draft, mode: 'reply' }, stage.now)
}

async function spoil(
  trx: Db,
  { id, agent, at }: Played,
  { state, kind, code, text }: End,
  now: Date
): Promise<void> {
  const conversation = await findConversation(trx, id)
  const before = await trx
    .selectFrom('message')
    .selectAll()
    .where('conversation_id', '=', id)
    .where('kind', '=', 'inbound')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  const identity = await trx
    .selectFrom('identity')
    .select(['kind', 'value', 'name'])
    .where('id', '=', before.identity_id)
    .executeTakeFirstOrThrow()
  const to = { kind: identity.kind, value: identity.value, name: identity.name ?? '' }
  const words = 'Mohon maaf, apakah pesan kami sebelumnya sudah terbaca? Kami tunggu kabarnya ya.'
  const when = new Date(Math.min(at + 20 * 60_000, now.getTime() - 30_000))
  const message = await addMessage(
    trx,
    id,
    {
      ...{ kind: 'outbound', accountId: before.account_id, channel: before.channel ?? '' },
      ...{ identityId: before.identity_id, agentId: agent.id, text: words, status: 'queued' },
      ...{ headers: { to: [to] }, at: when.getTime() },
      ...(before.subject ? { subject: `Re: ${conversation.subject}` } : {})
    },
    when
  )
  await queueSteps(
    trx,
    {
      ...{ messageId: message.id, accountId: before.account_id ?? 0, thread: `c:${id}` },
      payload: { to, cc: [], bcc: [], authorName: agent.name, isAutomatic: false },
      parts: [{ text: words, attachmentIds: [] }],
      sendAfter: when.getTime(),
      clientRef: step => clientRef(id, conversation.reply_token, message.id, step)
    },
    when
  )
  await trx
    .updateTable('outbox')
    .set({
      ...{ state, attempts: 1, error_kind: kind, error_code: code, error_text: text },
      ...{ claimed_at: when.getTime(), finished_at: when.getTime() }
    })
    .where('message_id', '=', message.id)
    .execute()
  await mirrorSteps(trx, message.id)
}

const offers = [
  ['Menangkan iPhone gratis!!!', 'Selamat! Anda terpilih. Klik tautan dan isi nomor kartu Anda.'],
  [
    'SEO rank #1 guaranteed',
    'Dear sir, we bring your web site on page one in 7 days. Reply for price.'
  ],
  ['Pinjaman cair 5 menit', 'Butuh dana cepat? Tanpa jaminan, tanpa survei. Hubungi kami sekarang.']
] as const

export async function addSpam(trx: Db, { accounts, now }: Stage): Promise<void> {
  for (const [index, [subject, text]] of offers.entries()) {
    const at = now.getTime() - (index + 1) * 7 * 3_600_000
    const { id: customerId } = await trx
      .insertInto('customer')
      .values({ name: `Promo ${index + 1}`, created_at: at, last_seen_at: at })
      .returning('id')
      .executeTakeFirstOrThrow()
    const actor = { kind: 'customer', id: String(customerId) } as const
    const opening = { customerId, accountId: accounts.email.id, channel: 'email', subject, actor }
    const { id } = await startConversation(trx, { ...opening, isSpam: true }, new Date(at))
    const entry = { kind: 'inbound', channel: 'email', subject, text, at, isQuiet: true } as const
    await addMessage(trx, id, { ...entry, accountId: accounts.email.id }, new Date(at))
  }
}
