import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from './durable.ts'
import type { BuildFailure, Plugin } from 'esbuild'
import { PackageRefused } from './refusal.ts'

/**
 * Makes JavaScript of the TypeScript files of a folder, each beside where it was: Node 20 runs no
 * types. Imports stay what they are, only that `./x.ts` becomes `./x.js`. The source maps stand in
 * the files, so that a stack names the author's file and line. A file that came with its `.js` is
 * left alone.
 */
export async function stripTypes(folder: string, paths: readonly string[]): Promise<void> {
  const all = new Set(paths)
  const sources = paths.filter(path => isSource(path) && !all.has(path.replace(/ts$/, 'js')))
  if (sources.length === 0) return
  await oneAtATime(() => compile(folder, sources))
  for (const path of sources) await rm(join(folder, path))
}

const isSource = (path: string) =>
  path.endsWith('.ts') && !path.endsWith('.d.ts') && !/(^|\/)node_modules\//.test(path)

async function compile(folder: string, sources: string[]): Promise<void> {
  const { build, stop } = await import('esbuild')
  try {
    const { outputFiles } = await build({
      absWorkingDir: folder,
      entryPoints: sources,
      ...{ outdir: folder, outbase: folder, write: false, plugins: [keepImports] },
      ...{ bundle: true, treeShaking: false, format: 'esm', platform: 'node', target: 'node20.19' },
      ...{ sourcemap: 'inline', charset: 'utf8', logLevel: 'silent', tsconfigRaw: '{}' }
    })
    for (const { path, contents } of outputFiles) await writeDurably(path, [contents])
  } catch (error) {
    throw asRefusal(error)
  } finally {
    // Its helper process would stay for ever.
    await stop()
  }
}

const keepImports: Plugin = {
  name: 'keep-imports',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ kind, path }) => {
      if (kind === 'entry-point') return undefined
      const isRelative = /^\.\.?\//.test(path)
      const kept = isRelative ? path.replace(/\.ts$/, '.js') : path
      return { path: kept, external: true }
    })
  }
}

function asRefusal(error: unknown): unknown {
  const first = (error as Partial<BuildFailure>).errors?.[0]
  if (!first) return error
  const { file = '', line = 0 } = first.location ?? {}
  return new PackageRefused('package_syntax', { problem: `${file}:${line} ${first.text}` })
}

let turn: Promise<unknown> = Promise.resolve()

/** Stopping the helper would stop somebody else's work with it. */
function oneAtATime(work: () => Promise<void>): Promise<void> {
  const mine = turn.then(work)
  turn = mine.catch(() => undefined)
  return mine
}
