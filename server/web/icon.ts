import { asset } from './assets.ts'
import { escapeHtml, SafeHtml } from './html.ts'

/** An icon of the sprite. Without a label it is decoration and silent for screen readers. */
export function icon(name: string, label?: string): SafeHtml {
  const voice = label ? `role="img" aria-label="${escapeHtml(label)}"` : 'aria-hidden="true"'
  const address = `${asset('icons.svg')}#${escapeHtml(name)}`
  return new SafeHtml(`<svg class="icon" ${voice}><use href="${address}"></use></svg>`)
}
