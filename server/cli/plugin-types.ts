import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths.ts'
import { apiVersion } from '../plugin-host/manifest.ts'
import { Refusal } from './refusal.ts'
import { say } from './say.ts'

/** Under this name the types lie in a plugin's folder. */
export const typesFile = 'sapa-plugin-api.d.ts'

/** Writes or renews the file in a plugin's folder. */
export function writeTypes(folder: string): void {
  if (!existsSync(folder)) throw new Refusal(`There is no folder ${folder}.`)
  writeFileSync(join(folder, typesFile), pluginTypes())
  say(join(folder, typesFile))
}

/**
 * All types of the plugin API in one file that needs nothing of Sapa's beside it: an author puts it
 * into the plugin's folder, and `import type … from 'sapa/plugin-api'` is understood.
 */
export function pluginTypes(): string {
  const head = [
    `// Types of Sapa's plugin API ${apiVersion}. Made by \`sapa plugin types\`: copy it anew, do not change it.`,
    '// All of it disappears when the plugin is compiled; what does something arrives in `setup`.'
  ]
  const modules = [
    moduleOf('sapa/plugin-api', declarations()),
    moduleOf('sapa/plugin-api/test', kitDeclarations())
  ]
  return `${head.join('\n')}\n\n${modules.join('\n')}`
}

function declarations(): string {
  const index = read('plugin-api/index')
  const files = [...index.matchAll(/from '\.\/([\w-]+)\.ts'/g)].map(([, name = '']) => name)
  return files.map(name => bare(`plugin-api/${name}`)).join('\n')
}

/** What a `test/conformance.ts` is written with. */
function kitDeclarations(): string {
  return ['plugin-kit/spec', 'plugin-kit/spec-tools'].map(bare).join('\n')
}

/** Compiled by tsc together with Sapa itself, comments included. */
function read(name: string): string {
  return readFileSync(join(root, 'dist/server', `${name}.d.ts`), 'utf8')
}

/** Without what ties it to the neighbouring files; values of the host's own stay behind. */
function bare(name: string): string {
  const types = read(name)
    .replace(/^import type [^;]* from '\.\/[^']+';\n/gm, '')
    .replace(/^(import type [^;]* from )'\.\.\/plugin-api\/[^']+';\n/gm, "$1'sapa/plugin-api';\n")
    .replace(/^export declare const [^\n]*(?:\{\n[\s\S]*?^\})?;\n/gm, '')
    .replace(/^export \{\};\n/gm, '')
    .replace(/^\/\/# sourceMappingURL=.*\n?/gm, '')
    .trim()
  const rest = /^(?:import(?! type [^;]* from 'sapa\/)|export (?:declare|default|\{|\*)).*/m.exec(
    types
  )
  if (rest) throw new Error(`server/${name}.ts has more than types: ${rest[0]}`)
  return types
}

function moduleOf(name: string, body: string): string {
  const lines = body.split('\n').map(line => (line === '' ? line : `  ${line}`))
  return `declare module '${name}' {\n${lines.join('\n')}\n}\n`
}
