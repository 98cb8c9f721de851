import { startImport } from '../../channel/import.ts'
import { expectSame, notApplicable, until, type Skip } from '../check.ts'
import { inbound, quiet, soon } from '../deliver.ts'
import { conversationOf, settled } from '../send.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const historyCases: Case[] = [
  { number: 38, name: 'History comes in once and silently', check: importsSilently },
  { number: 39, name: 'findSent clears up an unknown outcome', check: clearsUp }
]

const day = 24 * 60 * 60_000

async function importsSilently(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const { past } = world.provider.inbound
  if (!past) {
    await world.open()
    if (world.session().history)
      throw new Error('the session has history, but the spec has no past')
    return notApplicable('the channel reads no history')
  }
  const messages = Array.from({ length: 25 }, (_, index) =>
    world.message(`Dulu ${index}`, { from: world.person(index + 1), at: longAgo(index) })
  )
  for (const message of messages) await past(message)
  await world.open()
  const { db } = world.sapa
  await db.updateTable('account').set({ acknowledgement: 'Kami terima (#{number})' }).execute()
  for (let time = 1; time <= 2; time++) {
    await imported(world)
    expectSame((await inbound(world)).length, 25, `the number of messages after import ${time}`)
  }
  const noise = await db.selectFrom('outbox').select('id').execute()
  expectSame(noise.length, 0, 'the number of answers by itself')
  const waiting = await db
    .selectFrom('conversation')
    .select('id')
    .where('unanswered_count', '>', 0)
    .execute()
  expectSame(waiting.length, 0, 'the number of conversations that claim to wait')
}

const longAgo = (index: number) => Math.floor((Date.now() - 3 * day) / 1000) * 1000 + index * 60_000

async function imported(world: World): Promise<void> {
  const { sapa, account, timing } = world
  const since = Date.now() - 7 * day
  await startImport(sapa.db, account.id, since, timing.now())
  await soon(world, 'the import ends', () =>
    sapa.db
      .selectFrom('account_import')
      .select('state')
      .where('state', '=', 'done')
      .executeTakeFirst()
  )
  await quiet(world)
}

async function clearsUp(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  if (!world.capabilities.isIdempotent) {
    return notApplicable('capabilities.isIdempotent is false: nobody could tell')
  }
  await world.open()
  if (!world.session().findSent) return notApplicable('the receiver folds repeats by itself')
  const lost = world.provider.failures.find(({ isTaken }) => isTaken)
  if (!lost) return notApplicable('no failure of the provider leaves the outcome open')
  const conversation = await conversationOf(world)
  await lost.begin()
  const { id } = await world.reply(conversation, 'Apakah sampai?')
  await until('the provider takes it', () => world.provider.sent().length === 1)
  const [step] = await settled(world, id)
  expectSame(step?.state, 'sent', 'the state of the message')
  expectSame(step?.remote_id, world.provider.sent()[0]?.remoteId, 'its remote id')
  expectSame(world.provider.sent().length, 1, 'how often the provider took it')
}
