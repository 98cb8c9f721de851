import type { CustomerRecord } from 'sapa/plugin-api'
import type { Item } from './item.ts'
import type { RemoteDb } from './table.ts'

type Kind = CustomerRecord['identities'][number]['kind']

interface Named {
  ref: string
  kind: Kind
  value: string
}

interface Found extends Named {
  account_id: number
  what: 'step' | 'upload'
}

/** On the disk before the thing itself is: nothing is kept of which nobody knows whose it is. */
export async function notePeople(
  db: RemoteDb,
  accountId: number,
  what: Found['what'],
  people: readonly Named[],
  now: number
): Promise<void> {
  if (people.length === 0) return
  const rows = people.map(({ ref, kind, value }) => ({
    ...{ account_id: accountId, what, ref, kind, value: plain(kind, value), noted_at: now }
  }))
  const columns = ['account_id', 'what', 'ref', 'kind', 'value'] as const
  await db
    .insertInto('remote_channel_person')
    .values(rows)
    .onConflict(conflict => conflict.columns(columns).doUpdateSet({ noted_at: now }))
    .execute()
}

/** The uploads that a message names, by all names of its sender. */
export function uploadersOf(item: Item): Named[] {
  if (item.type !== 'message') return []
  const { id, phone, email } = item.from
  const names = Object.entries({ external: id, phone, email }) as [Kind, string | null][]
  return item.files.flatMap(({ upload: ref }) =>
    ref === null ? [] : names.flatMap(([kind, value]) => (value ? [{ ref, kind, value }] : []))
  )
}

/** What is kept of a customer; null when nothing. The files themselves are with their messages. */
export async function recordsOf(db: RemoteDb, customer: CustomerRecord): Promise<unknown> {
  const found = await findAll(db, customer)
  const steps: object[] = []
  const uploads: object[] = []
  for (const [account, what, refs] of groups(found)) {
    if (what === 'step') steps.push(...(await stepsOf(db, account, refs)))
    else uploads.push(...(await uploadsOf(db, account, refs)))
  }
  return found.length === 0 ? null : { knownAs: found, steps, uploads }
}

/** Throws while the program holds one of the steps: it is asked again later. */
export async function erasePerson(
  db: RemoteDb,
  customer: CustomerRecord,
  now: number
): Promise<void> {
  for (const [account, what, refs] of groups(await findAll(db, customer))) {
    if (what === 'upload') {
      await db
        .deleteFrom('remote_channel_upload')
        .where('account_id', '=', account)
        .where('id', 'in', refs)
        .execute()
    } else await eraseSteps(db, account, refs, now)
    await db
      .deleteFrom('remote_channel_person')
      .where('account_id', '=', account)
      .where('what', '=', what)
      .where('ref', 'in', refs)
      .execute()
  }
}

async function eraseSteps(db: RemoteDb, account: number, refs: string[], now: number) {
  const known = await stepsOf(db, account, refs)
  if (known.some(({ leased_until }) => leased_until > now)) {
    throw new Error('The program holds a step of this customer just now')
  }
  await db
    .deleteFrom('remote_channel_step')
    .where('account_id', '=', account)
    .where('client_ref', 'in', refs)
    .execute()
}

const stepsOf = (db: RemoteDb, account: number, refs: string[]) =>
  db
    .selectFrom('remote_channel_step')
    .select(['account_id', 'client_ref', 'ack', 'leased_until', 'updated_at'])
    .where('account_id', '=', account)
    .where('client_ref', 'in', refs)
    .execute()

const uploadsOf = (db: RemoteDb, account: number, refs: string[]) =>
  db
    .selectFrom('remote_channel_upload')
    .select(['account_id', 'id', 'mime', 'size', 'created_at'])
    .where('account_id', '=', account)
    .where('id', 'in', refs)
    .execute()

async function findAll(db: RemoteDb, { identities }: CustomerRecord): Promise<Found[]> {
  const values = identities.map(({ kind, value }) => plain(kind, value))
  const rows = await db
    .selectFrom('remote_channel_person')
    .select(['account_id', 'what', 'ref', 'kind', 'value'])
    .where('value', 'in', [...values, ''])
    .execute()
  return rows.filter(row =>
    identities.some(
      ({ kind, value, namespace }) =>
        kind === row.kind &&
        plain(kind, value) === row.value &&
        // The same id of another account is somebody else.
        (kind !== 'external' || namespace === `remote:${row.account_id}`)
    )
  )
}

/** Programs write numbers and addresses in many ways. */
function plain(kind: Kind, value: string): string {
  if (kind === 'email') return value.trim().toLowerCase()
  if (kind === 'external') return value.trim()
  // The last nine digits, for 0812… and +62812… are one number.
  return value.replaceAll(/\D/g, '').slice(-9)
}

function groups(found: readonly Found[]): [account: number, Found['what'], refs: string[]][] {
  const all = new Map<string, [number, Found['what'], string[]]>()
  for (const { account_id: account, what, ref } of found) {
    const key = `${account} ${what}`
    const [, , refs] = all.get(key) ?? all.set(key, [account, what, []]).get(key)!
    if (!refs.includes(ref)) refs.push(ref)
  }
  return [...all.values()]
}
