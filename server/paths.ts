import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The project folder: views, public files, words and bundled plugins are read from here, not from dist/. */
export const root = projectRoot(import.meta.dirname)

/** Whether this process runs compiled code. Under tsx the sources run themselves. */
export const isCompiled = import.meta.dirname.startsWith(join(root, 'dist'))

/** Where this process finds the code of `path`, such as `plugins/email/index`. */
export function codeFile(path: string): string {
  return isCompiled ? join(root, 'dist', `${path}.js`) : join(root, `${path}.ts`)
}

function projectRoot(from: string): string {
  if (existsSync(join(from, 'package.json')) && existsSync(join(from, 'views'))) return from
  const parent = dirname(from)
  if (parent === from) throw new Error('Sapa cannot find its own folder')
  return projectRoot(parent)
}
