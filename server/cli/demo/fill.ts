import { recordBlob } from '../../blob/record.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { Sapa } from '../../sapa.ts'
import { dateAccounts } from './account.ts'
import { addCustomer, dateCustomers, type Customer } from './customer.ts'
import { invoice, picture } from './file.ts'
import { settleScene } from './outcome.ts'
import { peopleOf } from './people.ts'
import { playScene, type Played, type Props, type Scene, type Stage } from './play.ts'
import { randomOf, type Random } from './random.ts'
import type { Medium, Script } from './script.ts'
import type { Sides } from './side.ts'
import { delivery } from './story/delivery.ts'
import { money } from './story/money.ts'
import { sale } from './story/sale.ts'
import { waiting } from './story/waiting.ts'
import { warranty } from './story/warranty.ts'
import { addSpam, spoilDeliveries } from './trouble.ts'

const scripts = [...delivery, ...warranty, ...sale, ...money]
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const media: Medium[] = [
  ...(['whatsapp', 'whatsapp', 'whatsapp', 'email', 'email', 'email'] as const),
  ...(['telegram', 'instagram', 'marketplace', 'marketplace'] as const)
]

export interface World extends Stage {
  customers: Customer[]
  scripts: Script[]
}

/** Thirty days of a shop, the last of them lively. */
export async function fillShop(
  sapa: Sapa,
  { accounts, sides, staff }: Pick<Stage, 'accounts' | 'sides' | 'staff'>,
  now: Date
): Promise<World> {
  const random = randomOf(20_261)
  const customers = await inviteCustomers(sapa, random, sides, now)
  const props = await makeProps(sapa, now)
  const stage: Stage = { random, accounts, sides, staff, now, ...props }
  const scenes = planScenes(random, customers, now)
  const played: Played[] = []
  for (let from = 0; from < scenes.length; from += 50) {
    await inTransaction(sapa.db, async trx => {
      for (const scene of scenes.slice(from, from + 50)) {
        const one = await playScene(trx, stage, scene)
        await settleScene(trx, stage, one)
        played.push(one)
      }
    })
  }
  await inTransaction(sapa.db, async trx => {
    for (const scene of planWaiting(scenes, customers, now)) await playScene(trx, stage, scene)
    await spoilDeliveries(trx, stage, played)
    await addSpam(trx, stage)
    await dateCustomers(trx)
    await dateAccounts(trx)
  })
  return { ...stage, customers, scripts }
}

function inviteCustomers(
  { db }: Sapa,
  random: Random,
  sides: Sides,
  now: Date
): Promise<Customer[]> {
  return inTransaction(db, async trx => {
    const customers: Customer[] = []
    for (const person of peopleOf(random, 180)) {
      customers.push(await addCustomer(trx, person, sides, now.getTime() - 31 * dayMs))
    }
    return customers
  })
}

function planScenes(random: Random, customers: Customer[], now: Date): Scene[] {
  const starts = Array.from({ length: 300 }, (_, index) => startOf(random, index, now.getTime()))
  return starts
    .toSorted((a, b) => a - b)
    .map((startAt, index) => {
      const customer = customers[(index * 37) % customers.length]
      if (!customer) throw new Error('There are no customers')
      const script = random.pick(scripts.filter(one => one.language === customer.language))
      return { script, customer, medium: mediumFor(random, script, customer), startAt }
    })
}

/** By people who have not written of late, for what counts is when they last did. */
function planWaiting(scenes: Scene[], customers: Customer[], now: Date): Scene[] {
  const late = now.getTime() - 5 * dayMs
  const busy = new Set(scenes.filter(one => one.startAt > late).map(one => one.customer))
  const free = customers.filter(one => one.language === 'id' && !busy.has(one))
  return waiting.flatMap(({ hours, script }, index) => {
    const customer = free[index]
    const medium = script.media?.[0]
    if (!customer || !medium) return []
    return { script, customer, medium, startAt: now.getTime() - hours * hourMs }
  })
}

/** Where this customer would write about this. */
export function mediumFor(random: Random, script: Script, customer: Customer): Medium {
  return random.pick((script.media ?? media).filter(medium => customer.identities[medium]))
}

/** A fifth within twelve hours, a fifth within three days, the rest in opening hours of the month. */
function startOf(random: Random, index: number, now: number): number {
  if (index < 60) return now - 3 * 60_000 - Math.floor(random.next() ** 1.6 * 12 * hourMs)
  if (index < 120) return now - random.between(12, 72) * hourMs - random.between(0, 59) * 60_000
  const day = now - random.between(3, 29) * dayMs
  // Bandung is seven hours ahead of UTC.
  const midnight = Math.floor((day + 7 * hourMs) / dayMs) * dayMs - 7 * hourMs
  return midnight + random.between(8 * 60, 21 * 60) * 60_000
}

async function makeProps(
  { db, blobs }: Sapa,
  now: Date
): Promise<{ photos: Props[]; invoices: Props[] }> {
  const keep = async (bytes: Buffer, what: Omit<Props, 'hash' | 'size'>): Promise<Props> => {
    const blob = await blobs.put(bytes)
    await recordBlob(db, blob, now)
    return { ...what, ...blob }
  }
  const photos: Props[] = []
  const invoices: Props[] = []
  for (let n = 1; n <= 8; n++) {
    const photo = { kind: 'image', filename: `IMG_${2040 + n * 7}.png`, mime: 'image/png' } as const
    photos.push(await keep(picture(n), photo))
    const number = `SE-${24_000 + n * 113}`
    const paper = {
      kind: 'file',
      filename: `Faktur-${number}.pdf`,
      mime: 'application/pdf'
    } as const
    const lines = [
      'SINAR ELEKTRONIK',
      'Jl. Ir. H. Juanda 112, Bandung',
      '',
      `Faktur ${number}`,
      'LUNAS'
    ]
    invoices.push(await keep(invoice(lines), paper))
  }
  return { photos, invoices }
}
