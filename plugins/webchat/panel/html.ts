import type { PluginReply } from 'sapa/plugin-api'

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escape = (text: string): string => text.replace(/[&<>"]/g, one => entities[one] ?? '')

/** A whole page with its own content policy; nothing of it is kept by browsers. */
export function pageReply(body: string, policy: Record<string, string>): PluginReply {
  const rules = Object.entries(policy).map(([name, value]) => `${name} ${value}`)
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': rules.join('; '),
      // Sites that isolate themselves may frame it too.
      ...{ 'cross-origin-resource-policy': 'cross-origin', 'x-content-type-options': 'nosniff' }
    },
    body
  }
}
