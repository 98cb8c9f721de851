import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { readConfig } from '../config.ts'
import { databaseFile } from '../db/prepare.ts'
import { root } from '../paths.ts'
import { ManifestError, readManifest } from '../plugin-host/manifest.ts'
import { pluginTypes, typesFile } from './plugin-types.ts'
import { Refusal } from './refusal.ts'
import { remark, say } from './say.ts'

export interface NewOptions {
  channel?: boolean
  panel?: boolean
  /** In which folder the plugin's own folder is made. */
  dir?: string
}

/** Writes a plugin that works, for its author to change. Nothing is written when anything is wrong. */
export function newPlugin(name: string, options: NewOptions): void {
  if (!options.channel === !options.panel) {
    throw new Refusal('Say what it shall be: --channel or --panel.')
  }
  const target = join(parentOf(options), name)
  const draft = mkdtempSync(join(tmpdir(), 'sapa-new-'))
  try {
    const folder = join(draft, name)
    if (!/^[a-z][a-z0-9-]{1,30}$/.test(name)) throw badName(name)
    fill(folder, options.channel ? 'channel' : 'panel', name)
    check(folder, name)
    if (existsSync(target)) throw new Refusal(`${target} is there already; nothing was changed.`)
    mkdirSync(dirname(target), { recursive: true })
    cpSync(folder, target, { recursive: true, errorOnExist: true, force: false })
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  say(target)
  remark('README.md in there says how to go on.')
}

/** Where Sapa finds it, when there is one; else here. */
function parentOf({ dir }: NewOptions): string {
  if (dir !== undefined) return resolve(dir)
  const { dataDir } = readConfig()
  return existsSync(databaseFile(dataDir)) ? join(dataDir, 'plugins') : process.cwd()
}

const badName = (name: string) =>
  new Refusal(
    `"${name}" cannot be the name of a plugin: two to 31 small letters, digits and hyphens, such as loyalty-points.`
  )

function fill(folder: string, kind: 'channel' | 'panel', name: string): void {
  const template = join(root, 'server/cli/template', kind)
  for (const path of readdirSync(template, { recursive: true, encoding: 'utf8' })) {
    if (!statSync(join(template, path)).isFile()) continue
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, named(readFileSync(join(template, path), 'utf8'), kind, name))
  }
  writeFileSync(join(folder, typesFile), pluginTypes())
}

/** The templates are plugins themselves, called `my-channel` and `my-panel`. */
function named(text: string, kind: string, name: string): string {
  const title = name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ')
  return text
    .replaceAll(`my-${kind}`, name)
    .replaceAll(`my_${kind}`, name.replaceAll('-', '_'))
    .replaceAll(`My ${kind}`, title)
}

function check(folder: string, name: string): void {
  if (existsSync(join(root, 'plugins', name))) {
    throw new Refusal(`A plugin called ${name} comes with Sapa; choose another name.`)
  }
  try {
    readManifest(folder)
  } catch (error) {
    if (error instanceof ManifestError) throw new Refusal(`${error.problems.join('; ')}.`)
    throw error
  }
}
