/** `plugin.json`: data that can be read without running the plugin's code. */
export interface PluginManifest {
  /** `^[a-z][a-z0-9-]{1,30}$`, never changes; also the folder name. */
  id: string
  version: string
  /** Semver range of the plugin API, such as `^1.0`. */
  api: string
  title: Text
  description: Text
  author: string
  icon?: string
  homepage?: string
  /** What the plugin adds, such as `channel:email`. Checked against what it registers. */
  provides: string[]
  /** What the plugin may do, such as `net:*` or `net:api.example.com`. Shown before activation. */
  scopes: string[]
  requires?: { plugins?: Record<string, string> }
  conflicts?: string[]
}

/** One text in both languages of the interface. */
export interface Text {
  en: string
  id: string
}
