import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { codeFile } from '../../paths.ts'
import type { DemoShop, DemoSide, PluginDemo } from '../../plugin-api/demo.ts'
import type { PluginEntry } from '../../plugin-host/host.ts'
import type { Sapa } from '../../sapa.ts'
import type { Medium } from './script.ts'

/** By the type of their channel. */
export type Sides = Map<Medium, DemoSide>

/** Plugins that bring the other side of their channel run as they are, and are let reach it. */
export async function startSides(
  { plugins, config }: Sapa,
  shop: DemoShop,
  stops: (() => unknown)[]
): Promise<Sides> {
  const sides: Sides = new Map()
  for (const plugin of await plugins.list()) {
    const file = fileOf(plugin)
    if (!existsSync(file)) continue
    const { default: demo } = (await import(pathToFileURL(file).href)) as { default: PluginDemo }
    const { state, reason } = await plugins.activate(plugin.id)
    if (state !== 'active') throw new Error(`${plugin.id} does not start: ${reason ?? state}`)
    const side = await demo.start(shop)
    stops.push(() => side.close())
    config.privateHosts.push(side.host)
    sides.set(demo.channel as Medium, side)
  }
  return sides
}

const fileOf = ({ id, isBundled, folder }: PluginEntry) =>
  isBundled ? codeFile(`plugins/${id}/demo`) : join(folder, 'demo.js')
