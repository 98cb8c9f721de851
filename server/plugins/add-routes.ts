import { join } from 'node:path'
import { readerOf } from '../inbox/reader.ts'
import { shellOf, type Shell } from '../inbox/shell.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'

declare module '../web/page.ts' {
  interface Views {
    'plugins/add': { shell: Shell; folder: string }
  }
}

const home = '/plugins/add'

/** The ways in which a plugin comes to Sapa. */
export function pluginAddRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'plugin:manage' } as const

  app.get(home, { config }, async (request, reply) => {
    const shell = await shellOf(sapa, readerOf(request), '/plugins')
    return reply.page('plugins/add', { shell, folder: join(sapa.config.dataDir, 'plugins') })
  })
}
