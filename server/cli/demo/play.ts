import { addMessage, type NewMessage } from '../../conversation/add-message.ts'
import { assignConversation } from '../../conversation/assign.ts'
import { agentActor, system } from '../../conversation/event.ts'
import { sanitise } from '../../conversation/html/sanitise.ts'
import { prioritiseConversation } from '../../conversation/prioritise.ts'
import { addParticipant } from '../../conversation/participant.ts'
import { startConversation } from '../../conversation/start.ts'
import type { Message } from '../../conversation/table.ts'
import { tagConversation } from '../../conversation/tag.ts'
import { assignTeam } from '../../conversation/team.ts'
import type { Agent } from '../../agent/table.ts'
import type { Db } from '../../db/schema.ts'
import { randomToken } from '../../secret/token.ts'
import type { Accounts } from './account.ts'
import { identityOf, type Customer } from './customer.ts'
import { fillSlots, slotsOf, type Slots } from './goods.ts'
import type { Random } from './random.ts'
import type { Medium, Script, Turn } from './script.ts'
import type { Sides } from './side.ts'
import type { Staff } from './staff.ts'

export interface Props {
  kind: 'image' | 'file'
  filename: string
  mime: string
  hash: string
  size: number
}

export interface Stage {
  random: Random
  accounts: Accounts
  sides: Sides
  staff: Staff
  photos: Props[]
  invoices: Props[]
  now: Date
}

export interface Scene {
  script: Script
  customer: Customer
  medium: Medium
  startAt: number
}

export interface Played {
  id: number
  agent: Agent
  last: Message
  at: number
  isWhole: boolean
}

interface Take extends Scene {
  id: number
  slots: Slots
  agent: Agent
  said: string[]
}

const minute = 60_000

/** Plays a conversation up to the present; what would come later is not there yet. */
export async function playScene(trx: Db, stage: Stage, scene: Scene): Promise<Played> {
  const { random, staff, now } = stage
  const { script, startAt } = scene
  const slots = slotsOf(random, scene.customer)
  const agent = random.pick(staff.teams[script.team].members)
  const id = await begin(trx, stage, scene, slots)
  const take: Take = { ...scene, id, slots, agent, said: [] }
  let at = startAt
  let last: Message | undefined
  let turns = 0
  for (const turn of script.turns) {
    if (at > now.getTime() - minute) break
    if (turns === 1) await sort(trx, take, at - minute)
    take.medium = turn.via ?? take.medium
    last = await say(trx, stage, take, turn, at)
    turns++
    at += pauseAfter(random, turn, take.medium)
  }
  if (!last) throw new Error('A conversation begins with a message')
  return { id, agent, last, at: last.at, isWhole: turns === script.turns.length }
}

async function begin(trx: Db, stage: Stage, scene: Scene, slots: Slots): Promise<number> {
  const { script, customer, medium, startAt } = scene
  const identity = identityOf(customer, medium)
  const at = new Date(startAt)
  const conversation = await startConversation(
    trx,
    {
      customerId: customer.id,
      accountId: stage.accounts[medium].id,
      channel: medium,
      ...(medium === 'email' ? {} : { threadKey: identity.threadKey }),
      subject: fillSlots(script.subject, slots),
      actor: { kind: 'customer', id: String(customer.id) }
    },
    at
  )
  await addParticipant(trx, conversation.id, identity.id, 'customer', at)
  await assignTeam(trx, conversation.id, stage.staff.teams[script.team].id, system, at)
  return conversation.id
}

/** Somebody takes it, names it and weighs it. */
async function sort(trx: Db, { id, agent, script }: Take, at: number): Promise<void> {
  const now = new Date(at)
  const actor = agentActor(agent.id)
  await assignConversation(trx, id, agent.id, actor, now)
  for (const tag of script.tags) await tagConversation(trx, id, tag, actor, now)
  if (script.priority) await prioritiseConversation(trx, id, script.priority, actor, now)
}

async function say(trx: Db, stage: Stage, take: Take, turn: Turn, at: number): Promise<Message> {
  const text = fillSlots(stage.random.pick(turn.texts), take.slots)
  const entry = turn.by === 'note' ? note(take, text, at) : spoken(stage, take, turn, text, at)
  const message = await addMessage(trx, take.id, entry, new Date(at))
  if (turn.by !== 'note') take.said.unshift(text)
  const file = turn.file && stage.random.pick(turn.file === 'photo' ? stage.photos : stage.invoices)
  if (file) await attach(trx, message.id, file, at)
  return message
}

const note = ({ agent }: Take, text: string, at: number): NewMessage => ({
  kind: 'note',
  agentId: agent.id,
  text,
  at
})

function spoken(stage: Stage, take: Take, turn: Turn, text: string, at: number): NewMessage {
  const { medium, customer, agent } = take
  const identity = identityOf(customer, medium)
  const isMail = medium === 'email'
  const isCustomer = turn.by === 'customer'
  const { kind, value, threadKey } = identity
  const recalled = stage.sides.get(medium)?.recall(customer, { isOurs: !isCustomer, text, at })
  return {
    accountId: stage.accounts[medium].id,
    channel: medium,
    identityId: identity.id,
    text,
    at,
    remoteId: recalled ?? `<demo.${take.id}.${take.said.length}.${at}@sinarelektronik.example>`,
    ...(isMail ? { subject: subjectOf(take) } : {}),
    ...(isCustomer
      ? {
          kind: 'inbound',
          isVerified: true,
          ...(isMail ? mailOf(stage, take, text) : { threadKey })
        }
      : {
          kind: 'outbound',
          agentId: agent.id,
          status: isMail
            ? 'sent'
            : stage.random.pick(['read', 'read', 'read', 'delivered'] as const),
          headers: { to: [{ kind, value, name: customer.name }] }
        })
  }
}

function subjectOf({ script, slots, said }: Take): string {
  const subject = fillSlots(script.subject, slots)
  return said.length === 0 ? subject : `Re: ${subject}`
}

/** Some mail programs write HTML, most quote what they answer. */
function mailOf({ random }: Stage, { said, script, agent }: Take, text: string) {
  const who = script.language === 'en' ? `${agent.name} wrote:` : `${agent.name} menulis:`
  const quote = said[0]
  const fullText = quote
    ? { fullText: `${text}\n\n${who}\n> ${quote.replaceAll('\n', '\n> ')}` }
    : {}
  if (random.chance(0.5)) return fullText
  const html = text
    .split('\n\n')
    .map(part => `<p>${escape(part)}</p>`)
    .join('')
  const quoted = quote ? `${html}<p>${who}</p><blockquote>${escape(quote)}</blockquote>` : undefined
  return {
    ...fullText,
    html: sanitise(html).html,
    ...(quoted ? { fullHtml: sanitise(quoted).html } : {})
  }
}

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\n', '<br>')

async function attach(trx: Db, messageId: number, file: Props, at: number): Promise<void> {
  const { kind, filename, mime, hash, size } = file
  await trx
    .insertInto('attachment')
    .values({
      ...{ message_id: messageId, token: randomToken(), blob_hash: hash },
      ...{ filename, mime, size, kind, created_at: at }
    })
    .execute()
}

/** Chats are quick, mails are not; the shop is a little quicker than its customers. */
function pauseAfter(random: Random, turn: Turn, medium: Medium): number {
  if (turn.by === 'note') return random.between(2, 15) * minute
  const slow = medium === 'email' ? 5 : 1
  return random.between(3, turn.by === 'customer' ? 25 : 45) * slow * minute
}
