import { h } from './element.ts'

/** Initials on one of six colours, always the same for the same name. */
export function avatar(name: string): HTMLElement {
  const words = name.trim().split(/\s+/)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map(part => [...(part ?? '')][0] ?? '')
    .join('')
  const sum = [...name].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0)
  return h('span', { class: `av av${sum % 6}`, 'aria-hidden': 'true' }, letters.toUpperCase())
}
