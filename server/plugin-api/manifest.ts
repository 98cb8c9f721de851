/** `plugin.json`: data that can be read without running the plugin's code. */
export interface PluginManifest {
  /** `^[a-z][a-z0-9-]{1,30}$`, never changes; also the folder name. */
  id: string
  /** Such as `1.4.0`. A change of code is a new version. */
  version: string
  /** Semver range of the plugin API, such as `^1.0`. */
  api: string
  /** As owners read it in the list. */
  title: Text
  /** One sentence: what it adds. */
  description: Text
  /** Who to ask. */
  author: string
  /** Name of an icon of Sapa, such as `phone`; else the piece of a puzzle. */
  icon?: string
  /** Where to read more, `https://…`. */
  homepage?: string
  /** What the plugin adds, such as `channel:email`. Checked against what it registers. */
  provides: string[]
  /**
   * What the plugin may do, such as `net:*`, `net:api.example.com`, `customers:read`,
   * `conversations:write`, `mail:send`. Shown before activation.
   */
  scopes: string[]
  /** Other plugins that must be on, with the versions that fit. While one is off, this one waits. */
  requires?: { plugins?: Record<string, string> }
  /** Other plugins that are used when they are there: they start first. */
  optional?: { plugins?: Record<string, string> }
  /** Plugins that it cannot run beside. */
  conflicts?: string[]
  /**
   * Paths at the root of Sapa's address that its routes with `mount: 'site'` answer: a file (`/widget.js`) or
   * all below a folder (`/chat/`). Sapa's own cannot be taken, nor those of another active plugin.
   */
  paths?: string[]
  /** Languages of `locales/`. */
  locales?: string[]
  /** It keeps facts about customers of its own: then it must erase and export them. */
  personalData?: boolean
  /** For bundled plugins only: on from the first start. */
  activeByDefault?: boolean
}

/** One text in both languages of the interface. */
export interface Text {
  en: string
  id: string
}
