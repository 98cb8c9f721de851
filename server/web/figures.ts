import { sql } from 'kysely'
import { Gauge, type Registry } from 'prom-client'
import type { Db } from '../db/schema.ts'
import type { Sapa } from '../sapa.ts'

/** What waits, what is stuck, and how the accounts are: read when somebody asks, by index. */
export function gaugeQueues(registry: Registry, { reader, live }: Pick<Sapa, 'reader' | 'live'>) {
  gauge(registry, {
    name: 'sapa_queue_length',
    help: 'Items of the journal, steps of the outbox and jobs, by what they wait for',
    labelNames: ['queue', 'state'],
    read: () => queueLengths(reader)
  })
  gauge(registry, {
    name: 'sapa_accounts',
    help: 'Accounts by state',
    labelNames: ['state'],
    read: () => accountStates(reader)
  })
  gauge(registry, {
    name: 'sapa_live_streams',
    help: 'Open event streams',
    labelNames: [],
    read: async () => [{ labels: {}, amount: live.size }]
  })
}

interface Figure {
  labels: Record<string, string>
  amount: number
}

interface Asked {
  name: string
  help: string
  labelNames: string[]
  read: () => Promise<Figure[]>
}

function gauge(registry: Registry, { read, ...names }: Asked): void {
  const one: Gauge = new Gauge({
    ...names,
    registers: [registry],
    async collect(): Promise<void> {
      const figures = await read()
      // What is not counted any more must not stay at its last figure.
      one.reset()
      for (const { labels, amount } of figures) one.set(labels, amount)
    }
  })
}

const queues = [
  { queue: 'journal', state: 'pending' },
  { queue: 'journal', state: 'failed' },
  { queue: 'outbox', state: 'queued', of: `in ('queued', 'sending')` },
  { queue: 'outbox', state: 'sending', of: `in ('queued', 'sending')` },
  { queue: 'outbox', state: 'unknown', of: `in ('failed', 'unknown')` },
  { queue: 'outbox', state: 'failed', of: `in ('failed', 'unknown')` },
  { queue: 'job', state: 'waiting' },
  { queue: 'job', state: 'running' },
  { queue: 'job', state: 'dead' }
]

/** The states stand in the statement, and `of` beside them, so that the partial indexes are used. */
async function queueLengths(db: Db): Promise<Figure[]> {
  const counts = queues.map(({ queue, state, of }) => {
    const alsoOf = of ? sql` and state ${sql.raw(of)}` : sql``
    return sql<number>`(select count(*) from ${sql.table(queue)} where state = ${sql.lit(state)}${alsoOf})`
  })
  const row = await db
    .selectNoFrom(counts.map((count, index) => count.as(`count${index}`)))
    .executeTakeFirstOrThrow()
  const amounts = row as Record<string, number>
  return queues.map(({ queue, state }, index) => ({
    labels: { queue, state },
    amount: amounts[`count${index}`] ?? 0
  }))
}

async function accountStates(db: Db): Promise<Figure[]> {
  const rows = await db
    .selectFrom('account')
    .select(['state', 'is_enabled'])
    .select(eb => eb.fn.countAll<number>().as('amount'))
    .groupBy(['state', 'is_enabled'])
    .execute()
  const amounts = new Map<string, number>(
    ['starting', 'connected', 'delayed', 'needs_attention', 'off'].map(state => [state, 0])
  )
  for (const { state, is_enabled, amount } of rows) {
    const name = is_enabled ? state : 'off'
    amounts.set(name, (amounts.get(name) ?? 0) + amount)
  }
  return [...amounts].map(([state, amount]) => ({ labels: { state }, amount }))
}
