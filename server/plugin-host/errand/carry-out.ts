import { conflict } from '../../errors.ts'
import { formFields } from '../form/fields.ts'
import type { PluginHost } from '../host.ts'
import { ConsentNeeded } from '../install/consent.ts'
import { refusalOf, type Answer, type Errand } from './errand.ts'

/** Does what a command asks, in the process that holds the plugins. Never throws. */
export async function carryOut(plugins: PluginHost, errand: Errand): Promise<Answer> {
  try {
    return { value: await done(plugins, errand) }
  } catch (error) {
    return refusalOf(error)
  }
}

async function done(plugins: PluginHost, errand: Errand): Promise<unknown> {
  switch (errand.verb) {
    case 'list':
      await plugins.scan()
      return plugins.list()
    case 'find':
      return plugins.find(errand.id)
    case 'activate':
      return plugins.activate(errand.id)
    case 'deactivate':
      return plugins.deactivate(errand.id)
    case 'log':
      await plugins.find(errand.id)
      return {
        lines: plugins.lines(errand.id),
        faults: await plugins.calls.faults.list(errand.id)
      }
    case 'settings':
      return readSettings(plugins, errand.id)
    case 'save':
      await formOf(plugins, errand.id)
      await plugins.saveForm(errand.id, errand.typed, { isPartial: true })
      return readSettings(plugins, errand.id)
    case 'install':
      return agreeing(errand.isAgreed, acceptedScopes =>
        plugins.installFrom(errand.path, { acceptedScopes })
      )
    case 'update':
      return update(plugins, errand.id, errand.isAgreed)
    case 'rollback':
      return plugins.rollback(errand.id)
    case 'inventory':
      return plugins.inventory(errand.id)
    case 'remove':
      return remove(plugins, errand.id, errand.data)
  }
}

async function update(plugins: PluginHost, id: string, isAgreed: boolean) {
  await plugins.find(id)
  return agreeing(isAgreed, acceptedScopes => plugins.update(id, { acceptedScopes }))
}

/** Whoever has agreed beforehand agrees to all that is asked. */
async function agreeing<T>(
  isAgreed: boolean,
  work: (acceptedScopes: readonly string[]) => Promise<T>
): Promise<T> {
  try {
    return await work([])
  } catch (error) {
    if (!isAgreed || !(error instanceof ConsentNeeded)) throw error
    return work(error.scopes)
  }
}

async function remove(plugins: PluginHost, id: string, data: 'keep' | 'delete') {
  const entry = (await plugins.list()).find(plugin => plugin.id === id)
  if (entry?.isActive) throw conflict('plugin_on', { id })
  return plugins.uninstall(id, data)
}

/** Secrets stay out: only whether they are set. */
async function readSettings(plugins: PluginHost, id: string) {
  const { schema, stored } = await formOf(plugins, id)
  return formFields(schema, stored, 'en')
    .flatMap(group => group.fields)
    .map(({ name, label, type, value, isSet, required }) => ({
      ...{ name, label, type: schema[name]?.type ?? type, required },
      ...(type === 'secret' ? { isSet } : { value })
    }))
}

/** Only a running plugin shows its form. */
async function formOf(plugins: PluginHost, id: string) {
  const { state } = await plugins.find(id)
  const form = plugins.form(id)
  if (form) return form
  throw conflict(state === 'active' ? 'plugin_no_form' : 'plugin_off', { id })
}
