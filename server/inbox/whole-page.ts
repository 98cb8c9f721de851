import { markSeen } from '../conversation/seen.ts'
import { unlessFull } from '../db/full.ts'
import { Budget } from '../plugin-host/slot/budget.ts'
import type { ShownRegion } from '../plugin-host/slot/show.ts'
import type { Sapa } from '../sapa.ts'
import { showComposer, type ShownComposer } from './composer/composer.ts'
import type { AskedRoute } from './composer/reply-route.ts'
import { showConversation, showTools, type LookedTimeline } from './conversation-page.ts'
import { showList, type ShownList } from './list-page.ts'
import type { ShownHeader } from './present/header.ts'
import type { ShownPane } from './present/pane.ts'
import type { Reader } from './reader.ts'
import { shellOf, type Shell } from './shell.ts'

/** A call above the text: why it was not sent. `seen` names what the agent has not read yet. */
export interface Call {
  tone: 'info' | 'danger'
  text: string
  seen: number | null
}

/** View data of `conversation/show`. */
export interface WholePage {
  shell: Shell
  list: ShownList
  header: ShownHeader
  timeline: LookedTimeline
  pane: ShownPane
  composer: ShownComposer
  /** What plugins add beside the composer's tools. */
  tools: ShownRegion
  screen: 'conversation' | 'customer'
  /** After a refused post without script: the reason and what was typed. */
  call?: Call
  typed?: string
}

/** A conversation with everything around it. What it shows counts as read by its reader. */
export async function showWholePage(
  sapa: Sapa,
  reader: Reader,
  id: number,
  view: string,
  screen: WholePage['screen'],
  asked: AskedRoute = {}
): Promise<WholePage> {
  const budget = new Budget()
  const { row, ...parts } = await showConversation(sapa, reader, id, budget)
  await noteSeen(sapa, reader, id, row.last_message_id)
  const [list, shell, composer, tools] = await Promise.all([
    showList(sapa, reader, view, { selectedId: id, budget }),
    shellOf(sapa, reader, `/inbox/${view}`),
    showComposer(sapa, reader, row, asked),
    showTools(sapa, reader, row, budget)
  ])
  return { ...parts, list, shell, composer, tools, screen }
}

export async function noteSeen(
  sapa: Sapa,
  reader: Reader,
  id: number,
  messageId: number | null
): Promise<void> {
  if (!messageId) return
  await unlessFull(markSeen(sapa.db, id, reader.agent.id, messageId, sapa.clock()))
  sapa.tellRead.note(id, messageId)
}
