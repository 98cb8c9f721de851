import { readerOf } from '../inbox/reader.ts'
import { shellOf, type Shell } from '../inbox/shell.ts'
import { Budget } from '../plugin-host/slot/budget.ts'
import { showRegion, type ShownRegion } from '../plugin-host/slot/show.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { Type } from '../web/type.ts'
import { listSources, type CardSource } from './source.ts'
import { readRange, type Range } from './range.ts'

declare module '../web/page.ts' {
  interface Views {
    'report/index': ReportPage
  }
}

interface ReportPage {
  shell: Shell
  today: ShownRegion
  report: ShownRegion
  range: Range
  /** Texts by field. */
  problems: Record<string, string>
  /** Plugins that could add cards. */
  sources: CardSource[]
}

const day = Type.Optional(
  Type.String({ pattern: '^(\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]))?$' })
)
const querystring = Type.Object({ from: day, to: day })

/** What plugins count and measure: of today, and of a stretch of days. */
export function reportRoutes(app: App, sapa: Sapa): void {
  const config = {
    can: 'report:read',
    onInvalid: (request: Request, reply: Reply, problem: Problem) =>
      show(request, reply, {}, problem.fields)
  } as const

  app.get('/reports', { schema: { querystring }, config }, (request, reply) =>
    show(request, reply, request.query)
  )

  async function show(
    request: Request,
    reply: Reply,
    given: { from?: string; to?: string },
    problems: Record<string, string> = {}
  ) {
    const reader = readerOf(request)
    const { words } = reader
    const range = readRange(given, words.day(sapa.clock().getTime()), words.timeZone)
    const budget = new Budget()
    const { from, to } = range
    const [shell, today, report, sources] = await Promise.all([
      shellOf(sapa, reader, '/reports'),
      showRegion(sapa, reader, 'dashboard.cards', {}, budget),
      showRegion(sapa, reader, 'report.cards', { from, to }, budget),
      listSources(sapa, words.locale)
    ])
    return reply.page('report/index', { shell, today, report, range, problems, sources })
  }
}
