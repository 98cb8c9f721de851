import { readerOf } from '../inbox/reader.ts'
import { shellOf, type Shell } from '../inbox/shell.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { Type } from '../web/type.ts'
import { readHead, type PluginHead } from './head.ts'
import { readFaults, readLines, type ShownFault, type ShownLine } from './log.ts'

declare module '../web/page.ts' {
  interface Views {
    'plugins/log': { shell: Shell; head: PluginHead; faults: ShownFault[]; lines: ShownLine[] }
  }
}

const params = Type.Object({ id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }) })

/** What a plugin wrote and what went wrong in it. */
export function pluginLogRoutes(app: App, sapa: Sapa): void {
  app.get(
    '/plugins/:id/log',
    { schema: { params }, config: { can: 'plugin:manage' } },
    async (request, reply) => {
      const { id } = request.params
      const reader = readerOf(request)
      const { words } = reader
      const { head } = await readHead(sapa, id, words, 'log')
      const [shell, faults] = await Promise.all([
        shellOf(sapa, reader, '/plugins'),
        readFaults(sapa, id, words)
      ])
      return reply.page('plugins/log', { shell, head, faults, lines: readLines(sapa, id, words) })
    }
  )
}
