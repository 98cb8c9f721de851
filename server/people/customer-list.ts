import type { CountryCode } from 'libphonenumber-js/max'
import { sql, type SqlBool } from 'kysely'
import type { Channels } from '../channel/registry.ts'
import { phoneLibrary } from '../customer/phone-library.ts'
import type { Db } from '../db/schema.ts'
import type { Translator } from '../i18n/words.ts'
import { avatarOf, type Avatar } from '../inbox/avatar.ts'
import { channelLook, type ChannelLook } from '../inbox/channel-look.ts'
import type { Sapa } from '../sapa.ts'
import { getSetting } from '../setting/get.ts'

export interface CustomerRow {
  id: number
  name: string
  avatar: Avatar
  address: string
  looks: ChannelLook[]
  isVip: boolean
  isBlocked: boolean
  lastSeen: string
}

export interface CustomerPage {
  rows: CustomerRow[]
  next: string | null
}

const pageSize = 40

/** Customers by when they last wrote, or those whose name or address begins with what was typed. */
export async function listCustomers(
  { reader, db, channels, clock }: Sapa,
  words: Translator,
  { typed, before }: { typed: string; before: string | null }
): Promise<CustomerPage> {
  const begins = typed === '' ? [] : beginnings(typed, await getSetting(db, 'country'))
  const found = await keysOf(reader, begins, before)
  const page = found.slice(0, pageSize)
  const identities = await identitiesOf(
    reader,
    page.map(row => row.id)
  )
  const last = page.at(-1)
  return {
    rows: page.map(row => {
      const own = identities.filter(identity => identity.customer_id === row.id)
      return {
        id: row.id,
        name: row.name || own[0]?.value || words.t('customer.unknown'),
        avatar: avatarOf(row.name),
        address: own[0]?.value ?? '',
        looks: looksOf(own, channels, words),
        isVip: row.is_vip === 1,
        isBlocked: row.is_blocked === 1,
        lastSeen: words.relative(row.last_seen_at, clock())
      }
    }),
    next: found.length > pageSize && last ? `${last.last_seen_at}-${last.id}` : null
  }
}

/** A local number is stored with its country. */
function beginnings(typed: string, country: string): string[] {
  const digits = typed.replaceAll(/[\s().-]/g, '')
  if (!/^\+?\d{3,}$/.test(digits)) return [typed.toLowerCase()]
  if (!digits.startsWith('0')) return [digits, `+${digits}`]
  const code = phoneLibrary().getCountryCallingCode(country as CountryCode)
  return [digits, `+${code}${digits.slice(1)}`]
}

const begunWith = (text: string) =>
  sql<SqlBool>`named.name collate nocase >= ${text} and named.name collate nocase < ${endOf(text)}`

/** The last character that there is: everything that begins with `text` lies below. */
const endOf = (text: string) => `${text}\u{10ffff}`

function keysOf(db: Db, begins: string[], before: string | null) {
  const [, at, id] = /^(\d{1,15})-(\d{1,12})$/.exec(before ?? '') ?? []
  return db
    .selectFrom('customer')
    .select(['id', 'name', 'is_vip', 'is_blocked', 'last_seen_at'])
    .where('merged_into', 'is', null)
    .$if(begins.length > 0, query =>
      query.where(({ eb, or, selectFrom }) =>
        or(
          begins.flatMap(text => [
            eb(
              'id',
              'in',
              selectFrom('customer as named').select('named.id').where(begunWith(text))
            ),
            eb(
              'id',
              'in',
              selectFrom('identity')
                .select('identity.customer_id')
                .where('identity.value', '>=', text)
                .where('identity.value', '<', endOf(text))
            )
          ])
        )
      )
    )
    .$if(at !== undefined, query =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('last_seen_at', 'id'), '<', tuple(Number(at), Number(id)))
      )
    )
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(pageSize + 1)
    .execute()
}

function identitiesOf(db: Db, ids: number[]) {
  if (ids.length === 0) return []
  return db
    .selectFrom('identity')
    .select(['customer_id', 'value', 'channel'])
    .where('customer_id', 'in', ids)
    .orderBy('verified_at', 'desc')
    .orderBy('id')
    .execute()
}

function looksOf(identities: { channel: string }[], channels: Channels, words: Translator) {
  const types = [...new Set(identities.map(identity => identity.channel))].slice(0, 4)
  return types.map(type => channelLook(channels, type, words.locale))
}
