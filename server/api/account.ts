import { Type, type Static } from '../web/type.ts'
import { storedForm, type AccountTools } from '../channel/account/settings.ts'
import { noticeOf } from '../channel/account/notice.ts'
import type { Account } from '../channel/table.ts'
import { moment, named, nullable, nullableMoment, nullableText, told } from './schema.ts'

export const account = named('Account', {
  id: Type.Integer(),
  type: Type.String({ description: 'The channel' }),
  name: Type.String(),
  address: nullableText,
  is_enabled: Type.Boolean(),
  state: Type.String({ description: 'starting, connected, delayed or needs_attention' }),
  state_reason: nullableText,
  state_since: moment,
  notice: nullable(
    Type.Object(
      { en: Type.String(), id: Type.String() },
      { description: 'Something to do soon while all still works' }
    )
  ),
  last_success_at: nullableMoment,
  last_inbound_at: nullableMoment,
  last_outbound_at: nullableMoment,
  acknowledgement: nullableText,
  settings: nullable(
    Type.Object(
      {},
      {
        additionalProperties: true,
        description: 'Without secrets; only for those who manage accounts'
      }
    )
  ),
  secrets_set: Type.Array(Type.String(), { description: 'Names of the secrets that are stored' }),
  created_at: moment
})

type ToldAccount = Static<typeof account>

/** An account as the API tells it. Secrets can be written, never read. */
export function tellAccount(
  row: Account,
  channels: AccountTools['channels'],
  mayManage: boolean
): ToldAccount {
  const form = storedForm(row)
  return {
    id: row.id,
    type: row.type,
    name: row.name,
    address: row.address,
    is_enabled: row.is_enabled === 1,
    state: row.state,
    state_reason: row.state_reason,
    state_since: told(row.state_since),
    notice: noticeOf(row),
    last_success_at: told(row.last_success_at),
    last_inbound_at: told(row.last_inbound_at),
    last_outbound_at: told(row.last_outbound_at),
    acknowledgement: row.acknowledgement,
    settings: mayManage ? plainSettings(row, channels) : null,
    secrets_set: mayManage ? Object.keys(form.secrets) : [],
    created_at: told(row.created_at)
  }
}

/** Only what the form of today calls plain: a field may have become a secret since it was stored. */
function plainSettings(row: Account, channels: AccountTools['channels']): Record<string, unknown> {
  const schema = channels.get(row.type)?.settings ?? {}
  return Object.fromEntries(
    Object.entries(storedForm(row).settings).filter(
      ([name]) => schema[name] !== undefined && schema[name].type !== 'secret'
    )
  )
}
