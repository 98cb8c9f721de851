import type { Agent } from '../agent/table.ts'
import { may } from '../agent/permission.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import { pluginBanners } from '../plugins/banner.ts'
import { iconOf } from '../plugins/icon.ts'
import { listTroubledPlugins } from '../plugins/trouble.ts'
import type { Translator } from '../i18n/words.ts'
import type { Sapa } from '../sapa.ts'
import { getSetting } from '../setting/get.ts'
import { avatarOf, type Avatar } from './avatar.ts'
import { bannersFor, type Banner } from './banner.ts'
import { channelLook, type ChannelLook } from './channel-look.ts'
import { listViews, type CountedView } from './count.ts'
import type { Reader } from './reader.ts'

/** One entry of the navigation. */
export interface NavItem {
  href: string
  label: string
  icon?: string
  channel?: ChannelLook
  count?: number
  isHot?: boolean
  isCurrent?: boolean
  keys?: string
  badge?: number
}

/** What the layout of signed-in pages needs; see views/layouts/app.eta. */
export interface Shell {
  businessName: string
  homeUrl: string
  navUrl: string
  theme: string
  density: string
  hasSingleKeys: boolean
  unread: number
  /** The last event that this page is sure to know of. */
  livePosition: string
  stylesheets: string[]
  views: NavItem[]
  channels: NavItem[]
  /** Pages of plugins. */
  plugins: NavItem[]
  links: NavItem[]
  bar: NavItem[]
  banners: Banner[]
  me: Avatar & { state: string; href: string }
}

/** The frame around every signed-in page. `current` is the path that is marked. */
export async function shellOf(sapa: Sapa, reader: Reader, current: string): Promise<Shell> {
  const { agent, words, liveSince } = reader
  const [businessName, views, banners, troubled] = await Promise.all([
    getSetting(sapa.db, 'businessName'),
    listViews(sapa.reader, agent),
    bannersFor(sapa, reader),
    listTroubledPlugins(sapa.reader, agent)
  ])
  const items = views.filter(isListed).map(view => itemOf(view, sapa, words, current))
  const mine = views.find(view => view.slug === 'mine')?.count ?? 0
  return {
    businessName: businessName || 'Sapa',
    homeUrl: '/inbox',
    navUrl: `/nav?current=${encodeURIComponent(current)}`,
    theme: agent.theme,
    density: agent.density,
    hasSingleKeys: agent.shortcuts === 1,
    livePosition: liveSince,
    unread: mine,
    stylesheets: ['/channels.css'],
    views: items.filter(item => item.channel === undefined),
    channels: items.filter(item => item.channel !== undefined),
    plugins: pluginItems(sapa, reader, current),
    links: linksFor(agent, words, current, troubled.length),
    bar: barFor(words, current, mine),
    banners: [...(await pluginBanners(sapa, troubled, words)), ...banners],
    me: { ...avatarOf(agent.name), state: words.t(`role.${agent.role}`), href: '/me' }
  }
}

/** Empty spam stays out of the way. */
const isListed = (view: CountedView) => view.slug !== 'spam' || view.count > 0

const icons: Record<string, string> = {
  mine: 'inbox',
  unassigned: 'circle-user',
  all: 'list',
  snoozed: 'alarm-clock',
  closed: 'circle-check',
  spam: 'ban'
}

const keys: Record<string, string> = { mine: 'g i', unassigned: 'g u', all: 'g a' }

function itemOf(view: CountedView, sapa: Sapa, words: Translator, current: string): NavItem {
  const href = `/inbox/${view.slug}`
  const item: NavItem = {
    href,
    label: view.word ? words.t(view.word) : (view.name ?? ''),
    icon: icons[view.slug] ?? 'users-round',
    isCurrent: href === current,
    isHot: (view.slug === 'mine' || view.slug === 'unassigned') && view.count > 0
  }
  if (view.queue !== 'closed') item.count = view.count
  if (view.channel) item.channel = channelLook(sapa.channels, view.channel, words.locale)
  const key = keys[view.slug]
  if (key) item.keys = key
  return item
}

/** Numbers are shown as they were known: the page does not wait for plugins. */
function pluginItems(
  { plugins, live }: Sapa,
  { agent, words }: { agent: Agent; words: Translator },
  current: string
): NavItem[] {
  return plugins.offers.pages.listNav(agent.role).map(({ plugin, page, nav, badge }) => {
    const href = `/p/${plugin}${page.path}`
    const item: NavItem = {
      href,
      label: inLocale(page.title, words.locale),
      icon: iconOf(nav),
      isCurrent: href === current
    }
    const count = badge?.read(() => live.publish([{ topic: 'nav.changed' }]))
    return count ? { ...item, count } : item
  })
}

function linksFor(agent: Agent, words: Translator, current: string, troubled: number): NavItem[] {
  const link = (href: string, word: string, icon: string): NavItem => ({
    href,
    label: words.t(word),
    icon,
    isCurrent: current.startsWith(href)
  })
  return [
    ...(may(agent.role, 'customer:read')
      ? [{ ...link('/customers', 'nav.customers', 'users-round'), keys: 'g c' }]
      : []),
    ...(may(agent.role, 'report:read') ? [link('/reports', 'nav.reports', 'chart-column')] : []),
    ...(may(agent.role, 'plugin:manage')
      ? [
          {
            ...link('/plugins', 'nav.plugins', 'puzzle'),
            ...{ keys: 'g p', isHot: true },
            ...(troubled > 0 && { count: troubled })
          }
        ]
      : []),
    ...(may(agent.role, 'journal:manage') ? [link('/settings', 'nav.settings', 'settings')] : [])
  ]
}

/** What a thumb needs most; the sheet of the last item has the rest. */
function barFor(words: Translator, current: string, mine: number): NavItem[] {
  const item = (href: string, word: string, icon: string): NavItem => ({
    href,
    label: words.t(word),
    icon,
    isCurrent: current.startsWith(href)
  })
  return [
    { ...item('/inbox/mine', 'nav.bar.mine', 'inbox'), badge: mine },
    item('/inbox/unassigned', 'nav.bar.unassigned', 'circle-user'),
    item('/inbox/all', 'nav.bar.all', 'list'),
    item('/me', 'nav.bar.me', 'user-round')
  ]
}
