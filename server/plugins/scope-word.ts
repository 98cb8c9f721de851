import type { PluginManifest } from '../plugin-api/manifest.ts'
import type { Translator } from '../i18n/words.ts'

/** What a plugin may do and where it goes, in words: `internet: graph.facebook.com`. */
export function permissionWords(manifest: PluginManifest | null, { t }: Translator): string[] {
  if (!manifest) return []
  const hosts = manifest.scopes.filter(isNet).map(scope => scope.slice('net:'.length))
  const scopes = manifest.scopes.filter(scope => !isNet(scope))
  const kinds = new Set(manifest.provides.map(thing => thing.split(':')[0] ?? ''))
  return [
    ...[...kinds].filter(kind => known.has(kind)).map(kind => t(`plugins.provides.${kind}`)),
    ...scopes.map(scope => scopeWord(scope, t)),
    ...(manifest.personalData ? [t('plugins.scope.personal')] : []),
    ...hosts.map(host => scopeWord(`net:${host}`, t))
  ]
}

/** One scope in words; an unknown one as it is written. */
export function scopeWord(scope: string, t: Translator['t']): string {
  if (scope === 'net:*') return t('plugins.scope.anywhere')
  if (isNet(scope)) return t('plugins.scope.net', { host: scope.slice('net:'.length) })
  const [what = '', how = ''] = scope.split(':')
  return knownScopes.has(scope) ? t(`plugins.scope.${what}_${how}`) : scope
}

const isNet = (scope: string) => scope.startsWith('net:')

const known = new Set(['channel', 'slot', 'page', 'rule', 'command', 'filter'])

const knownScopes = new Set([
  'customers:read',
  'customers:write',
  'conversations:read',
  'conversations:write',
  'mail:send'
])
