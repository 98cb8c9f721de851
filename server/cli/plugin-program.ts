import type { Command } from 'commander'

/** `sapa plugin …` */
export function addPlugins(sapa: Command): void {
  const plugin = sapa
    .command('plugin')
    .enablePositionalOptions()
    .description('extensions: channels, panels and more')
  plugin
    .command('run')
    .description('run a command that a plugin brings; without one, list them')
    .argument('<plugin>', 'its id')
    .argument('[command]', 'its name')
    .argument('[arguments...]', 'for the command, options too')
    .passThroughOptions()
    .action(async (id, name, args) =>
      (await import('./plugin-run.ts')).runAtTerminal(id, name, args)
    )
  addOwning(plugin)
  addAuthoring(plugin)
}

/** For owners: what the Plugins page does. Beside a running server it takes effect there at once. */
function addOwning(plugin: Command): void {
  plugin
    .command('list')
    .description('all plugins with their state')
    .option('--json', 'for programs')
    .action(async options => (await import('./plugin-list.ts')).listPlugins(options))
  plugin
    .command('activate')
    .description('switch a plugin on; ends with 1 when it cannot start')
    .argument('<id>', 'of the plugin')
    .action(async id => (await import('./plugin-switch.ts')).activatePlugin(id))
  plugin
    .command('deactivate')
    .description('switch a plugin off; what it has stored is kept')
    .argument('<id>', 'of the plugin')
    .action(async id => (await import('./plugin-switch.ts')).deactivatePlugin(id))
  plugin
    .command('install')
    .description('bring a plugin in, switched off; an active one is updated')
    .argument('<path>', 'a folder, a single file or a .zip on this machine')
    .option('--accept', 'agree to what it may do beyond the installed version')
    .action(async (path, options) =>
      (await import('./plugin-install.ts')).installPlugin(path, options)
    )
  plugin
    .command('update')
    .description('exchange a plugin for the version that waits; settings and data stay')
    .argument('<id>', 'of the plugin')
    .option('--accept', 'agree to what it may do beyond the version before')
    .action(async (id, options) => (await import('./plugin-version.ts')).updatePlugin(id, options))
  plugin
    .command('rollback')
    .description('go back to the version before; tables stay as they are')
    .argument('<id>', 'of the plugin')
    .action(async id => (await import('./plugin-version.ts')).rollBackPlugin(id))
  plugin
    .command('remove')
    .description('take a plugin away that is off')
    .argument('<id>', 'of the plugin')
    .option('--keep', 'keep its settings and data for a later installation')
    .option('--delete', 'delete them, too, after a copy into backups/')
    .action(async (id, options) => (await import('./plugin-remove.ts')).removePlugin(id, options))
  plugin
    .command('settings')
    .description('show the settings of a plugin, and change those that are named')
    .argument('<id>', 'of the plugin, which must be active')
    .option('--set <field=value>', 'may be repeated', collect, [])
    .option('--secret-stdin <field>', 'read this secret field from standard input')
    .option('--json', 'for programs')
    .action(async (id, options) => (await import('./plugin-settings.ts')).setPlugin(id, options))
  plugin
    .command('log')
    .description('what a plugin wrote and what went wrong in it')
    .argument('<id>', 'of the plugin')
    .action(async id => (await import('./plugin-log.ts')).tellLog(id))
}

const collect = (value: string, before: string[]) => [...before, value]

/** For those who write one. */
function addAuthoring(plugin: Command): void {
  plugin
    .command('new')
    .description('write a plugin that works, to be changed; prints its folder')
    .argument('<name>', 'its id, such as loyalty-points: small letters, digits, hyphens')
    .option('--channel', 'one that brings messages in and takes answers out')
    .option('--panel', 'one that adds a card to the customer pane')
    .option('--dir <folder>', 'where to make its folder; default: DATA_DIR/plugins, or here')
    .action(async (name, options) => (await import('./plugin-new.ts')).newPlugin(name, options))
  plugin
    .command('types')
    .description('write the types of the plugin API into a folder, for editors and tsc')
    .argument('[folder]', 'of the plugin', '.')
    .action(async folder => (await import('./plugin-types.ts')).writeTypes(folder))
  plugin
    .command('test')
    .description('put a channel plugin to the test of the conformance kit')
    .argument('<path>', 'folder of the plugin, or the id of one that comes with Sapa')
    .option('--only <numbers>', 'only these cases, such as 8,13,18')
    .option('--json', 'for programs')
    .option('--write', 'keep the result as conformance.json beside plugin.json')
    .action(async (path, options) =>
      (await import('./plugin-test.ts')).testAtTerminal(path, options)
    )
}
