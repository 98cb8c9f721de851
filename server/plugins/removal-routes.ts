import { basename } from 'node:path'
import { confirmPassword } from '../agent/confirm-password.ts'
import { conflict } from '../errors.ts'
import { readerOf } from '../inbox/reader.ts'
import { shellOf, type Shell } from '../inbox/shell.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { agentOf } from '../web/permission.ts'
import { Type } from '../web/type.ts'
import { storedOf, type ShownStored } from './stored.ts'
import { titleOf } from './row.ts'

declare module '../web/page.ts' {
  interface Views {
    'plugins/removal': {
      shell: Shell
      id: string
      title: string
      /** Only its data can go. */
      isBundled: boolean
      stored: ShownStored[]
      problem: Problem | null
      mode: string
    }
  }
}

const params = Type.Object({ id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }) })
const body = Type.Object({
  data: Type.Union([Type.Literal('keep'), Type.Literal('delete')]),
  password: Type.String({ maxLength: 200 })
})

/** Taking a plugin away, with or without what it has stored. */
export function pluginRemovalRoutes(app: App, sapa: Sapa): void {
  const { plugins } = sapa
  const config = { can: 'owner:manage' } as const
  const url = '/plugins/:id/removal'

  app.get(url, { schema: { params }, config }, (request, reply) => show(request, reply))

  app.post(
    url,
    { schema: { params, body }, config: { ...config, onRefusal: show } },
    async (request, reply) => {
      const { id } = request.params
      const { data, password } = request.body
      await refuseActive(id)
      const given = { password, address: request.ip }
      await confirmPassword(sapa.db, agentOf(request), given, sapa.clock())
      const { backup } = await plugins.uninstall(id, data)
      const told = { removed: id, ...(backup !== null && { backup: basename(backup) }) }
      return reply.redirect(`/plugins?${new URLSearchParams(told).toString()}`, 303)
    }
  )

  /** Whoever takes a running plugin away has not seen what stops with it. */
  async function refuseActive(id: string) {
    const entry = (await plugins.list()).find(plugin => plugin.id === id)
    if (entry?.isActive) throw conflict('plugin_on', { id })
  }

  async function show(request: Request, reply: Reply, problem: Problem | null = null) {
    const { id } = request.params as { id: string }
    const reader = readerOf(request)
    const stored = storedOf(await plugins.inventory(id), reader.words)
    const [shell, entries] = await Promise.all([shellOf(sapa, reader, '/plugins'), plugins.list()])
    const entry = entries.find(plugin => plugin.id === id)
    const mode = (request.body as { data?: string } | undefined)?.data ?? 'keep'
    return reply.page('plugins/removal', {
      ...{ shell, id, stored, problem, mode, isBundled: entry?.isBundled ?? false },
      title: entry ? titleOf(entry, reader.words) : id
    })
  }
}
