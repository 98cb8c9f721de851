import { openSettings } from '../../channel/account/settings.ts'
import { updateAccount } from '../../channel/account/update.ts'
import { findAccount } from '../../channel/account/find.ts'
import type { Account } from '../../channel/table.ts'
import { InvalidInput } from '../../errors.ts'
import type { AccountsContext, OwnAccount } from '../../plugin-api/account.ts'
import type { ChannelDefinition } from '../../plugin-api/channel.ts'
import type { SapaContext } from '../../plugin-api/plugin.ts'
import { getSettings } from '../../setting/get.ts'
import { assertOn, type Active } from '../active.ts'
import type { HostTools } from '../tools.ts'

type Tools = Pick<HostTools, 'db' | 'channels' | 'secrets' | 'words' | 'publicUrl'>

/** What a plugin may know of the business, and of the accounts of its own channels. */
export function accountContext(
  tools: Tools,
  active: Active
): Pick<SapaContext, 'business'> & AccountsContext {
  const { db } = tools
  return {
    business: async () => {
      const { businessName: name, locale, timeZone } = await getSettings(db)
      return { name, locale, timeZone, publicUrl: tools.publicUrl }
    },
    accounts: {
      list: async () => {
        const rows = await db
          .selectFrom('account')
          .selectAll()
          .where('type', 'in', typesOf(active))
          .orderBy('id')
          .limit(500)
          .execute()
        return rows.flatMap(row => {
          const definition = tools.channels.get(row.type)
          return definition ? [shown(row, definition, tools)] : []
        })
      },
      save: async (id, patch, { name, locale } = {}) => {
        assertOn(active)
        const { type } = await findAccount(db, id)
        if (!typesOf(active).includes(type)) {
          throw new Error(`The account ${id} is of the channel ${type}, which is not this plugin's`)
        }
        try {
          const change = {
            form: { ...patch },
            // What a browser leaves empty is kept; a plugin says it of purpose.
            forgotten: Object.keys(patch).filter(field => patch[field] === ''),
            ...(name !== undefined && { name: name.slice(0, 120) })
          }
          await updateAccount(db, tools, id, change)
          return { isOk: true }
        } catch (error) {
          if (!(error instanceof InvalidInput)) throw error
          return { isOk: false, fields: await inWords(tools, error.fields, locale) }
        }
      }
    }
  }
}

/** Of the manifest: also before the channel is registered. */
function typesOf({ manifest }: Active): string[] {
  const channels = manifest.provides.filter(thing => thing.startsWith('channel:'))
  return channels.map(thing => thing.slice('channel:'.length))
}

function shown(row: Account, definition: ChannelDefinition, { secrets }: Tools): OwnAccount {
  return {
    id: row.id,
    type: row.type,
    name: row.name,
    isEnabled: row.is_enabled === 1,
    state: row.state,
    stateReason: row.state_reason,
    settings: openSettings(definition, row, secrets),
    createdAt: row.created_at
  }
}

async function inWords(
  { db, words }: Tools,
  fields: Record<string, string>,
  wanted?: string
): Promise<Record<string, string>> {
  const { locale, timeZone } = await getSettings(db)
  const { t } = words.translator(wanted ?? locale, timeZone)
  return Object.fromEntries(Object.entries(fields).map(([name, key]) => [name, t(key)]))
}
