import type { AddressInfo } from 'node:net'
import type { BrowserContext } from 'playwright-core'
import type { Test } from 'tap'
import { addMessage } from '../../server/conversation/add-message.ts'
import { startConversation } from '../../server/conversation/start.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import { setup, type Setup } from '../support/app.ts'
import { openBrowser } from '../support/browser.ts'
import { enter } from '../support/enter.ts'
import { mailLike } from '../support/scripted-channel.ts'

export interface InboxWorld extends Setup {
  url: string
  accountId: number
  /** A customer's mail that opens a conversation; returns its number. */
  mail(given?: {
    name?: string
    subject?: string
    text?: string
    assigneeId?: number
  }): Promise<number>
  /** Another mail of the customer in the same conversation. */
  again(conversationId: number, text: string): Promise<number>
  /** Signs that role in. */
  enter(context: BrowserContext, role: keyof Setup['ids']): Promise<void>
  /** What is sent can be taken back for so long that the slowest machine finds the button. */
  undoLonger(): Promise<unknown>
}

/** A listening Sapa with one mail account, whose conversations are made by the domain's own functions. */
export async function inboxWorld(t: Test): Promise<InboxWorld> {
  const world = await setup(t)
  const { db, app, make, as, clock } = world
  const account = await make.account(db, {
    name: 'layanan@',
    address: 'layanan@sinar.example',
    capabilities: JSON.stringify(mailLike)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`

  async function mail(given: Parameters<InboxWorld['mail']>[0] = {}): Promise<number> {
    const { name = 'Ratna Kusumawardani', subject = 'Nota pembelian INV-22871' } = given
    return inTransaction(db, async trx => {
      const customer = await make.customer(trx, { name })
      const identity = await make.identity(trx, { customer_id: customer.id, name })
      const conversation = await startConversation(
        trx,
        {
          customerId: customer.id,
          accountId: account.id,
          channel: 'email',
          subject,
          actor: { kind: 'customer' },
          ...(given.assigneeId === undefined ? {} : { assigneeId: given.assigneeId })
        },
        clock.now
      )
      await trx
        .insertInto('participant')
        .values({
          conversation_id: conversation.id,
          identity_id: identity.id,
          added_at: clock.now.getTime()
        })
        .execute()
      await addInbound(
        trx,
        conversation.id,
        identity.id,
        given.text ?? 'Mohon dijadwalkan Sabtu pagi.'
      )
      return conversation.id
    })
  }

  async function again(conversationId: number, text: string): Promise<number> {
    const { identity_id } = await db
      .selectFrom('participant')
      .select('identity_id')
      .where('conversation_id', '=', conversationId)
      .executeTakeFirstOrThrow()
    return inTransaction(db, trx => addInbound(trx, conversationId, identity_id, text))
  }

  async function addInbound(trx: typeof db, id: number, identityId: number, text: string) {
    clock.forward(1000)
    const at = clock.now.getTime()
    const entry = { kind: 'inbound' as const, channel: 'email', isVerified: true, text, at }
    const message = await addMessage(
      trx,
      id,
      { ...entry, accountId: account.id, identityId, subject: 'Nota pembelian INV-22871' },
      clock.now
    )
    return message.id
  }

  return {
    ...world,
    url,
    accountId: account.id,
    mail,
    again,
    enter: (context, role) => enter(context, as[role], url),
    undoLonger: () => db.updateTable('agent').set({ undo_seconds: 120 }).execute()
  }
}

/** A browser in which an agent has one customer's conversation open. `needs(t, 'chromium')` first. */
export async function openConversation(t: Test) {
  const world = await inboxWorld(t)
  const id = await world.mail()
  const browser = await openBrowser(t)
  await world.enter(browser.context, 'agent')
  await browser.page.goto(`${world.url}/conversations/${id}`)
  return { ...browser, world, id }
}
