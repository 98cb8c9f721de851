import { t, type Test } from 'tap'
import { Dispatcher } from '../../server/channel/outbox/dispatch.ts'
import { receiveReceipt } from '../../server/channel/receipt/receive.ts'
import { editMessage, reactTo, removeMessage } from '../../server/conversation/action/act.ts'
import { findMessage } from '../../server/conversation/find-message.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import type { ChannelCapabilities } from '../../server/plugin-api/channel.ts'
import { settle } from '../support/manual-timing.ts'
import { outboxWorld } from '../support/outbox-world.ts'
import { chatLike, failure } from '../support/scripted-channel.ts'

const messenger: ChannelCapabilities = {
  ...chatLike,
  text: { maxLength: 100, format: 'plain' },
  undoSeconds: 0,
  reactions: { emojis: ['👍', '❤️'] },
  edits: { withinHours: 48 },
  removals: { withinHours: 48 }
}

/** A customer who has asked, and an answer that has gone out. */
async function shop(t: Test, can = messenger) {
  const world = await outboxWorld(t, can)
  await world.start()
  const { db, timing, provider, agent } = world
  const asked = await world.ask('Ratna')
  const answer = await world.reply(asked.conversation, 'Sudah kami kirim')
  await timing.advance(1000)
  const actions = () => provider.sent.flatMap(({ step }) => step.action ?? [])
  const by = { agentId: agent }
  const react = (emoji: string | null, messageId = asked.message) =>
    reactTo(db, { ...by, messageId, emoji }, timing.now())
  const edit = (text: string, messageId = answer.id) =>
    editMessage(db, { ...by, messageId, text }, timing.now())
  const remove = (messageId = answer.id) => removeMessage(db, { ...by, messageId }, timing.now())
  const own = async () =>
    (await db.selectFrom('reaction').select('emoji').execute()).map(row => row.emoji)
  const versions = async () =>
    (await db.selectFrom('message_version').select('text').orderBy('id').execute()).map(
      row => row.text
    )
  const told = async () =>
    (
      await db.selectFrom('event').select('action').where('action', 'like', '%_failed').execute()
    ).map(row => row.action)
  const shown = () => findMessage(db, answer.id)
  return { ...world, asked, answer, actions, react, edit, remove, own, versions, told, shown }
}

t.test('a reaction goes out once, to the message that it is about', async t => {
  const { db, timing, asked, actions, react, own, provider } = await shop(t)
  const { remote_id: remoteId } = await findMessage(db, asked.message)
  await react('👍')
  t.strictSame(await own(), ['👍'])
  await timing.advance(1000)
  const target = { remoteId, isOurs: false }
  t.strictSame(actions(), [{ type: 'react', target, emoji: '👍' }])
  t.match(provider.sent.at(-1)?.step, { kind: 'action', text: '', to: { kind: 'email' } })
  await react('👍')
  await timing.advance(1000)
  t.equal(actions().length, 1, 'the same again is nothing new')
  await react(null)
  await timing.advance(1000)
  t.match(actions()[1], { type: 'react', emoji: null })
  t.strictSame(await own(), [])
})

t.test('a change of mind before it has left sends only the last word', async t => {
  const { timing, provider, reply, asked, actions, react } = await shop(t)
  let goOn = () => {}
  provider.onSend = () => new Promise(resolve => (goOn = () => resolve({})))
  await reply(asked.conversation, 'Sebentar')
  await timing.advance(1000)
  await react('👍')
  await react('❤️')
  await react(null)
  await react('❤️')
  provider.onSend = () => Promise.resolve()
  goOn()
  await settle()
  await timing.advance(1000)
  await react('👍')
  await timing.advance(1000)
  t.match(actions(), [{ emoji: '❤️' }, { emoji: '👍' }])
})

t.test('an edit shows at once, keeps what was said, and goes out', async t => {
  const { timing, actions, edit, versions, shown } = await shop(t)
  await edit('Sudah kami kirim kemarin')
  t.equal((await shown()).text, 'Sudah kami kirim kemarin')
  t.ok((await shown()).edited_at)
  t.strictSame(await versions(), ['Sudah kami kirim'])
  await timing.advance(1000)
  t.match(actions(), [{ type: 'edit', text: 'Sudah kami kirim kemarin', hasFiles: false }])
})

t.test('what the provider refuses is as it was, and the agent is told', async t => {
  const { timing, provider, react, edit, remove, own, versions, told, shown } = await shop(t)
  provider.onSend = step =>
    step.action ? Promise.reject(failure('permanent', 'Too late')) : Promise.resolve()
  await react('👍')
  await edit('Sudah kami kirim kemarin')
  await timing.advance(1000)
  t.strictSame(await own(), [])
  t.match(await shown(), { text: 'Sudah kami kirim', edited_at: null })
  t.strictSame(await versions(), [])
  await remove()
  await timing.advance(1000)
  t.match(await shown(), { text: 'Sudah kami kirim', deleted_at: null, status: 'sent' })
  t.strictSame(await told(), ['react_failed', 'edit_failed', 'remove_failed'])
})

