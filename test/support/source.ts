import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** One file of the project; `path` is relative to the project and uses slashes. */
export interface Source {
  path: string
  text: string
}

/** All files with one of the endings below the folders; folders that do not exist are empty. */
export function readSources(root: string, folders: string[], endings: string[]): Source[] {
  return folders
    .map(folder => join(root, folder))
    .filter(folder => existsSync(folder))
    .flatMap(folder => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile() && endings.some(ending => entry.name.endsWith(ending)))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !/[\\/](node_modules|dist)[\\/]/.test(path))
    .sort()
    .map(path => ({
      path: relative(root, path).replaceAll('\\', '/'),
      text: readFileSync(path, 'utf8')
    }))
}

/** `path:line`, clickable in most terminals. */
export function place({ path, text }: Source, index: number): string {
  return `${path}:${text.slice(0, index).split('\n').length}`
}

/** Every match of a global pattern, as `path:line what`. */
export function findAll(
  source: Source,
  pattern: RegExp,
  say: (match: RegExpExecArray) => string | false
): string[] {
  return [...source.text.matchAll(pattern)].flatMap(match => {
    const sentence = say(match)
    return sentence ? [`${place(source, match.index)} ${sentence}`] : []
  })
}

/** Comments become blanks, so that rules see code only and line numbers stay right. */
export function withoutComments(source: Source): Source {
  const text = source.text.replaceAll(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(),])\/\/[^\n]*/g,
    (all: string, literal: string | undefined) => literal ?? all.replaceAll(/[^\n]/g, ' ')
  )
  return { ...source, text }
}
