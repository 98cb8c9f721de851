import type { Text } from './manifest.ts'
import type { Dispose } from './plugin.ts'

/** A right of its own that the owner can give to a role. */
export interface PluginPermission {
  /** Such as `orders`; routes, pages and slots name it. */
  name: string
  label: Text
  /** Least role that has it until the owner chooses another. */
  role: 'agent' | 'supervisor' | 'admin' | 'owner'
}

/** `sapa plugin run <plugin> <command> [argument…]` */
export interface PluginCommand {
  name: string
  summary: string
  /** Returns the exit code; nothing is 0. */
  run(
    args: string[],
    terminal: { say(line: string): void; signal: AbortSignal }
  ): Promise<number | void>
}

/** The functions of an exposed object, as others call them. */
export type Exposed<Api extends object> = {
  readonly [
    Name in keyof Api as Api[Name] extends (...args: never) => unknown ? Name : never
  ]: Api[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Awaited<Answer>>
    : never
}

/** What `sapa` offers towards the owner, the command line and other plugins. */
export interface NeighbourContext {
  /** A right that the owner can give to a role; routes, pages and slots name it. */
  permission(permission: PluginPermission): Dispose
  /** `sapa plugin run <plugin> <command>`. */
  command(command: PluginCommand): Dispose
  /** An object with functions that other plugins may call. Once per plugin. */
  expose(api: object): Dispose
  /**
   * What another plugin exposes, or null when it is off or its version is not in `range`. Every
   * function answers with a promise within 15 s, and fails once that plugin is switched off: ask
   * again for each piece of work. What fails there is that plugin's fault.
   */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what it calls
  use<Api extends object>(plugin: string, range?: string): Exposed<Api> | null
}
