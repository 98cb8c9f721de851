import { editMessage, reactTo, removeMessage } from '../../conversation/action/act.ts'
import { expect, expectSame, notApplicable, until, type Skip } from '../check.ts'
import { bring, deliver, inbound, journal, quiet, soon } from '../deliver.ts'
import { answer } from '../send.ts'
import type { KitAct } from '../spec.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'
import { findMessage } from '../../conversation/find-message.ts'

export const changeCases: Case[] = [
  {
    number: 32,
    name: 'Edits, deletions and reactions come in and go out',
    check: changes
  }
]

async function changes(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const { edit, deletion, reaction, album } = world.provider.inbound
  const { edits, removals, reactions } = world.capabilities
  const comesIn = [edit, deletion, reaction, album].some(Boolean)
  const goesOut = [edits, removals, reactions].some(Boolean)
  if (!comesIn && !goesOut) return notApplicable('messages stay as they are on this channel')
  await world.open()
  if (edit) await comesEdited(world)
  if (reaction) await comesReaction(world)
  if (album) await comesAlbum(world)
  if (deletion) await comesDeleted(world)
  if (reactions) await reactsOut(world)
  if (edits) await editsOut(world)
  if (removals) await removesOut(world)
  const dead = (await journal(world)).filter(item => item.state === 'failed')
  expectSame(dead.length, 0, 'the number of changes that could not be read')
}

let count = 0
const next = () => ({ id: `ubah-${++count}`, at: Math.floor(Date.now() / 1000) * 1000 })

async function comesEdited(world: World): Promise<void> {
  const first = world.message('Jalan Melati 5')
  const of = world.remoteId(first)
  const change = { ...next(), of, from: first.from, text: 'Jalan Melati 7' }
  const [row] = await bring(world, [first])
  const item = world.provider.inbound.edit?.(change)
  await deliver(world, [item])
  await becomes(world, row?.id, 'the words of an edited message', 'Jalan Melati 7')
  if (!world.isPolled) await deliver(world, [item])
  await quiet(world)
  const versions = await world.sapa.db
    .selectFrom('message_version')
    .select('text')
    .where('message_id', '=', row?.id ?? 0)
    .execute()
  expectSame(
    versions.map(version => version.text),
    ['Jalan Melati 5'],
    'its earlier words'
  )
}

async function becomes(world: World, id: number | undefined, what: string, text: string) {
  await soon(world, `${what} are there`, async () => {
    return (await findMessage(world.sapa.db, id ?? 0)).text.trim() === text
  })
}

async function comesReaction(world: World): Promise<void> {
  const message = world.message('Terima kasih')
  const [row] = await bring(world, [message])
  const { steps, message: reply } = await answer(world, row?.conversation_id ?? 0, 'Sama-sama')
  const before = await waiting(world, row?.conversation_id)
  const targets = [
    [row?.id ?? 0, world.remoteId(message)],
    [reply.id, steps[0]?.remote_id ?? '']
  ] as const
  for (const [id, of] of targets) {
    for (const emoji of ['👍', null]) {
      const change = { ...next(), of, from: message.from, emoji }
      await deliver(world, [world.provider.inbound.reaction?.(change)])
      const wanted = emoji === null ? 0 : 1
      await soon(world, `message ${id} has ${wanted} reactions`, async () => {
        return (await reactionsOf(world, id)) === wanted
      })
    }
  }
  expectSame(await waiting(world, row?.conversation_id), before, 'what waits after reactions')
}

async function reactionsOf({ sapa }: World, id: number): Promise<number> {
  const rows = sapa.db.selectFrom('reaction').select('emoji').where('message_id', '=', id)
  return (await rows.where('actor_kind', '=', 'customer').execute()).length
}

const waiting = ({ sapa }: World, id = 0) =>
  sapa.db
    .selectFrom('conversation')
    .select(['unanswered_count', 'waiting_since', 'last_inbound_at', 'message_count'])
    .where('id', '=', id)
    .executeTakeFirst()

