import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../server/paths.ts'

/** Runs the compiler as an author does: in the plugin's folder, with nothing of ours around it. */
export function typeCheck(folder: string, ...options: string[]): { status: number; said: string } {
  const program = join(root, 'node_modules/.bin/tsc')
  // The test runner's hooks, which every child inherits, would keep the compiler from starting.
  const words = ['-u', 'NODE_OPTIONS', program, ...options]
  const { status, stdout, stderr } = spawnSync('env', words, { cwd: folder, encoding: 'utf8' })
  return { status: status ?? -1, said: stdout + stderr }
}
