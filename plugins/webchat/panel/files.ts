import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PluginReply, PluginRequest } from 'sapa/plugin-api'

interface Built {
  loader: { name: string; hash: string }
  /** Names in the folder; each has the hash of its content in it. */
  script: string
  style: string
  laterStyle: string
  /** Of the page to try it. */
  shopStyle: string
  /** What the script needs at once. */
  preload: string[]
}

/** What bin/build-widget.js has made: beside the compiled code, also when the sources run. */
const folder = [
  join(import.meta.dirname, '../browser'),
  join(import.meta.dirname, '../../../dist/plugins/webchat/browser')
].find(path => existsSync(join(path, 'manifest.json')))

let read: Built | null = null

/** Throws when nothing was built. */
export function built(): Built {
  if (!folder) throw new Error('The widget was not built: run npm run build')
  read ??= JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Built
  return read
}

/** Pages of other sites load it, and look for a newer one within the hour. */
export function sendLoader(request: PluginRequest): PluginReply {
  const { name, hash } = built().loader
  const headers = { 'cache-control': 'public, max-age=3600', etag: `"${hash}"` }
  if (request.headers['if-none-match'] === headers.etag) return { status: 304, headers }
  return send(request, name, headers)
}

/** Files whose names change with their content. */
export function sendAsset(request: PluginRequest): PluginReply {
  const name = request.params['file'] ?? ''
  if (!/^[\w-]+\.(js|css)$/.test(name) || !folder || !existsSync(join(folder, name))) {
    return { status: 404, headers: { 'cache-control': 'no-store' }, body: '' }
  }
  return send(request, name, { 'cache-control': 'public, max-age=31536000, immutable' })
}

function send({ headers }: PluginRequest, name: string, own: Record<string, string>): PluginReply {
  const accepted = headers['accept-encoding'] ?? ''
  const encoding = ['br', 'gzip'].find(one => accepted.includes(one))
  const ending = { br: '.br', gzip: '.gz' }[encoding ?? ''] ?? ''
  return {
    headers: {
      'content-type': `text/${name.endsWith('.css') ? 'css' : 'javascript'}; charset=utf-8`,
      // Sapa's own pages are closed to other sites; this is meant for them.
      'cross-origin-resource-policy': 'cross-origin',
      ...{ 'x-content-type-options': 'nosniff', vary: 'Accept-Encoding' },
      ...(encoding && { 'content-encoding': encoding }),
      ...own
    },
    body: readFileSync(join(folder ?? '', `${name}${ending}`))
  }
}
