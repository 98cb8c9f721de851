import type { OutboundStep, PluginReply, PluginRequest } from 'sapa/plugin-api'
import type { LeasedStep, Queue } from '../queue.ts'
import type { RemoteTools } from '../tools.ts'
import { ApiError, json, numberOf, stopped, type Answer } from './answer.ts'

const mostPolls = 20

/** What agents wrote. Each step is given to one caller, until its lease ends or it is acknowledged. */
export const offer =
  ({ sapa }: RemoteTools): Answer =>
  async (request, { queue, presence }) => {
    const waitMs = numberOf(request, 'wait', { usual: 0, least: 0, most: 25 }) * 1000
    const most = numberOf(request, 'max', { usual: 10, least: 1, most: 20 })
    const leaseMs = numberOf(request, 'lease', { usual: 60, least: 1, most: 300 }) * 1000
    if (presence.polls >= mostPolls) {
      const more = { retryAfter: 5 }
      throw new ApiError(429, 'too_many_polls', `At most ${mostPolls} polls at a time`, more)
    }
    const signal = AbortSignal.any([request.signal, sapa.signal])
    const until = Date.now() + waitMs
    return presence.during(async () => {
      for (;;) {
        const leased = await queue.lease(most, leaseMs)
        if (signal.aborted || queue.isClosed) return handBack(queue, leased)
        const left = until - Date.now()
        if (leased.length > 0 || left <= 0) return reply(request, leased)
        await queue.sleep(left, signal)
      }
    })
  }

/** Whoever asked is gone, or we are about to be. */
function handBack(queue: Queue, leased: LeasedStep[]): never {
  queue.release(leased.map(({ step, lease }) => ({ clientRef: step.clientRef, lease })))
  throw stopped()
}

function reply(request: PluginRequest, leased: LeasedStep[]): PluginReply {
  const media = request.path.replace(/\/outbox$/, '/media')
  return json(200, {
    steps: leased.map(({ step, lease, until }) => ({
      ...{ clientRef: step.clientRef, lease, leasedUntil: until, attempt: step.attempt },
      ...shown(step, media)
    }))
  })
}

function shown(step: OutboundStep, media: string) {
  const { to, threadKey, text, author, conversation, isAutomatic, createdAt } = step
  return {
    to,
    thread: threadKey ?? null,
    text,
    author: author?.name ?? null,
    conversation: conversation?.number ?? null,
    inReplyTo: conversation?.references.at(-1) ?? null,
    isAutomatic,
    createdAt,
    attachments: step.attachments.map(({ filename, mime, size }, index) => ({
      ...{ filename, mime, size },
      url: `/p/remote-channel${media}/${encodeURIComponent(step.clientRef)}/${index}`
    }))
  }
}
