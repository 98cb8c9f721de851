import { ask } from './plugin-errand.ts'
import { Refusal } from './refusal.ts'
import { say } from './say.ts'
import { readStdin } from './secret-input.ts'

interface Field {
  name: string
  label: string
  type: string
  required: boolean
  value?: string | number | boolean
  /** Of a secret, which is never shown. */
  isSet?: boolean
}

export interface SettingsOptions {
  set: string[]
  secretStdin?: string
  json?: boolean
}

/** Shows the settings of a plugin, and changes those that are named. */
export async function setPlugin(id: string, options: SettingsOptions): Promise<void> {
  const typed = await typedIn(options)
  const isChange = Object.keys(typed).length > 0
  if (isChange) await refuseUnknown(id, typed)
  const { value: fields } = await ask<Field[]>(
    isChange ? { verb: 'save', id, typed } : { verb: 'settings', id }
  )
  if (options.json) return say(JSON.stringify(fields, null, 2))
  for (const field of fields) say(lineOf(field))
}

async function typedIn({ set, secretStdin }: SettingsOptions): Promise<Record<string, string>> {
  const typed: Record<string, string> = {}
  for (const text of set) {
    const at = text.indexOf('=')
    if (at < 1) throw new Refusal(`--set takes name=value, not "${text}".`)
    typed[text.slice(0, at).trim()] = text.slice(at + 1)
  }
  if (secretStdin) typed[secretStdin] = await readStdin(secretStdin)
  return typed
}

async function refuseUnknown(id: string, typed: Record<string, string>): Promise<void> {
  const { value: fields } = await ask<Field[]>({ verb: 'settings', id })
  const names = fields.map(field => field.name)
  const unknown = Object.keys(typed).filter(name => !names.includes(name))
  if (unknown.length === 0) return
  throw new Refusal(`${id} has no field ${unknown.join(', ')}. Its fields: ${names.join(', ')}.`)
}

function lineOf({ name, label, type, value, isSet }: Field): string {
  const shown = type === 'secret' ? (isSet ? '(set)' : '(not set)') : String(value ?? '')
  return `${name.padEnd(18)} ${shown.replaceAll('\n', ', ')}  # ${label}`
}
