import type { Activity, PluginReply } from 'sapa/plugin-api'
import type { AskedByVisitor } from '../chat-route.ts'
import { ingest } from '../ingest.ts'
import { Refusal } from '../refusal.ts'
import type { Limit } from '../talk/limit.ts'
import { cleanLine, pageUrl } from '../talk/text.ts'

const most = 20
const hourMs = 3_600_000

/** `POST activity`: pages that were looked at and what `Sapa('track')` said, for the timeline. */
export async function postActivity(limit: Limit, asked: AskedByVisitor): Promise<PluginReply> {
  const { widget, request, holder, hash, now } = asked
  const items: unknown = request.form?.['items']
  if (!Array.isArray(items) || items.length > most) throw new Refusal('invalid')
  limit.take(`${widget.key} ${hash}`, now)
  const namespace = `webchat:${widget.account.facts.id}`
  const value = holder.visitor.public_id
  await ingest(
    widget,
    items
      .flatMap(item => activityOf(item, now) ?? [])
      .map(activity => ({
        ...{ ...activity, key: `a:${value}:${activity.key}`, threadKey: value },
        from: [{ kind: 'external', namespace, value, verified: true }]
      }))
  )
  return { status: 204 }
}

/** Null: it says nothing. What a browser says of the time is believed for an hour. */
function activityOf(given: unknown, now: Date): Omit<Activity, 'from'> | null {
  const { id, at, name, text, url } = Object(given) as Record<string, unknown>
  if (typeof id !== 'string' || !/^[\w-]{8,64}$/.test(id) || typeof name !== 'string') return null
  const what = cleanLine(name, 40)
  const words = cleanLine(typeof text === 'string' ? text : '', 300) || what
  const address = pageUrl(url)
  if (words === '') return null
  const time = now.getTime()
  const said = typeof at === 'number' && at <= time && at > time - hourMs ? at : time
  return {
    ...{ type: 'activity', key: id, at: said, name: what, text: words },
    ...(address !== null && { url: address })
  }
}
