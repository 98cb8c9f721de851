import { setMaxListeners } from 'node:events'
import { pathToFileURL } from 'node:url'
import { satisfies } from 'semver'
import { within } from '../jobs/within.ts'
import type { PluginManifest } from '../plugin-api/manifest.ts'
import type { SapaPlugin } from '../plugin-api/plugin.ts'
import type { Active } from './active.ts'
import { runAs } from './attribution.ts'
import { contextOf } from './context.ts'
import { Disposers } from './disposers.ts'
import { checkForm } from './form/check.ts'
import { openForm } from './form/form.ts'
import { readTexts, wordPrefix } from './locale.ts'
import { keptLog } from './log-lines.ts'
import { apiVersion } from './manifest.ts'
import { maskedLog, secretsIn } from './mask.ts'
import { migratePlugin } from './migrations.ts'
import { noteKeeper } from './personal/keeper.ts'
import { listChoices } from './permission/choice.ts'
import { PluginRouter } from './router.ts'
import type { Found } from './scan.ts'
import { findPluginForm } from './state.ts'
import type { HostTools } from './tools.ts'

/** Made for another Sapa: not run at all. */
export class Incompatible extends Error {}

/** A plugin that it needs is off, or has another version. */
export class Waiting extends Error {}

/**
 * Starts a plugin, all or nothing: when anything fails, what it had registered is undone and the
 * reason thrown. `others` are the versions of the active plugins.
 */
export async function activatePlugin(
  tools: HostTools,
  router: PluginRouter,
  found: Found,
  others: ReadonlyMap<string, string>
): Promise<Active> {
  const manifest = checked(found, others)
  const code = await loadCode(found, tools.setupMs)
  await migratePlugin(tools.db, found, tools.setupMs)
  const active = await begin(tools, found, manifest, code)
  tools.offers.permissions.recall(found.id, await listChoices(tools.db, found.id))
  try {
    active.disposers.add(tools.words.add(wordPrefix(found.id), readTexts(found.folder)))
    await setUp(tools, router, active)
    await noteKeeper(tools.db, manifest)
    return active
  } catch (error) {
    await endActivation(active)
    throw error
  }
}

/** Undoes everything that one activation has registered. Never throws. */
export async function endActivation(active: Active): Promise<void> {
  // Its own listeners are called at once, and may throw.
  runAs(active.id, 'end', () => active.stop.abort(new Error('The plugin is switched off')))
  await runAs(active.id, 'end', () => active.disposers.run(active.log))
  active.listeners.clear()
}

/** Runs `onUninstall`, which may use everything but leaves nothing registered. Throws what it throws. */
export async function sayGoodbye(
  tools: HostTools,
  found: Found,
  manifest: PluginManifest,
  isKept: boolean
): Promise<void> {
  const plugin = await loadCode(found, tools.setupMs)
  if (!plugin.onUninstall) return
  const active = await begin(tools, found, manifest, plugin)
  const context = contextOf(tools, new PluginRouter(), active)
  try {
    const work = runAs(found.id, 'uninstall', async () => plugin.onUninstall?.(context, { isKept }))
    if (!(await within(work, tools.setupMs ?? 10_000))) throw new Error('onUninstall took too long')
    await work
  } finally {
    await endActivation(active)
  }
}

function checked(found: Found, others: ReadonlyMap<string, string>): PluginManifest {
  const { manifest, problems } = found
  if (!manifest) throw new Error(problems.join('; '))
  if (!satisfies(apiVersion, manifest.api)) {
    throw new Incompatible(`Made for plugin API ${manifest.api}; this Sapa has ${apiVersion}`)
  }
  for (const [id, range] of Object.entries(manifest.requires?.plugins ?? {})) {
    const version = others.get(id)
    if (!version) throw new Waiting(`Needs the plugin ${id}, which is not active`)
    if (!satisfies(version, range)) throw new Waiting(`Needs ${id} ${range}, but it is ${version}`)
  }
  const rival = manifest.conflicts?.find(id => others.has(id))
  if (rival) throw new Error(`Cannot run together with the plugin ${rival}`)
  return manifest
}

async function loadCode(found: Found, limitMs = 10_000): Promise<SapaPlugin> {
  const url = pathToFileURL(found.source.code(found.id, 'index')).href
  const loading = runAs(found.id, 'import', () => import(url)) as Promise<{ default?: SapaPlugin }>
  if (!(await within(loading, limitMs))) throw new Error(`import took longer than ${limitMs} ms`)
  const module = await loading
  if (typeof module.default?.setup !== 'function') {
    throw new Error('The default export has no setup function')
  }
  if (module.default.settings !== undefined) checkForm('settings', module.default.settings)
  return module.default
}

async function begin(
  tools: HostTools,
  found: Found,
  manifest: PluginManifest,
  plugin: SapaPlugin
): Promise<Active> {
  const stored = await findPluginForm(tools.db, found.id)
  const schema = plugin.settings ?? {}
  const active: Active = {
    ...{ id: found.id, found, manifest, plugin, stored },
    disposers: new Disposers(),
    stop: heardByMany(),
    log: maskedLog(keptLog(tools, found.id), () => secretsIn(schema, active.values)),
    provided: new Set(),
    values: openForm(schema, stored, tools.secrets),
    listeners: new Set()
  }
  tools.calls.faults.hide(found.id, 'settings', () => secretsIn(schema, active.values))
  return active
}

/** Every call in flight listens; Node would warn of more than ten. */
function heardByMany(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}

async function setUp(tools: HostTools, router: PluginRouter, active: Active): Promise<void> {
  const { setupMs = 10_000 } = tools
  const context = contextOf(tools, router, active)
  const setup = runAs(active.id, 'setup', async () => active.plugin.setup(context))
  if (!(await within(setup, setupMs))) throw new Error(`setup took longer than ${setupMs} ms`)
  await setup
  const missing = active.manifest.provides.filter(
    thing => thing.startsWith('channel:') && !active.provided.has(thing)
  )
  if (missing.length > 0) throw new Error(`setup did not register ${missing.join(', ')}`)
  if (active.manifest.personalData && !tools.offers.personal.has(active.id)) {
    throw new Error('plugin.json says personalData: true, but setup did not call sapa.personal')
  }
  const unknown = tools.offers.permissions.missing(active.id)
  if (unknown.length > 0) throw new Error(`There is no permission ${unknown.join(', ')}`)
}
