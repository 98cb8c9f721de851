import type {
  Html,
  OwnAccount,
  PluginPage,
  PluginReply,
  PluginRequest,
  PluginRoute
} from 'sapa/plugin-api'
import type { ChatTools } from '../tools.ts'
import { widgetKey } from '../widget.ts'
import { answerColors } from './brand.ts'
import { fallbacksOf } from './fallback.ts'
import type { Drawing } from './field.ts'
import { changeKeys, keyDeedIn, type KeyDeed } from './key.ts'
import { drawPage, type Showing } from './page.ts'
import { seenWords } from './sighting.ts'
import { isForm, tabIn, type FormTab } from './tabs.ts'
import { patchOf, storedValues, typedValues } from './values.ts'

/** The owner's pages. */
export function roomPages(tools: ChatTools): PluginPage[] {
  return [
    {
      path: '/widget',
      title: { en: 'Web chat', id: 'Chat web' },
      access: 'admin',
      script: 'rooms.js',
      style: 'rooms.css',
      handle: request => answer(tools, request)
    }
  ]
}

/** What the page's script asks, and the way from an account to its sample shop. */
export function roomRoutes(tools: ChatTools): PluginRoute[] {
  const { sapa } = tools
  return [
    {
      ...{ method: 'GET', path: '/widget/colors', access: 'admin' },
      handle: async ({ agent, query }) => ({ body: answerColors(sapa, localeOf(agent), query) })
    },
    {
      ...{ method: 'GET', path: '/try', access: 'admin' },
      handle: request => openTry(tools, request)
    }
  ]
}

async function openTry({ sapa, db, clock }: ChatTools, { query }: PluginRequest) {
  const account = (await sapa.accounts.list()).find(one => String(one.id) === query['account'])
  if (!account) return { redirect: '/p/webchat/widget' }
  return { redirect: `/chat/${await widgetKey(db, account.id, clock())}/try` }
}

async function answer(tools: ChatTools, request: PluginRequest): Promise<Html | PluginReply> {
  const accounts = await tools.sapa.accounts.list()
  const account = accounts.find(one => String(one.id) === request.query['account'])
  if (!account) return choose(tools, request, accounts)
  const tab = tabIn(request.query['tab'])
  if (request.method !== 'POST') return show(tools, request, { account, tab })
  const deed = keyDeedIn(request.form?.['key'])
  if (deed) return changeKey(tools, request, account, deed)
  return isForm(tab) ? save(tools, request, account, tab) : show(tools, request, { account, tab })
}

async function save(
  tools: ChatTools,
  request: PluginRequest,
  account: OwnAccount,
  tab: FormTab
): Promise<Html | PluginReply> {
  const typed = typedValues(tab, request.form ?? {})
  const { locale } = drawingFor(tools, request)
  const done = await tools.sapa.accounts.save(account.id, patchOf(typed), { locale })
  if (done.isOk) return { redirect: addressOf(account, tab, '&saved=1'), status: 303 }
  const values = { ...storedValues(account), ...typed }
  return show(tools, request, { account, tab, values, errors: done.fields })
}

async function changeKey(
  tools: ChatTools,
  request: PluginRequest,
  account: OwnAccount,
  deed: KeyDeed
): Promise<Html | PluginReply> {
  const change = changeKeys(account, deed, request.form?.['seen'])
  if (!change) return show(tools, request, { account, tab: 'safety', keyNews: { made: null } })
  await tools.sapa.accounts.save(account.id, change.patch)
  const { made } = change
  if (made === null)
    return { redirect: addressOf(account, 'safety', '#p-webchat-keys'), status: 303 }
  const settings = { ...account.settings, ...change.patch }
  const after = { ...account, settings }
  return show(tools, request, { account: after, tab: 'safety', keyNews: { made } })
}

const addressOf = (account: OwnAccount, tab: FormTab, rest: string) =>
  `/p/webchat/widget?account=${account.id}&tab=${tab}${rest}`

async function show(
  tools: ChatTools,
  request: PluginRequest,
  given: Pick<Showing, 'account' | 'tab'> & Partial<Showing>
): Promise<Html> {
  const { sapa, db, clock } = tools
  const { name, publicUrl } = await sapa.business()
  const { id } = given.account
  const key = await widgetKey(db, id, clock())
  return drawPage(drawingFor(tools, request), {
    ...{ values: storedValues(given.account), errors: {}, keyNews: null },
    isSaved: request.query['saved'] === '1' && request.method === 'GET',
    place: { publicUrl, key },
    seen: seenWords(await tools.sightings.list(id), localeOf(request.agent), clock()),
    fallbacks: fallbacksOf(sapa, name),
    ...given
  })
}

/** Without the number of a widget: all of them. */
function choose(tools: ChatTools, request: PluginRequest, accounts: OwnAccount[]): Html {
  const { html, t } = drawingFor(tools, request)
  if (accounts.length === 0) return html`<p class="empty">${t('rooms.none')}</p>`
  return html`<ul class="stack">
    ${accounts.map(
      ({ id, name }) =>
        html`<li><a class="link" href="/p/webchat/widget?account=${id}">${name}</a></li>`
    )}
  </ul>`
}

function drawingFor({ sapa }: ChatTools, { agent }: PluginRequest): Drawing {
  const locale = localeOf(agent)
  return {
    ...{ html: sapa.html, locale, say: sapa.t },
    t: (key, values) => sapa.t(locale, key, values)
  }
}

const localeOf = (agent: PluginRequest['agent']) => (agent?.locale === 'en' ? 'en' : 'id')
