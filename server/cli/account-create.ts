import { createAccount } from '../channel/account/create.ts'
import { webhookUrl } from '../channel/line/context.ts'
import type { ChannelDefinition, ProbeResult } from '../plugin-api/channel.ts'
import type { SettingsValues } from '../plugin-api/settings.ts'
import { withChannel } from '../plugin-host/borrow.ts'
import { emptyForm, openForm, readForm } from '../plugin-host/form/form.ts'
import { openSecretBox, type SecretBox } from '../secret/box.ts'
import { checkKey } from '../secret/check.ts'
import { probeAloud } from './account-probe.ts'
import { withInstallation, type Installation } from './installation.ts'
import { Refusal } from './refusal.ts'
import { say } from './say.ts'
import { readStdin } from './secret-input.ts'

export interface AccountOptions {
  type: string
  name?: string
  address?: string
  set: string[]
  secretFromEnv: string[]
  secretStdin?: string
  acknowledgement?: string
  suggest?: boolean
  test?: boolean
  fields?: boolean
}

export async function connectAccount(options: AccountOptions): Promise<void> {
  const typed = await readTyped(options)
  await withInstallation(async installation => {
    const { config, db, now } = installation
    const secrets = openSecretBox(config.dataDir, config.secretKey)
    await checkKey(db, secrets, now)
    await withChannel({ config, db, secrets }, options.type, async (definition, texts) => {
      if (options.fields) return listFields(definition)
      refuseUnknown(definition, typed)
      const form = options.suggest ? await suggested(definition, typed) : typed
      const values = check(definition, form, secrets)
      const probed = options.test ? await probeAloud(definition, values, texts) : {}
      await store(installation, definition, secrets, form, { ...options, probed })
    })
  })
}

async function store(
  { config, db, now, isServing }: Installation,
  definition: ChannelDefinition,
  secrets: SecretBox,
  form: SettingsValues,
  options: AccountOptions & { probed: Partial<ProbeResult> }
): Promise<void> {
  const { probed } = options
  const address = options.address ?? probed.address ?? textOf(form['address'])
  const channels = { get: () => definition }
  const account = await createAccount(
    db,
    { channels, secrets },
    {
      type: definition.type,
      name: options.name ?? probed.name ?? '',
      form,
      ...(address === undefined ? {} : { address }),
      ...(probed.externalId === undefined ? {} : { externalId: probed.externalId }),
      ...(options.acknowledgement ? { acknowledgement: options.acknowledgement } : {})
    },
    now
  )
  const when = isServing
    ? 'The running server opens it within seconds.'
    : 'It opens at the next start.'
  say(`${account.name} (${definition.label.en}) is account ${account.id}. ${when}`)
  if (definition.hasWebhook) say(`Its provider calls ${webhookUrl(config.publicUrl, account)}`)
}

async function readTyped(options: AccountOptions): Promise<SettingsValues> {
  const values: SettingsValues = Object.fromEntries(options.set.map(text => pair(text, '--set')))
  for (const text of options.secretFromEnv) {
    const [field, variable] = pair(text, '--secret-from-env')
    const secret = process.env[variable]
    if (!secret) throw new Refusal(`The variable ${variable} is empty or not set.`)
    values[field] = secret
  }
  if (options.secretStdin) values[options.secretStdin] = await readStdin(options.secretStdin)
  return values
}

function pair(text: string, option: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1)]
  throw new Refusal(`${option} takes name=value, not "${text}".`)
}

function refuseUnknown({ settings, type }: ChannelDefinition, typed: SettingsValues): void {
  const unknown = Object.keys(typed).filter(name => !Object.hasOwn(settings, name))
  if (unknown.length === 0) return
  throw new Refusal(
    `${type} has no field ${unknown.join(', ')}. Its fields: ${Object.keys(settings).join(', ')}.`
  )
}

/** What was typed wins over what the channel finds out. */
async function suggested(definition: ChannelDefinition, typed: SettingsValues) {
  const found = await definition.suggest?.(typed, AbortSignal.timeout(20_000))
  return { ...found, ...typed }
}

/** The form as the channel gets it. */
function check({ settings }: ChannelDefinition, form: SettingsValues, secrets: SecretBox) {
  return openForm(
    settings,
    readForm(settings, form, emptyForm, secrets, { isPartial: true }),
    secrets
  )
}

function listFields({ settings }: ChannelDefinition): void {
  for (const [name, field] of Object.entries(settings)) {
    const options = field.options?.map(option => option.value).join(' | ')
    const facts = [field.type, field.required && 'required', options].filter(Boolean).join(', ')
    const rest = field.default === undefined ? '' : `, default ${field.default}`
    say(`${name.padEnd(18)} ${field.label.en} (${facts}${rest})`)
  }
}

const textOf = (value: SettingsValues[string]) => (typeof value === 'string' ? value : undefined)