t.test('when two edits are refused, the first words come back', async t => {
  const { timing, provider, edit, versions, shown } = await shop(t)
  let refuse = () => {}
  provider.onSend = () =>
    new Promise((_, reject) => (refuse = () => reject(failure('permanent', 'Too late'))))
  await edit('Kedua')
  await timing.advance(1000)
  await edit('Ketiga')
  refuse()
  await settle()
  t.equal((await shown()).text, 'Ketiga')
  await timing.advance(1000)
  refuse()
  await settle()
  t.equal((await shown()).text, 'Sudah kami kirim')
  t.strictSame(await versions(), [])
})

t.test('what is taken back is gone with its words, all parts of it', async t => {
  const { db, timing, provider, reply, asked, actions, remove } = await shop(t)
  const long = await reply(asked.conversation, 'Barangnya besar sekali. '.repeat(6))
  await timing.advance(1000)
  const ids = provider.sent.slice(-2).map(({ step }) => `<${step.clientRef}@toko.example>`)
  await remove(long.id)
  t.equal((await findMessage(db, long.id)).text.length, 144, 'until it is done')
  await timing.advance(1000)
  t.strictSame(
    actions()
      .map(action => action.target.remoteId)
      .toSorted(),
    ids.toSorted()
  )
  t.match(await findMessage(db, long.id), { text: '', status: 'sent' })
  const rows = await db.selectFrom('outbox').select('payload').execute()
  t.notMatch(JSON.stringify(rows), /Barangnya/)
})

t.test('an action whose outcome nobody knows is done again', async t => {
  const { timing, provider, react, actions, own } = await shop(t)
  provider.onSend = () => Promise.reject(failure('unknown_outcome', 'No answer'))
  await react('👍')
  await timing.advance(1000)
  provider.onSend = () => Promise.resolve()
  await timing.advance(60_000)
  t.equal(actions().length, 2)
  t.strictSame(await own(), ['👍'])
})

t.test('a crash in the middle of one does it again; of a message it does not', async t => {
  const { db, timing, tools, supervisor, provider, dispatcher, react, reply, asked } = await shop(t)
  provider.onSend = () => new Promise(() => {})
  await react('👍')
  await timing.advance(1000)
  await db.updateTable('outbox').set({ thread: 'k:lain' }).where('kind', '=', 'action').execute()
  const message = await reply(asked.conversation, 'Halo')
  await timing.advance(1000)
  const stopped = dispatcher.stop()
  await timing.advance(20_000)
  await stopped
  const before = provider.sent.length
  provider.onSend = () => Promise.resolve()
  const next = new Dispatcher({ ...tools, supervisor })
  t.teardown(() => next.stop())
  await next.start()
  await settle()
  await timing.advance(60_000)
  t.match(
    provider.sent.slice(before).map(({ step }) => step.kind),
    ['action']
  )
  t.equal((await findMessage(db, message.id)).status, 'unknown')
})

t.test('a refusal that is told later undoes it, too', async t => {
  const { db, account, timing, provider, react, own, told } = await shop(t)
  provider.onSend = () => Promise.resolve({ remoteId: 'wamid.reaction' })
  await react('👍')
  await timing.advance(1000)
  const receipt = {
    ...{ type: 'delivery' as const, key: 'x', at: timing.now().getTime() },
    ...{ ref: { remoteId: 'wamid.reaction' }, status: 'failed' as const },
    reason: { code: '131047', text: 'Re-engagement', isPermanent: true }
  }
  await inTransaction(db, trx => receiveReceipt(trx, account.id, receipt, timing.now()))
  t.strictSame(await own(), [])
  t.strictSame(await told(), ['react_failed'])
})

t.test('what the channel cannot do is refused in words', async t => {
  const { timing, asked, react, edit, remove, answer, reply } = await shop(t)
  const conflict = (code: string) => ({ code, status: 409 })
  await t.rejects(react('🎉'), { code: 'invalid', fields: { emoji: 'error.field.emoji' } })
  await t.rejects(edit('Halo', asked.message), conflict('act_not_ours'))
  await t.rejects(edit(' '), { code: 'invalid' })
  await t.rejects(edit('a'.repeat(101)), { code: 'invalid' })
  const waiting = await reply(asked.conversation, 'Sebentar', { undoSeconds: 10 })
  await t.rejects(remove(waiting.id), conflict('act_unsent'))
  await timing.advance(49 * 3_600_000)
  await t.rejects(edit('Halo'), conflict('edit_late'))
  await t.rejects(remove(answer.id), conflict('remove_late'))
})

t.test('a channel that can do none of it says so', async t => {
  const { react, edit, remove } = await shop(t, { ...chatLike, undoSeconds: 0 })
  await t.rejects(react('👍'), { code: 'react_impossible', status: 409 })
  await t.rejects(edit('Halo'), { code: 'edit_impossible', status: 409 })
  await t.rejects(remove(), { code: 'remove_impossible', status: 409 })
})
