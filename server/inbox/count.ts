import { visibleTo, type Viewer } from '../conversation/access.ts'
import type { CounterTable, Queue } from '../conversation/table.ts'
import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'
import { fixedViews, inView, type InboxView } from './view.ts'

export interface CountedView extends InboxView {
  name: string | null
  channel: string | null
  count: number
}

/** The views of the navigation with their exact numbers. Guests' few rows are counted, the rest is kept. */
export async function listViews(db: Db, viewer: Viewer): Promise<CountedView[]> {
  const [counters, teams, accounts] = await Promise.all([
    viewer.role === 'guest' ? [] : countersFor(db, { owner: String(viewer.id) }),
    teamsOf(db, { viewerId: viewer.id }),
    viewer.role === 'guest' ? [] : accountsOf(db, {})
  ])
  const views: CountedView[] = [
    ...fixedViews(viewer.id).map(view => ({ ...view, name: null, channel: null, count: 0 })),
    ...teams.map(teamView),
    ...accounts.map(accountView)
  ]
  if (viewer.role === 'guest') {
    const counts = await Promise.all(views.map(view => countRows(db, view, viewer)))
    return views.map((view, index) => ({ ...view, count: counts[index] ?? 0 }))
  }
  const amounts = new Map(
    counters.map(row => [`${row.scope}/${row.owner}/${row.queue}`, row.amount])
  )
  return views.map(view => ({ ...view, count: amounts.get(slotOf(view).join('/')) ?? 0 }))
}

/** The exact number of one view. */
export async function countView(db: Db, view: InboxView, viewer: Viewer): Promise<number> {
  if (viewer.role === 'guest') return countRows(db, view, viewer)
  const [scope, owner, queue] = slotOf(view)
  const [row] = await counterAt(db, { scope, owner, queue })
  return row?.amount ?? 0
}

function slotOf(view: InboxView): [CounterTable['scope'], string, Queue] {
  if (view.assigneeId !== undefined) return ['assignee', String(view.assigneeId ?? ''), view.queue]
  if (view.teamId) return ['team', String(view.teamId), view.queue]
  if (view.accountId) return ['account', String(view.accountId), view.queue]
  return ['all', '', view.queue]
}

async function countRows(db: Db, view: InboxView, viewer: Viewer): Promise<number> {
  const query = db.selectFrom('conversation').select(eb => eb.fn.countAll<number>().as('count'))
  const row = await inView(query, view)
    .where(eb => visibleTo(eb, viewer))
    .executeTakeFirstOrThrow()
  return row.count
}

type Slot = { scope: CounterTable['scope']; owner: string; queue: Queue }

const counterAt = prepared<Slot>()((db, value) =>
  db
    .selectFrom('counter')
    .select('amount')
    .where('scope', '=', value('scope'))
    .where('owner', '=', value('owner'))
    .where('queue', '=', value('queue'))
)

/** All but what is assigned to others. */
const countersFor = prepared<{ owner: string }>()((db, value) =>
  db
    .selectFrom('counter')
    .select(['scope', 'owner', 'queue', 'amount'])
    .where(eb => eb.or([eb('scope', '!=', 'assignee'), eb('owner', 'in', ['', value('owner')])]))
)

const teamsOf = prepared<{ viewerId: number }>()((db, value) =>
  db
    .selectFrom('team')
    .innerJoin('team_member', 'team_member.team_id', 'team.id')
    .select(['team.id', 'team.name'])
    .where('team_member.agent_id', '=', value('viewerId'))
    .orderBy('team.name')
)

const accountsOf = prepared()(db =>
  db
    .selectFrom('account')
    .select(['id', 'name', 'type'])
    .where('is_enabled', '=', 1)
    .orderBy('name')
)

function teamView(team: { id: number; name: string }): CountedView {
  const slug = `team-${team.id}`
  return { slug, queue: 'open', teamId: team.id, name: team.name, channel: null, count: 0 }
}

function accountView(account: { id: number; name: string; type: string }): CountedView {
  return {
    slug: `ch-${account.id}`,
    queue: 'open',
    accountId: account.id,
    name: account.name,
    channel: account.type,
    count: 0
  }
}
