import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChannelDefinition, PluginRequest, PluginRoute, SapaContext } from 'sapa/plugin-api'
import plugin from '../index.ts'
import { fail } from './account.ts'
import { fetchStandIn } from './stand-in.ts'

export interface Installed {
  channel: ChannelDefinition
  values: Map<string, string>
  log: string[]
  /** Calls a route as this agent; the plugin host has checked `access` before. */
  get(path: string, agent?: number): ReturnType<PluginRoute['handle']>
}

/** The plugin as the host switches it on, without the host. */
export function install(): Installed {
  const routes: PluginRoute[] = []
  const log: string[] = []
  const values = new Map<string, string>()
  const found: { channel?: ChannelDefinition } = {}
  const line = (facts: object, text?: string) => void log.push(JSON.stringify({ ...facts, text }))
  const sapa: Partial<SapaContext> = {
    id: 'email',
    signal: new AbortController().signal,
    log: { debug: line, info: line, warn: line, error: line },
    values: {
      get: async key => values.get(key) ?? null,
      set: async (key, value) => void values.set(key, value),
      delete: async key => void values.delete(key)
    },
    channel(definition) {
      found.channel = definition
      return () => undefined
    },
    route(route) {
      routes.push(route)
      return () => undefined
    },
    fetch: fetchStandIn,
    t: (locale, key, given = {}) => {
      const text = texts(locale)[key] ?? key
      return text.replace(/\{(\w+)\}/g, (_, name: string) => String(given[name]))
    },
    failure: fail
  }
  plugin.setup(sapa as SapaContext)
  const { channel } = found
  if (!channel) throw new Error('the plugin registered no channel')
  return {
    channel,
    values,
    log,
    get(path, agent = 1) {
      const url = new URL(path, 'https://bantuan.toko.test')
      const route = routes.find(known => known.path === url.pathname)!
      const request: Partial<PluginRequest> = {
        query: Object.fromEntries(url.searchParams),
        agent: { id: agent, name: 'Rina', role: 'owner', locale: 'id', timeZone: 'Asia/Jakarta' }
      }
      return route.handle(request as PluginRequest)
    }
  }
}

export const texts = (locale: string) =>
  JSON.parse(
    readFileSync(join(process.cwd(), 'plugins/email/locales', `${locale}.json`), 'utf8')
  ) as Record<string, string>
