/**
 * The only door for plugins. Plugins import types from here and nothing else of Sapa;
 * everything that does something arrives as the argument of `setup`.
 */
export type * from './account.ts'
export type * from './channel.ts'
export type * from './database.ts'
export type * from './demo.ts'
export type * from './event.ts'
export type * from './hooks.ts'
export type * from './manifest.ts'
export type * from './neighbour.ts'
export type * from './outbound.ts'
export type * from './page.ts'
export type * from './plugin.ts'
export type * from './records.ts'
export type * from './rule.ts'
export type * from './settings.ts'
export type * from './slots.ts'
export type * from './stream.ts'
export type * from './template.ts'
