import type { PluginCommand } from '../plugin-api/neighbour.ts'
import { withPlugin } from '../plugin-host/borrow.ts'
import type { Calls } from '../plugin-host/call/call.ts'
import { openSecretBox } from '../secret/box.ts'
import { checkKey } from '../secret/check.ts'
import { withInstallation } from './installation.ts'
import { Refusal } from './refusal.ts'
import { say } from './say.ts'

/** Runs a command of a plugin, or lists them; the plugin starts in this process for that time. */
export async function runAtTerminal(
  plugin: string,
  name: string | undefined,
  args: string[]
): Promise<void> {
  process.exitCode = await withInstallation(async ({ config, db, now }) => {
    const secrets = openSecretBox(config.dataDir, config.secretKey)
    await checkKey(db, secrets, now)
    return withPlugin({ config, db, secrets }, plugin, async ({ offers, calls }) => {
      const commands = offers.commands.list(plugin)
      if (name === undefined) return list(plugin, commands)
      const command = commands.find(one => one.name === name)
      if (!command) throw unknown(plugin, name, commands)
      return run(calls, plugin, command, args)
    })
  })
  // What a plugin has left behind must not keep the terminal.
  setTimeout(() => process.exit(), 500).unref()
}

function list(plugin: string, commands: PluginCommand[]): number {
  if (commands.length === 0) throw new Refusal(`The plugin ${plugin} has no commands.`)
  const width = Math.max(...commands.map(({ name }) => name.length))
  for (const { name, summary } of commands) say(`${name.padEnd(width)}  ${summary}`)
  return 0
}

function unknown(plugin: string, name: string, commands: PluginCommand[]): Refusal {
  const names = commands.map(command => command.name).join(', ')
  return new Refusal(`The plugin ${plugin} has no command ${name}. It has: ${names || 'none'}.`)
}

async function run(
  calls: Calls,
  plugin: string,
  command: PluginCommand,
  args: string[]
): Promise<number> {
  const stop = new AbortController()
  const interrupt = () => stop.abort(new Error('interrupted'))
  process.once('SIGINT', interrupt)
  try {
    const terminal = { say, signal: stop.signal }
    const work = async () => exitCodeOf(plugin, command, await command.run(args, terminal))
    return await calls.run(plugin, `command ${command.name}`, work, { isWaiting: true })
  } catch (error) {
    if (error instanceof Refusal) throw error
    const [why] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new Refusal(`The command ${command.name} of ${plugin} failed: ${why}`)
  } finally {
    process.off('SIGINT', interrupt)
  }
}

function exitCodeOf(plugin: string, { name }: PluginCommand, code: unknown): number {
  if (code === undefined || code === null) return 0
  if (typeof code === 'number' && Number.isInteger(code) && code >= 0 && code <= 255) return code
  throw new Refusal(`The command ${name} of ${plugin} ended without a usable exit code.`)
}
