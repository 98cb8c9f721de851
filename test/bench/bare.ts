import { join } from 'node:path'
import formbody from '@fastify/formbody'
import SQLite from 'better-sqlite3'
import { Eta } from 'eta'
import { fastify } from 'fastify'
import { bareList, bareThread } from './bare-views.ts'

/**
 * The bare stack: Fastify, Eta and better-sqlite3 on the same database, doing only the one thing that
 * is measured. No sessions, permissions, languages, plugins, logs or live updates: the floor.
 */
const sqlite = new SQLite(join(process.env['DATA_DIR'] ?? '', 'sapa.db'))
sqlite.pragma('journal_mode = WAL')
sqlite.pragma('synchronous = FULL')
sqlite.pragma('foreign_keys = ON')
sqlite.pragma('cache_size = -16000')

const eta = new Eta({ varName: 'it', autoEscape: true, cache: true })
const [list, thread] = [eta.compile(bareList), eta.compile(bareThread)]
const clock = new Intl.DateTimeFormat('id', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'Asia/Jakarta'
})

const page = (filter: string) =>
  sqlite.prepare(`
    select c.id, c.subject, c.preview, c.unanswered_count, c.last_message_at as at, c.priority,
      customer.name as name, customer.is_vip, agent.name as agent,
      (select group_concat(tag.name) from conversation_tag
        join tag on tag.id = tag_id where conversation_id = c.id) as tags
    from conversation c
    join customer on customer.id = c.customer_id
    left join agent on agent.id = c.assignee_id
    where c.queue = 'open' ${filter}
    order by c.last_message_at desc, c.id desc limit 41`)
const firstPage = page('')
const laterPage = page('and (c.last_message_at, c.id) < (?, ?)')
const find = sqlite.prepare(`
  select c.*, customer.name as name from conversation c
  join customer on customer.id = c.customer_id where c.id = ?`)
const entries = sqlite.prepare(`
  select m.id, m.kind, m.text, m.at, m.status, agent.name as agent from message m
  left join agent on agent.id = m.agent_id
  where m.conversation_id = ? order by m.at desc, m.id desc limit 50`)
const events = sqlite.prepare(
  'select action, at from event where conversation_id = ? order by id desc limit 50'
)
const addMessage = sqlite.prepare(`
  insert into message (conversation_id, account_id, channel, agent_id, kind, text, status, at, created_at)
  values (?, ?, ?, 1, 'outbound', ?, 'queued', ?, ?)`)
const touch = sqlite.prepare(`
  update conversation set last_message_id = ?, last_message_at = ?, last_outbound_at = ?, preview = ?,
    preview_kind = 'outbound', message_count = message_count + 1, unanswered_count = 0,
    waiting_since = null, version = version + 1 where id = ?`)
const queue = sqlite.prepare(`
  insert into outbox (message_id, account_id, thread, client_ref, kind, payload, send_after, created_at, state)
  values (?, ?, ?, ?, 'message', ?, ?, ?, 'cancelled')`)
const reply = sqlite.transaction((id: number, text: string) => {
  const conversation = find.get(id) as { account_id: number; channel: string }
  const at = Date.now()
  const { account_id, channel } = conversation
  const message = addMessage.run(id, account_id, channel, text, at, at).lastInsertRowid
  touch.run(message, at, at, text.slice(0, 140), id)
  const payload = JSON.stringify({ text })
  queue.run(message, account_id, `c:${id}`, `bare-${message}`, payload, at, at)
  return { id: message, kind: 'outbound', text, at, status: 'queued', agent: 'Ratna' }
})

const time = (at: number) => clock.format(at)
const streams = new Set<{ write(text: string): unknown }>()
const app = fastify({ logger: false })
await app.register(formbody)

app.get('/list', (request, answer) => {
  const [at, id] = ((request.query as { before?: string }).before ?? '').split('-')
  const rows = (at ? laterPage.all(Number(at), Number(id)) : firstPage.all()).slice(0, 40)
  return answer.type('text/html; charset=utf-8').send(eta.render(list, { rows, time }))
})

app.get('/conversations/:id', (request, answer) => {
  const { id } = request.params as { id: string }
  const conversation = find.get(id)
  const messages = entries.all(id).toReversed()
  const facts = { conversation, messages, events: events.all(id), time }
  return answer.type('text/html; charset=utf-8').send(eta.render(thread, facts))
})

app.post('/conversations/:id/messages', (request, answer) => {
  const { id } = request.params as { id: string }
  const message = reply.immediate(Number(id), (request.body as { text: string }).text)
  for (const stream of streams)
    stream.write(`data: {"topic":"message.added","conversation":${id}}\n\n`)
  const facts = { conversation: null, messages: [message], events: [], time }
  return answer.type('text/html; charset=utf-8').send(eta.render(thread, facts))
})

app.get('/live', (request, answer) => {
  answer.hijack()
  answer.raw.writeHead(200, { 'content-type': 'text/event-stream' })
  answer.raw.write('data: {"topic":"hello"}\n\n')
  streams.add(answer.raw)
  request.raw.once('close', () => streams.delete(answer.raw))
})

app.get('/readyz', () => sqlite.prepare('select 1 as ok').get())
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })
process.once('SIGTERM', () => process.exit(0))
