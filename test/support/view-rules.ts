import { findAll, place, type Source } from './source.ts'
import type { Rule } from './walls.ts'

const forbidden: [RegExp, string][] = [
  [/<script(?![^>]*\ssrc=)(?![^>]*type="application\/json")[^>]*>/gi, 'inline script'],
  [/<style[\s>]/gi, 'inline style sheet'],
  [/\sstyle\s*=\s*["']/gi, 'inline style'],
  [/\shx-on[:=-]/gi, 'hx-on'],
  [/\son[a-z]+\s*=\s*["']/gi, 'inline event handler'],
  [/["']\s*js:/gi, 'js: value'],
  [/(?:href|src|action)\s*=\s*["']\s*javascript:/gi, 'javascript: link'],
  [/hx-trigger="[^"]*\[/gi, 'filter in hx-trigger']
]

/** What the content security policy forbids would fail silently in the browser: fail here instead. */
export const viewsObeyThePolicy: Rule = views =>
  views.flatMap(view => forbidden.flatMap(([pattern, what]) => findAll(view, pattern, () => what)))

const raw = /<%~\s*([\s\S]*?)%>/g
const mayBeRaw = /^(await\s+)?(include|includeAsync|it\.include)\(|^it\.body\b|\bsafe[A-Z]\w*$/

export const rawOutputIsSafe: Rule = views =>
  views.flatMap(view =>
    findAll(
      view,
      raw,
      ([, code = '']) => !mayBeRaw.test(code.trim()) && `raw output of ${code.trim()}`
    )
  )

const tag =
  /<([a-z][\w-]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)*)\s*\/?>/gi
const verb = /^hx-(get|post|put|patch|delete|boost|action)(:inherited)?$|^hx-(sse|ws):/
const needsVerb = /^hx-(target|swap|headers)$/

/** htmx 4 inherits nothing by itself: these on a container do nothing unless told `:inherited`. */
export const htmxSettingsTakeEffect: Rule = views =>
  views.flatMap(view =>
    tagsOf(view).flatMap(({ name, attributes, at }) => {
      if (name === 'hx-partial' || attributes.some(attribute => verb.test(attribute))) return []
      return attributes
        .filter(attribute => needsVerb.test(attribute))
        .map(attribute => `${at} ${attribute} without a verb or :inherited`)
    })
  )

function tagsOf(view: Source): { name: string; attributes: string[]; at: string }[] {
  const text = view.text.replaceAll(/<%[\s\S]*?%>/g, code => code.replaceAll(/[^\n]/g, 'x'))
  return [...text.matchAll(tag)].map(match => ({
    name: (match[1] ?? '').toLowerCase(),
    attributes: (match[2] ?? '')
      .replaceAll(/=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+)/g, ' ')
      .split(/\s+/)
      .filter(Boolean),
    at: place({ path: view.path, text }, match.index)
  }))
}
