import { Type } from '../web/type.ts'
import type { Sapa } from '../sapa.ts'
import { getSettings } from '../setting/get.ts'
import { saveSettings } from '../setting/save.ts'
import type { Settings } from '../setting/schema.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { frameOf, type Frame } from './frame.ts'
import { timeZoneChoices } from './time-zone.ts'

/** As the fields hold them. */
type Typed = Record<Exclude<keyof Settings, 'country' | 'privateHosts'>, string>

declare module '../web/page.ts' {
  interface Views {
    'settings/general': Frame & {
      values: Typed
      timeZones: { value: string; label: string }[]
      problem: Problem | null
      notice: string | null
    }
  }
}

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }))
const body = Type.Object({
  businessName: text(200),
  locale: text(10),
  timeZone: text(64),
  continuityHours: text(20),
  reopenDays: text(20),
  undoSeconds: text(20),
  journalDays: text(20),
  noticeRecipients: text(6000),
  showsRemoteImages: text(10),
  showsRead: text(10)
})
const query = Type.Object({ notice: Type.Optional(Type.Literal('saved')) })
const home = '/settings/general'

/** What holds for the whole installation. */
export function generalRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'setting:manage' } as const

  app.get(home, { schema: { querystring: query }, config }, async (request, reply) => {
    const notice = request.query.notice ? 'settings.saved' : null
    return show(request, reply, typedOf(await getSettings(sapa.db)), null, notice)
  })

  app.post(
    home,
    {
      schema: { body },
      config: {
        ...config,
        onRefusal: (request, reply, problem) => {
          const typed = (request.body ?? {}) as Partial<Typed>
          return show(request, reply, { ...empty, ...typed }, problem, null)
        }
      }
    },
    async (request, reply) => {
      await saveSettings(sapa.db, readSettings({ ...empty, ...request.body }), sapa.clock())
      return reply.redirect(`${home}?notice=saved`, 303)
    }
  )

  async function show(
    request: Request,
    reply: Reply,
    values: Typed,
    problem: Problem | null,
    notice: string | null
  ) {
    const frame = await frameOf(sapa, request, home)
    const timeZones = timeZoneChoices(values.timeZone)
    return reply.page('settings/general', { ...frame, values, timeZones, problem, notice })
  }
}

const empty: Typed = {
  ...{ businessName: '', locale: '', timeZone: '', continuityHours: '', reopenDays: '' },
  ...{
    undoSeconds: '',
    journalDays: '',
    noticeRecipients: '',
    showsRemoteImages: '',
    showsRead: ''
  }
}

/** Checked by `saveSettings`; an empty number is none. */
function readSettings(typed: Typed): Partial<Settings> {
  const number = (value: string) => (value.trim() === '' ? Number.NaN : Number(value))
  return {
    businessName: typed.businessName.trim(),
    locale: typed.locale as Settings['locale'],
    timeZone: typed.timeZone,
    continuityHours: number(typed.continuityHours),
    reopenDays: number(typed.reopenDays),
    undoSeconds: number(typed.undoSeconds),
    journalDays: number(typed.journalDays),
    noticeRecipients: typed.noticeRecipients.split(/[\s,;]+/).filter(Boolean),
    showsRemoteImages: typed.showsRemoteImages === 'true',
    showsRead: typed.showsRead === 'true'
  }
}

function typedOf(settings: Settings): Typed {
  return {
    businessName: settings.businessName,
    locale: settings.locale,
    timeZone: settings.timeZone,
    continuityHours: String(settings.continuityHours),
    reopenDays: String(settings.reopenDays),
    undoSeconds: String(settings.undoSeconds),
    journalDays: String(settings.journalDays),
    noticeRecipients: settings.noticeRecipients.join('\n'),
    showsRemoteImages: String(settings.showsRemoteImages),
    showsRead: String(settings.showsRead)
  }
}
