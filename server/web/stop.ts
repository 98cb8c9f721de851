import type { Sapa } from '../sapa.ts'
import type { App } from './app.ts'

const graceMs = 8000

/**
 * Requests in flight finish, event streams end at once, idle connections are closed.
 * What still hangs after the grace is cut off.
 */
export function closeGently(app: App, sapa: Pick<Sapa, 'live'>): void {
  let isClosing = false
  let timer: NodeJS.Timeout | undefined

  app.addHook('preClose', async () => {
    isClosing = true
    sapa.live.close()
    timer = setTimeout(() => app.server.closeAllConnections(), graceMs)
    timer.unref()
  })
  app.addHook('onClose', async () => clearTimeout(timer))
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
}
