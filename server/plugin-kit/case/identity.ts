import { expect, expectSame, notApplicable, type Skip } from '../check.ts'
import { bring, deliver, quiet } from '../deliver.ts'
import type { KitIdentity } from '../spec.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const identityCases: Case[] = [
  { number: 34, name: 'A changed identity keeps its thread', check: keepsThread }
]

const also = { phone: '+6281299887766', email: 'budi.baru@pelanggan.example' }

async function keepsThread(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const { identity } = world.provider.inbound
  if (!identity) return notApplicable('the provider tells no changes of identity')
  await world.open()
  const before = world.message('Nomor saya menyusul')
  const [first] = await bring(world, [before])
  const at = before.at
  const change: KitIdentity = { id: 'kenal-1', of: before.from, also, at }
  for (const id of ['kenal-1', 'kenal-2']) await deliver(world, [identity({ ...change, id })])
  const stranger = { ...change, id: 'kenal-3', of: world.person(2) }
  await deliver(world, [identity(stranger)])
  await quiet(world)
  const [second] = await bring(world, [world.message('Sudah masuk?')])

  expect(first && second, 'a message is missing')
  expectSame(second.conversation_id, first.conversation_id, 'the conversation afterwards')
  expectSame(await customersOf(world), 1, 'the number of customers')
  const proven = await provenOf(world)
  expect(proven.length > 0, 'nothing of what was proven is known')
  expectSame(new Set(proven).size, proven.length, 'the number of times that each is known')
}

async function customersOf({ sapa }: World): Promise<number> {
  const rows = await sapa.db
    .selectFrom('customer')
    .select('id')
    .where('merged_into', 'is', null)
    .execute()
  return rows.length
}

async function provenOf({ sapa }: World): Promise<string[]> {
  const rows = await sapa.db
    .selectFrom('identity')
    .select('value')
    .where('value', 'in', Object.values(also))
    .where('verified_at', 'is not', null)
    .execute()
  return rows.map(row => row.value)
}
