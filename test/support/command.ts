import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { root } from '../../server/paths.ts'

export interface Outcome {
  code: number | null
  out: string
  err: string
}

/** Runs the built command line as its users do. */
export async function sapa(
  dataDir: string,
  words: string[],
  options: { input?: string; env?: Record<string, string> } = {}
): Promise<Outcome> {
  const child = spawn(process.execPath, [join(root, 'bin/sapa.js'), ...words], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe']
  })
  child.stdin.on('error', () => undefined).end(options.input ?? '')
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, out, err }
}

/** Nobody at a terminal should have to read one. */
export const hasStack = ({ out, err }: Outcome) => /\n\s+at .*\.[jt]s/.test(out + err)
