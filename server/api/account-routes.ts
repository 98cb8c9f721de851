import { Type, type Static } from '../web/type.ts'
import { may } from '../agent/permission.ts'
import { createAccount } from '../channel/account/create.ts'
import { enableAccount } from '../channel/account/enable.ts'
import { removeAccount } from '../channel/account/remove.ts'
import { updateAccount } from '../channel/account/update.ts'
import { findAccount } from '../channel/account/find.ts'
import type { Account } from '../channel/table.ts'
import { inTransaction } from '../db/transaction.ts'
import { InvalidInput } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import { addressIn } from '../settings/account-input.ts'
import type { App, Request } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { account, tellAccount } from './account.ts'
import { once } from './once.ts'
import { cutPage, defaultLimit, described, idOf, idParams, line } from './schema.ts'
import { nullable, onceHeaders, pageOf, pageQuery, ref } from './schema.ts'

const tag = 'accounts'

const form = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  description: "The channel's own fields, secrets too"
})
const changeable = {
  name: Type.Optional(Type.String({ maxLength: 120 })),
  address: Type.Optional(line(320)),
  external_id: Type.Optional(line(320)),
  acknowledgement: Type.Optional(nullable(Type.String({ maxLength: 5000 })))
}
const newAccount = Type.Object({ type: line(40), ...changeable, settings: form })
const patch = Type.Object({
  ...changeable,
  settings: Type.Optional(form),
  is_enabled: Type.Optional(Type.Boolean())
})

export function accountRoutes(api: App, sapa: Sapa): void {
  const tell = (request: Request, row: Account) =>
    tellAccount(row, sapa.channels, may(agentOf(request).role, 'account:manage'))

  api.get(
    '/accounts',
    {
      schema: described(tag, 'List accounts', {
        querystring: Type.Object(pageQuery),
        response: { 200: pageOf(account, 'A page of accounts') }
      }),
      config: { can: 'account:read' }
    },
    async request => {
      const { limit = defaultLimit, cursor } = request.query
      const before = idOf(cursor)
      const newest = sapa.reader.selectFrom('account').selectAll().orderBy('id', 'desc')
      const rows = before === undefined ? newest : newest.where('id', '<', before)
      const { shown, next } = cutPage(await rows.limit(limit + 1).execute(), limit)
      return { data: shown.map(row => tell(request, row)), next }
    }
  )

  api.post(
    '/accounts',
    {
      schema: described(tag, 'Connect a mailbox, a bot, a number', {
        headers: onceHeaders,
        body: newAccount,
        response: { 201: ref(account, 'The account; it connects in the background') }
      }),
      config: { can: 'account:manage' }
    },
    (request, reply) => {
      const { type, settings, ...rest } = request.body
      const definition = sapa.channels.get(type)
      if (!definition) throw new InvalidInput({ type: 'error.field.choice' })
      const typed = addressIn(definition.settings, settings)
      const columns = { ...(typed === undefined ? {} : { address: typed }), ...columnsOf(rest) }
      const input = { ...columns, name: rest.name ?? '', type, form: settings }
      reply.code(201)
      return once(sapa, request, reply, async (trx, now) =>
        tell(request, await createAccount(trx, sapa, input, now))
      )
    }
  )

  api.get(
    '/accounts/:id',
    {
      schema: described(tag, 'Read an account', {
        params: idParams,
        response: { 200: ref(account, 'The account') }
      }),
      config: { can: 'account:read' }
    },
    async request => tell(request, await findAccount(sapa.reader, request.params.id))
  )

  api.patch(
    '/accounts/:id',
    {
      schema: described(tag, 'Change an account, or switch it on or off', {
        params: idParams,
        body: patch,
        response: { 200: ref(account, 'The account as it is now') }
      }),
      config: { can: 'account:manage' }
    },
    async request => {
      const { is_enabled, ...rest } = request.body
      const { id } = request.params
      const row = await inTransaction(sapa.db, async trx => {
        const changed = Object.keys(rest).length > 0
        if (changed) await updateAccount(trx, sapa, id, changeOf(rest))
        if (is_enabled === undefined) return findAccount(trx, id)
        return enableAccount(trx, id, is_enabled, sapa.clock())
      })
      return tell(request, row)
    }
  )

  api.delete(
    '/accounts/:id',
    {
      schema: described(tag, 'Forget an account; its conversations stay', {
        params: idParams,
        response: { 204: Type.Null({ description: 'It is gone' }) }
      }),
      config: { can: 'account:manage' }
    },
    async (request, reply) => {
      await removeAccount(sapa.db, request.params.id, sapa.clock())
      return reply.code(204).send(null)
    }
  )
}

function changeOf({ settings, ...rest }: Omit<Static<typeof patch>, 'is_enabled'>) {
  const { acknowledgement } = rest
  return {
    ...columnsOf(rest),
    ...(rest.name === undefined ? {} : { name: rest.name }),
    ...(acknowledgement === undefined ? {} : { acknowledgement }),
    ...(settings ? { form: settings } : {})
  }
}

interface Columns {
  address?: string
  external_id?: string
  acknowledgement?: string | null
}

/** Only what is there; nothing else of the body gets through. */
function columnsOf({ address, external_id: externalId, acknowledgement }: Columns) {
  return {
    ...(address === undefined ? {} : { address }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(acknowledgement ? { acknowledgement } : {})
  }
}
