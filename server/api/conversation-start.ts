import { Type, type Static } from '../web/type.ts'
import type { Agent } from '../agent/table.ts'
import { findAccount } from '../channel/account/find.ts'
import { agentActor } from '../conversation/event.ts'
import { fileLink } from '../conversation/step/file-link.ts'
import { guardSaid, type Guarded } from '../conversation/reply/guard.ts'
import { addNote } from '../conversation/note.ts'
import { sendReply } from '../conversation/reply/send.ts'
import { startConversation } from '../conversation/start.ts'
import { findVerified } from '../customer/identity.ts'
import { normaliseAll } from '../customer/normalise.ts'
import { findPerson, resolveCustomer } from '../customer/resolve.ts'
import type { Db } from '../db/schema.ts'
import { InvalidInput } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import { getSetting } from '../setting/get.ts'
import { tellConversation, type ToldConversation } from './conversation.ts'
import { filledTemplate, replyTemplate, writtenText } from './reply-template.ts'
import { id, line } from './schema.ts'
import { attachments, recordFiles, type KeptFile } from './upload.ts'

export const newConversation = Type.Object({
  account_id: Type.Integer({ ...id, description: 'By which it goes out' }),
  customer_id: Type.Optional(id),
  customer: Type.Optional(
    Type.Object(
      {
        kind: Type.Enum(['email', 'phone']),
        value: line(320),
        name: Type.Optional(line(120))
      },
      { description: 'Instead of `customer_id`: an address, of somebody known or new' }
    )
  ),
  subject: Type.Optional(Type.String({ maxLength: 300 })),
  kind: Type.Optional(Type.Enum(['reply', 'note'])),
  text: Type.Optional(writtenText),
  template: Type.Optional(replyTemplate),
  attachments: Type.Optional(attachments)
})
type Opening = Static<typeof newConversation>

type GuardedOpening = Opening & Guarded

/** Plugins see a first message before anything is stored. */
export async function guardOpening(
  { plugins, db }: Sapa,
  agent: Agent,
  opening: Opening
): Promise<GuardedOpening> {
  if (opening.kind === 'note') return opening
  const account = await findAccount(db, opening.account_id)
  const customer = opening.customer_id ?? null
  const { text: typed = '', subject: about } = opening
  const { text, subject, added } = await guardSaid(
    plugins.hooks.hooks,
    db,
    { text: typed, subject: about, template: filledTemplate(opening.template) },
    { account, customer, conversation: null, agent: agent.id }
  )
  return { ...opening, text, added, ...(subject === undefined ? {} : { subject }) }
}

/** A conversation with its first message; both or neither. Inside a transaction. */
export async function openConversation(
  { secrets, config }: Sapa,
  trx: Db,
  { agent, opening, files }: { agent: Agent; opening: GuardedOpening; files: KeptFile[] },
  now: Date
): Promise<ToldConversation> {
  const account = await findAccount(trx, opening.account_id)
  const customer = await customerOf(trx, opening, account.type, now)
  const subject = opening.subject?.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim() ?? ''
  const { id: conversationId } = await startConversation(
    trx,
    {
      customerId: customer.id,
      accountId: account.id,
      channel: account.type,
      subject,
      actor: agentActor(agent.id)
    },
    now
  )
  const message = {
    conversationId,
    agentId: agent.id,
    text: opening.text ?? '',
    attachments: await recordFiles(trx, agent.id, files, now)
  }
  if (opening.kind === 'note') {
    if (opening.template) throw new InvalidInput({ template: 'error.field.invalid' })
    await addNote(trx, message, now)
  } else {
    const linkTo = (sent: { token: string }) => fileLink(secrets, config.publicUrl, sent.token, now)
    const template = filledTemplate(opening.template)
    const way = { accountId: account.id, to: customer.to }
    await sendReply(trx, { ...message, ...way, template, added: opening.added, linkTo }, now)
  }
  return tellConversation(trx, conversationId)
}

interface Chosen {
  id: number
  /** Undefined: wherever the customer can be reached. */
  to: { identityId: number } | undefined
}

async function customerOf(
  trx: Db,
  { customer_id, customer }: Opening,
  channel: string,
  now: Date
): Promise<Chosen> {
  if ((customer_id === undefined) === (customer === undefined)) {
    throw new InvalidInput({ customer_id: 'error.field.required' })
  }
  if (customer) return addressed(trx, customer, channel, now)
  const known = await trx
    .selectFrom('customer')
    .select('id')
    .where('id', '=', customer_id ?? 0)
    .where('merged_into', 'is', null)
    .executeTakeFirst()
  if (!known) throw new InvalidInput({ customer_id: 'error.field.stranger' })
  return { id: known.id, to: undefined }
}

/** The program says whose address it is; whoever has proved to have it, is that person. */
async function addressed(
  trx: Db,
  given: NonNullable<Opening['customer']>,
  channel: string,
  now: Date
): Promise<Chosen> {
  const country = await getSetting(trx, 'country')
  const [sender] = normaliseAll([{ ...given, verified: false }], country)
  if (!sender) throw new InvalidInput({ customer: 'error.field.address' })
  const verified = await findVerified(trx, sender)
  const { customer, identity } = verified
    ? await findPerson(trx, verified)
    : await resolveCustomer(trx, [sender], channel, now)
  return { id: customer.id, to: identity ? { identityId: identity.id } : undefined }
}
