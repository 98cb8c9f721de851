import type { Identity } from './event.ts'

/**
 * The default export of a plugin's `demo.ts`, beside its `index.ts`: the other side of its channel, played in the
 * process of `sapa demo`. The plugin itself runs as it always does, and speaks with this instead of the real provider.
 */
export interface PluginDemo {
  /** The type of the channel. */
  channel: string
  start(shop: DemoShop): Promise<DemoSide>
}

export interface DemoShop {
  /** As customers know it. */
  name: string
}

export interface DemoPerson {
  name: string
  /** With + and country code. No other person has it. */
  phone: string
  /** A user name. */
  handle: string
  language: 'en' | 'id'
}

export interface DemoSide {
  account: {
    name: string
    address: string
    externalId: string
    /** What its owner would have typed into the account's form. */
    form: Record<string, unknown>
  }
  /** `host:port` of the provider, which the plugin may reach although it is this machine. */
  host: string
  /** The account is there; a provider that calls Sapa calls this. */
  connected(webhookUrl: string): void
  /** As the plugin will name them when they write. */
  placeOf(person: DemoPerson): { identity: Identity; threadKey: string }
  /** Something that was said before the demo began; returns its `remoteId`. */
  recall(person: DemoPerson, said: { isOurs: boolean; text: string; at: number }): string
  /** A customer does something; false: there is no such thing here. */
  says(person: DemoPerson, words: DemoWords): Promise<boolean>
  /** Told of each message that the shop has sent. */
  onSent(listener: (person: DemoPerson) => void): void
  close(): Promise<void>
}

export type DemoWords =
  | { kind: 'text'; text: string }
  | { kind: 'photo'; bytes: Uint8Array; mime: string; text: string }
  | { kind: 'voice'; bytes: Uint8Array; mime: string; seconds: number }
  | { kind: 'place'; latitude: number; longitude: number; name: string; address: string }
  /** Other words for the last that they wrote. */
  | { kind: 'edit'; text: string }
  /** To the last that the shop wrote. */
  | { kind: 'reaction'; emoji: string }
  /** By way of an advertisement. */
  | { kind: 'advertised'; text: string; title: string; body: string }
  | { kind: 'block' }
