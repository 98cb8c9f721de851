import type { Channels } from '../channel/registry.ts'

/** How a channel is shown. */
export interface ChannelLook {
  type: string
  label: string
  /** Symbol of the sprite, or an address with `#id`. */
  icon: string
}

/** A channel whose plugin is off keeps its place: its type as name and a neutral glyph. */
export function channelLook(channels: Channels, type: string, locale: string): ChannelLook {
  const definition = channels.get(type)
  if (!definition) return { type, label: type, icon: 'glyph-bubble' }
  return {
    type,
    label: locale === 'en' ? definition.label.en : definition.label.id,
    icon: definition.icon
  }
}

/** Whether its messages have subjects, as mails do. A page stands also where the channel cannot say so. */
export function hasSubject(channels: Channels, type: string): boolean {
  try {
    return channels.get(type)?.capabilities({}).hasSubject ?? false
  } catch {
    return false
  }
}