async function comesAlbum(world: World): Promise<void> {
  const before = (await inbound(world)).length
  const messages = ['Depan', '', ''].map((text, index) =>
    world.message(text, { files: [picture(index)] })
  )
  await deliver(world, world.provider.inbound.album?.(messages) ?? [])
  const find = async () => (await inbound(world)).find(row => row.text === 'Depan')
  const row = await soon(world, 'the album comes', find)
  await soon(world, 'the album has all its pictures', async () => {
    const files = world.sapa.db.selectFrom('attachment').select('id')
    return (await files.where('message_id', '=', row.id).execute()).length === messages.length
  })
  expectSame((await inbound(world)).length, before + 1, 'the number of messages after an album')
}

const picture = (index: number) => ({
  ...{ kind: 'image' as const, filename: `foto-${index}.png`, mime: 'image/png' },
  bytes: Buffer.from(`89504e470d0a1a0a0${index}`, 'hex')
})

async function comesDeleted(world: World): Promise<void> {
  const message = world.message('Salah kirim')
  const [row] = await bring(world, [message])
  const change = { ...next(), of: world.remoteId(message), from: message.from }
  await deliver(world, [world.provider.inbound.deletion?.(change)])
  await becomes(world, row?.id, 'the words of a message that was taken back', '')
  const { deleted_at } = await findMessage(world.sapa.db, row?.id ?? 0)
  expect(deleted_at !== null, 'it does not look taken back')
}

async function reactsOut(world: World): Promise<void> {
  const message = world.message('Sudah saya bayar')
  const [row] = await bring(world, [message])
  const [emoji = '👍'] = world.capabilities.reactions?.emojis ?? []
  const what = { messageId: row?.id ?? 0, agentId: await world.agent() }
  for (const wanted of [emoji, null]) {
    await reactTo(world.sapa.db, { ...what, emoji: wanted }, world.timing.now())
    await acts(world, what.messageId)
    const act = { what: 'react' as const, remoteId: world.remoteId(message) }
    checkAct(world, wanted === null ? act : { ...act, text: wanted })
  }
}

async function editsOut(world: World): Promise<void> {
  const { message, remoteId } = await ours(world, 'Besok sampai')
  const change = { messageId: message.id, agentId: await world.agent(), text: 'Lusa sampai' }
  await editMessage(world.sapa.db, change, world.timing.now())
  await acts(world, message.id)
  checkAct(world, { what: 'edit', remoteId, text: 'Lusa sampai' })
}

async function removesOut(world: World): Promise<void> {
  const { message, remoteId } = await ours(world, 'Untuk orang lain')
  const change = { messageId: message.id, agentId: await world.agent() }
  await removeMessage(world.sapa.db, change, world.timing.now())
  await acts(world, message.id)
  checkAct(world, { what: 'remove', remoteId })
  expectSame((await findMessage(world.sapa.db, message.id)).text, '', 'what is left of it')
}

async function ours(world: World, text: string) {
  const [row] = await bring(world, [world.message('Kapan sampai?')])
  const { message, steps } = await answer(world, row?.conversation_id ?? 0, text)
  return { message, remoteId: steps[0]?.remote_id ?? '' }
}

/** Waits until what was done to a message has been taken. */
async function acts(world: World, targetId: number): Promise<void> {
  const step = await until('what is done to a message leaves', async () => {
    const rows = await world.sapa.db
      .selectFrom('outbox')
      .selectAll()
      .where('target_id', '=', targetId)
      .orderBy('id', 'desc')
      .execute()
    return rows.length > 0 && rows.every(row => !onItsWay.has(row.state)) && rows[0]
  })
  expect(good.has(step.state), `it was not taken: ${step.state} ${step.error_kind}`)
}

const onItsWay = new Set(['queued', 'sending'])
const good = new Set(['accepted', 'sent', 'delivered', 'read'])

function checkAct({ provider }: World, wanted: KitAct): void {
  if (!provider.acted) return
  expectSame(provider.acted().at(-1), wanted, `what the provider knows of it`)
}
