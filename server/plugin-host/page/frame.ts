import { isOwnPage } from '../../channel/account/own-page.ts'
import { shellOf, type Shell } from '../../inbox/shell.ts'
import type { Sapa } from '../../sapa.ts'
import type { Reply, Request } from '../../web/app.ts'
import type { SafeHtml } from '../../web/html.ts'
import { agentOf } from '../../web/permission.ts'
import { inLocale } from '../form/fields.ts'
import type { PageBody } from './body.ts'

declare module '../../web/page.ts' {
  interface Views {
    'plugin/page': { shell: Shell; page: ShownPage }
  }
}

export interface ShownPage {
  plugin: string
  title: string
  source: string
  html: SafeHtml
  script: string | null
}

/** A page of a plugin within Sapa's; for htmx its content alone. */
export async function sendPage(
  sapa: Sapa,
  request: Request,
  reply: Reply,
  { placed, html }: PageBody
): Promise<unknown> {
  if (request.headers['hx-request']) {
    return reply.type('text/html; charset=utf-8').send(html.html)
  }
  const { words, liveSince } = request
  const { plugin, page, source, assets, stamp } = placed
  const file = (name: string) => `${assets}${name}?${stamp}`
  const path = request.url.split('?')[0] ?? ''
  const isSetting = isOwnPage(sapa.channels, { plugin, path: page.path })
  const current = isSetting ? '/settings' : path
  const shell = await shellOf(sapa, { agent: agentOf(request), words, liveSince }, current)
  if (page.style) shell.stylesheets.push(file(page.style))
  return reply.page('plugin/page', {
    shell,
    page: {
      plugin,
      title: inLocale(page.title, words.locale),
      source: inLocale(source, words.locale),
      html,
      script: page.script ? file(page.script) : null
    }
  })
}
