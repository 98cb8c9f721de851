import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import files from '@fastify/static'
import { Type } from './type.ts'
import { isCompiled, root } from '../paths.ts'
import type { App } from './app.ts'

const built = join(root, 'dist/public')
const manifestFile = join(built, 'manifest.json')

/** The address of a file of `public/`: with its hash in the name once the assets are built. */
export function asset(name: string): string {
  return `/assets/${manifest()[name] ?? name}`
}

/** Hashed names never change what they mean, so browsers keep them for ever. */
export async function useAssets(app: App): Promise<void> {
  const folder = existsSync(manifestFile) ? built : join(root, 'public')
  if (!existsSync(folder)) return
  await app.register(files, {
    root: folder,
    serve: false,
    dotfiles: 'ignore',
    preCompressed: folder === built,
    immutable: folder === built,
    maxAge: folder === built ? '1y' : 0
  })
  app.get(
    '/assets/*',
    { schema: { params: Type.Object({ '*': Type.String() }) }, config: { isPublic: true } },
    (request, reply) => reply.sendFile(request.params['*'])
  )
}

let read: { at: number; names: Record<string, string> } | undefined

function manifest(): Record<string, string> {
  if (read && isCompiled) return read.names
  const at = existsSync(manifestFile) ? statSync(manifestFile).mtimeMs : 0
  if (read?.at === at) return read.names
  const names: Record<string, string> = at ? JSON.parse(readFileSync(manifestFile, 'utf8')) : {}
  read = { at, names }
  return names
}
