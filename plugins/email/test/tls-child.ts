import plugin from '../index.ts'
import type { ChannelDefinition, ProbeStep, SapaContext, SettingsValues } from 'sapa/plugin-api'

// Runs in a process of its own, because the authorities that Node believes are read at its start.
const values = JSON.parse(process.argv[2] ?? '{}') as SettingsValues
const steps: ProbeStep[] = []
const quiet = () => undefined
const sapa: Partial<SapaContext> = {
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  values: { get: async () => null, set: async () => undefined, delete: async () => undefined },
  route: () => quiet,
  channel(definition: ChannelDefinition) {
    void definition.probe!(values, new AbortController().signal, step => steps.push(step)).then(
      () => process.stdout.write(JSON.stringify(steps))
    )
    return quiet
  },
  failure: (failure, message, detail = {}) => Object.assign(new Error(message), { failure, detail })
}
plugin.setup(sapa as SapaContext)
