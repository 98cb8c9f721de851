import { join } from 'node:path'
import { confirmPassword } from '../agent/confirm-password.ts'
import { may } from '../agent/permission.ts'
import { InvalidInput } from '../errors.ts'
import { readerOf } from '../inbox/reader.ts'
import { shellOf, type Shell } from '../inbox/shell.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { agentOf } from '../web/permission.ts'
import { Type } from '../web/type.ts'
import { showReview, type ShownReview } from './review.ts'

declare module '../web/page.ts' {
  interface Views {
    'plugins/new': {
      shell: Shell
      folder: string
      /** Why nothing can be uploaded here, or by this reader. */
      upload: 'open' | 'off' | 'owner'
      problem: Problem | null
    }
    'plugins/review': { shell: Shell; review: ShownReview; problem: Problem | null }
  }
}

const params = Type.Object({ upload: Type.String({ pattern: '^[0-9a-f]{32}$' }) })
const body = Type.Object({
  consent: Type.Optional(Type.String({ maxLength: 10 })),
  scope: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 100 }))
})

/** The ways in which a plugin comes to Sapa; an upload is looked at before anything of it runs. */
export function pluginUploadRoutes(app: App, sapa: Sapa): void {
  const { plugins } = sapa
  const owner = { can: 'owner:manage' } as const

  app.get('/plugins/new', { config: { can: 'plugin:manage' } }, (request, reply) =>
    showNew(request, reply)
  )

  app.post(
    '/plugins/uploads',
    {
      config: { ...owner, onRefusal: showNew, rateLimit: { max: 30, timeWindow: 60_000 } }
    },
    async (request, reply) => {
      const upload = await takeUpload(sapa, request)
      return reply.redirect(`/plugins/uploads/${upload}/review`, 303)
    }
  )

  app.get(
    '/plugins/uploads/:upload/review',
    { schema: { params }, config: owner },
    (request, reply) => showUpload(request, reply)
  )

  app.post(
    '/plugins/uploads/:upload/installation',
    { schema: { params, body }, config: { ...owner, onRefusal: showUpload } },
    async (request, reply) => {
      const { consent, scope = [] } = request.body
      const acceptedScopes = consent === undefined ? [] : scope
      const { id, state } = await plugins.accept(request.params.upload, { acceptedScopes })
      const notice = state === 'active' ? 'updated' : 'installed'
      return reply.redirect(`/plugins?${notice}=${id}`, 303)
    }
  )

  app.post(
    '/plugins/uploads/:upload/dismissal',
    { schema: { params }, config: owner },
    async (request, reply) => {
      await plugins.discard(request.params.upload)
      return reply.redirect('/plugins/new', 303)
    }
  )

  async function showNew(request: Request, reply: Reply, problem: Problem | null = null) {
    const { agent } = readerOf(request)
    const shell = await shellOf(sapa, readerOf(request), '/plugins')
    const isOwner = may(agent.role, 'owner:manage')
    const upload = !sapa.config.pluginUpload ? 'off' : isOwner ? 'open' : 'owner'
    const folder = join(sapa.config.dataDir, 'plugins')
    return reply.page('plugins/new', { shell, folder, upload, problem })
  }

  async function showUpload(request: Request, reply: Reply, problem: Problem | null = null) {
    const { upload } = request.params as { upload: string }
    const review = showReview(upload, await plugins.review(upload), request.words)
    const shell = await shellOf(sapa, readerOf(request), '/plugins')
    return reply.page('plugins/review', { shell, review, problem })
  }
}

/** The password stands before the file, so that nothing is kept of a form without it. */
async function takeUpload(sapa: Sapa, request: Request): Promise<string> {
  if (!request.isMultipart()) throw new InvalidInput({ zip: 'error.field.required' })
  let isSure = false
  for await (const part of request.parts({ limits: { files: 1, fields: 5 } })) {
    if (part.type === 'field') {
      if (part.fieldname !== 'password') continue
      const password = typeof part.value === 'string' ? part.value : ''
      const given = { password, address: request.ip }
      await confirmPassword(sapa.db, agentOf(request), given, sapa.clock())
      isSure = true
    } else if (!isSure) throw new InvalidInput({ password: 'error.field.required' })
    else if (part.filename === '') part.file.resume()
    else return checked(sapa, await sapa.plugins.upload(part.file))
  }
  throw new InvalidInput({ [isSure ? 'zip' : 'password']: 'error.field.required' })
}

/** What could never be installed is told where the file was chosen. */
async function checked({ plugins }: Sapa, upload: string): Promise<string> {
  try {
    await plugins.review(upload)
    return upload
  } catch (error) {
    await plugins.discard(upload)
    throw error
  }
}
