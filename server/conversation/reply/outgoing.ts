import type { Account } from '../../channel/table.ts'
import type { Db } from '../../db/schema.ts'
import { conflict, InvalidInput } from '../../errors.ts'
import type { Choice } from '../../plugin-api/outbound.ts'
import type { FilledTemplate } from '../../plugin-api/template.ts'
import { findAnswerWindow } from './answer-window.ts'
import { checkChoices } from './choices.ts'
import { findQuoted, type Quoted } from './quote.ts'
import { fillTemplate } from './template.ts'

/** What an agent can say in a reply, besides files. */
export interface Said {
  text: string
  /** Sanitised HTML of the same text. */
  html?: string | undefined
  /** A message of the same conversation that is answered. */
  quotedId?: number | undefined
  /** Instead of words of one's own. */
  template?: FilledTemplate | undefined
  /** Answers to tap; numbered lines where the channel has none. */
  choices?: Choice[] | undefined
}

export interface Outgoing {
  /** As the timeline shows it. */
  text: string
  html?: string | undefined
  quoted: Quoted | null
  template: FilledTemplate | null
  choices: Choice[]
}

/**
 * What a reply says, after the rules of its channel. Throws `window_closed` for free words out of time,
 * `not_proven` for a template to an address that nobody has proven, and what `fillTemplate` throws.
 */
export async function prepareOutgoing(
  trx: Db,
  { conversationId, account, identityId }: Going,
  said: Said,
  hasFiles: boolean,
  now: Date
): Promise<Outgoing> {
  const { quotedId, choices = [] } = said
  checkChoices(choices)
  const quoted =
    quotedId === undefined ? null : await findQuoted(trx, conversationId, account, quotedId)
  if (said.template) {
    refuseBeside({
      text: said.text.trim() !== '',
      attachments: hasFiles,
      choices: choices.length > 0
    })
    await refuseUnproven(trx, { account, identityId }, now)
    return { ...(await fillTemplate(trx, account, said.template)), quoted, choices: [] }
  }
  await refuseClosed(trx, { account, identityId }, now)
  if (said.text.trim() === '' && (choices.length > 0 || (!said.html && !hasFiles))) {
    throw new InvalidInput({ text: 'error.field.required' })
  }
  return { text: said.text, html: said.html, quoted, template: null, choices }
}

export interface Going {
  conversationId: number
  account: Account
  identityId: number | null
}

/** Throws `window_closed`: only a template, or another channel, reaches the customer now. */
export async function refuseClosed(
  trx: Db,
  { account, identityId }: Omit<Going, 'conversationId'>,
  now: Date
): Promise<void> {
  const window = await findAnswerWindow(trx, { account, identityId }, now)
  if (window.state !== 'closed') return
  throw conflict('window_closed', {
    name: account.name,
    outside: window.outside ?? 'nothing',
    ...(window.closesAt === null ? {} : { closes_at: new Date(window.closesAt).toISOString() })
  })
}

/** Who never wrote by this account gets nothing there on the word of somebody else: their address must be proven. */
async function refuseUnproven(
  trx: Db,
  { account, identityId }: Omit<Going, 'conversationId'>,
  now: Date
): Promise<void> {
  const window = await findAnswerWindow(trx, { account, identityId }, now)
  if (window.state !== 'closed' || window.closesAt !== null) return
  const identity = await trx
    .selectFrom('identity')
    .select('id')
    .where('id', '=', identityId ?? 0)
    .where('verified_at', 'is not', null)
    .executeTakeFirst()
  if (!identity) throw conflict('not_proven', { name: account.name })
}

function refuseBeside(given: Record<string, boolean>): void {
  const wrong = Object.keys(given).filter(name => given[name])
  if (wrong.length === 0) return
  throw new InvalidInput(
    Object.fromEntries(wrong.map(name => [name, 'error.field.beside_template']))
  )
}
