import { join } from 'node:path'
import { Eta } from 'eta'
import { isCompiled, root } from '../paths.ts'
import { escapeHtml } from './html.ts'

/** Folders of views that belong to plugins: `telegram:settings` is `settings.eta` in Telegram's folder. */
const pluginFolders = new Map<string, string>()

/** Makes a plugin's views known; the returned function forgets them. */
export function addViews(plugin: string, folder: string): () => void {
  pluginFolders.set(plugin, folder)
  return () => void pluginFolders.delete(plugin)
}

export const viewsFolder = join(root, 'views')

export function createEta(): Eta {
  const eta = new Eta({
    views: viewsFolder,
    cache: isCompiled,
    debug: !isCompiled,
    escapeFunction: escapeHtml
  })
  const resolveCore = eta.resolvePath
  const resolved = new Map<string, string>()
  eta.resolvePath = function (template, options) {
    const named = /^([a-z][a-z0-9-]*):([\w/-]+)$/.exec(template)
    if (!named) {
      // Every include asks; the answer depends on where it stands alone.
      const key = `${options?.filepath} ${template}`
      const path = resolved.get(key) ?? resolveCore?.call(this, template, options) ?? template
      resolved.set(key, path)
      return path
    }
    const folder = pluginFolders.get(named[1] ?? '')
    if (!folder) throw new Error(`No views of a plugin "${named[1]}"`)
    return join(folder, `${named[2]}.eta`)
  }
  return eta
}
