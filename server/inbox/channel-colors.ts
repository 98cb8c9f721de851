import type { Channels } from '../channel/registry.ts'

const color = /^#[0-9a-f]{6}$/i
const name = /^[a-z][a-z0-9-]*$/

/** A stylesheet with the colours that channels bring; anything but six hex digits is left out. */
export function channelColors(channels: Channels): string {
  const rules = channels.list().flatMap(({ type, colorLight, colorDark }) => {
    if (!name.test(type) || !color.test(colorLight) || !color.test(colorDark)) return []
    return [`[data-channel='${type}']{--channel-light:${colorLight};--channel-dark:${colorDark}}`]
  })
  return `@layer plugins{${rules.join('')}}\n`
}
