import type { Text } from './manifest.ts'
import type { Dispose, PluginReply, PluginRequest } from './plugin.ts'
import type { Html } from './slots.ts'

/** A whole page of a plugin inside Sapa's frame, at `/p/<plugin>/<path>`. */
export interface PluginPage {
  path: string
  title: Text
  access: 'agent' | 'supervisor' | 'admin'
  /** A permission of this plugin instead of `access` alone. */
  permission?: string
  /** Puts it into the navigation. */
  nav?: {
    icon: string
    /** Low first, default 10. */
    priority?: number
    /** A number behind it; asked for at most once in 30 s. */
    badge?(): Promise<number | null>
  }
  /** Files of the plugin's `public/`, loaded with this page only. */
  script?: string
  style?: string
  /** GET and POST come here. Html is cleaned like a slot's and framed; a reply (redirect) goes out as it is. */
  handle(request: PluginRequest): Promise<Html | PluginReply>
}

/** What `sapa` offers for pages. */
export interface PageContext {
  /** Adds a whole page, with a place in the navigation if you like. */
  page(page: PluginPage): Dispose
}
