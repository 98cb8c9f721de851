import type { Command } from 'commander'

/** `sapa plugin …` */
export function addPlugins(sapa: Command): void {
  const plugin = sapa.command('plugin').description('extensions: channels, panels and more')
  addAuthoring(plugin)
}

/** For those who write one. */
function addAuthoring(plugin: Command): void {
  plugin
    .command('types')
    .description('write the types of the plugin API into a folder, for editors and tsc')
    .argument('[folder]', 'of the plugin', '.')
    .action(async folder => (await import('./plugin-types.ts')).writeTypes(folder))
}
