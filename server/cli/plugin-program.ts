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
  addAuthoring(plugin)
}

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
