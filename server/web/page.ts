import view from '@fastify/view'
import { may, type Permission } from '../agent/permission.ts'
import type { Agent } from '../agent/table.ts'
import type { Translator, Values } from '../i18n/words.ts'
import { isCompiled } from '../paths.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Request } from './app.ts'
import { asset } from './assets.ts'
import type { SafeHtml } from './html.ts'
import { icon } from './icon.ts'
import { createEta, viewsFolder } from './view.ts'

/**
 * The views and what each is given. Every routes file adds its own by declaration merging:
 * `declare module '../web/page.ts' { interface Views { 'inbox/index': { rows: Row[] } } }`.
 */
// oxlint-disable-next-line typescript/no-empty-object-type
export interface Views {}

/** What every view may use, as `it.…`. */
export interface Locals {
  t: (key: string, values?: Values) => string
  /** Numbers and times in the reader's language and zone. */
  format: Translator
  agent: Agent | null
  can: (permission: Permission) => boolean
  asset: (name: string) => string
  icon: (name: string, label?: string) => SafeHtml
  /** Path with query of this page. */
  url: string
  publicUrl: string
  /** Milliseconds UTC. */
  now: number
  locale: string
  theme: string
  density: string
}

declare module 'fastify' {
  interface FastifyReply {
    /** @fastify/view under our name; pages use `page` and `part`. */
    eta(name: string, values: object): FastifyReply
    etaAsync(name: string, values: object): Promise<string>
    /** A whole page. */
    page<Name extends keyof Views>(name: Name, values: Views[Name]): FastifyReply
    /** A part of a page: the same views, without a layout. */
    part<Name extends keyof Views>(name: Name, values: Views[Name]): FastifyReply
    /** The HTML of a view, for pages that are put together. */
    render<Name extends keyof Views>(name: Name, values: Views[Name]): Promise<string>
  }
  interface FastifyRequest {
    /** Texts and formats of the reader. */
    words: Translator
    t: (key: string, values?: Values) => string
    /** Where the live stream stood when the request came: whatever is read for it is not older. */
    liveSince: string
  }
}

export async function usePages(app: App, sapa: Sapa): Promise<void> {
  await app.register(view, {
    engine: { eta: createEta() },
    root: viewsFolder,
    production: isCompiled,
    propertyName: 'eta'
  })
  app.decorateRequest('liveSince', '')
  app.addHook('onRequest', async request => {
    request.liveSince = sapa.live.position
  })
  app.decorateRequest('words', {
    getter(this: Request) {
      const { locale, timeZone } = readerOf(this)
      return sapa.words.translator(locale, timeZone)
    }
  })
  app.decorateRequest('t', {
    getter(this: Request) {
      return this.words.t
    }
  })
  app.decorateReply('page', function (name, values) {
    return this.type('text/html; charset=utf-8').eta(name, {
      ...localsOf(this.request, sapa),
      ...values
    })
  })
  app.decorateReply('part', function (name, values) {
    return this.page(name, values)
  })
  app.decorateReply('render', async function (name, values) {
    return this.etaAsync(name, { ...localsOf(this.request, sapa), ...values })
  })
}

function localsOf(request: Request, sapa: Sapa): Locals {
  const { agent, words } = request
  return {
    t: words.t,
    format: words,
    agent,
    can: permission => agent !== null && may(agent.role, permission),
    asset,
    icon,
    url: request.url,
    publicUrl: sapa.config.publicUrl,
    now: sapa.clock().getTime(),
    locale: words.locale,
    theme: agent?.theme ?? 'system',
    density: agent?.density ?? 'comfortable'
  }
}

/** Signed in: the profile. Signed out: the browser's wish, Indonesian when it has none of ours. */
function readerOf(request: Request): { locale: string; timeZone: string } {
  if (request.agent) return { locale: request.agent.locale, timeZone: request.agent.time_zone }
  const wanted = (request.headers['accept-language'] ?? '').toLowerCase()
  const first = wanted
    .split(',')
    .map(part => part.trim().slice(0, 2))
    .find(code => code === 'id' || code === 'en')
  return { locale: first ?? 'id', timeZone: 'Asia/Jakarta' }
}
