import type { ChatTools } from '../tools.ts'
import { tellPanels, widgetOf } from './confirm-page.ts'
import { eraseVisitors, exportVisitors, forgetSilent } from './personal.ts'
import { askForRating, askNoMore } from './rating.ts'
import { mailUnread } from './relay.ts'
import { noteThread } from './thread.ts'

/** Jobs and events of identity and absence. */
export function beginWho(tools: ChatTools): void {
  const { sapa, db, streams, clock } = tools
  sapa.jobs.handle('mail-unread', () => mailUnread(tools))
  sapa.jobs.every('mail-unread', '* * * * *')
  sapa.jobs.handle('forget-silent', () => forgetSilent(db, clock()))
  sapa.jobs.every('forget-silent', '17 3 * * *')
  sapa.personal({
    export: customer => exportVisitors(db, customer),
    erase: customer => eraseVisitors({ db, streams }, customer)
  })
  hearOfConversations(tools)
}

function hearOfConversations(tools: ChatTools): void {
  const { sapa, db } = tools
  sapa.consume('message.received', 'threads', async ({ facts }) => {
    if (facts.channel === 'webchat') await noteThread(db, facts)
  })
  sapa.consume('conversation.closed', 'ratings-asked', async ({ facts, at }) => {
    await tell(tools, await askForRating(db, facts.conversation, new Date(at)))
  })
  sapa.consume('conversation.reopened', 'ratings-over', async ({ facts }) => {
    await tell(tools, await askNoMore(db, facts.conversation))
  })
}

async function tell(tools: ChatTools, visitors: readonly number[]): Promise<void> {
  for (const id of visitors) {
    const visitor = await tools.db
      .selectFrom('webchat_visitor')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    const widget = visitor && widgetOf(tools, { visitor })
    if (widget) await tellPanels(tools, widget, id)
  }
}
