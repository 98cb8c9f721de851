import { randomUUID } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRoot } from './dovecot-config.ts'
import { until } from './until.ts'

export interface StoredMail {
  file: string
  /** Maildir letters: S seen, R replied, F flagged, T trashed, D draft. */
  flags: string
  raw: Buffer
}

/** Maildir++: INBOX is the folder itself, `Sent` is `.Sent` in it. */
export function maildirFolder(home: string, folder: string): string {
  return folder.toUpperCase() === 'INBOX' ? home : join(home, `.${folder}`)
}

/** As an MDA does: written to tmp/, seen by readers only after the rename to new/. */
export function deliverToMaildir(home: string, folder: string, mail: Uint8Array | string): void {
  const target = maildirFolder(home, folder)
  for (const path of new Set([home, target])) makeMaildir(path)

  const name = `${Date.now()}.${process.hrtime.bigint()}.${randomUUID().slice(0, 8)}`
  const written = join(target, 'tmp', name)
  writeFileSync(written, mail)
  own(written)
  renameSync(written, join(target, 'new', name))
}

/** Oldest first. */
export function listMaildir(home: string, folder: string): StoredMail[] {
  const target = maildirFolder(home, folder)
  return ['cur', 'new']
    .map(part => join(target, part))
    .filter(part => existsSync(part))
    .flatMap(part => readdirSync(part).map(name => join(part, name)))
    .map(file => ({ file, time: statSync(file).mtimeMs }))
    .sort((a, b) => a.time - b.time || a.file.localeCompare(b.file))
    .map(({ file }) => ({ file, flags: file.split(':2,')[1] ?? '', raw: readFileSync(file) }))
}

/** Dovecot takes the second as the new UIDVALIDITY, so the clock must have moved past the old one. */
export async function forgetUidValidity(home: string, folder: string): Promise<void> {
  const target = maildirFolder(home, folder)
  const before = Number(/^3 V(\d+)/.exec(readUidList(target))?.[1] ?? 0)
  for (const name of readdirSync(target)) {
    if (/^dovecot-uidlist|^dovecot\.index/.test(name)) rmSync(join(target, name))
  }
  for (const name of readdirSync(home)) {
    if (/^dovecot-uidvalidity/.test(name)) rmSync(join(home, name))
  }
  await until(() => Date.now() / 1000 > before + 1, {
    what: 'the second after the old UIDVALIDITY'
  })
}

function readUidList(folder: string): string {
  const file = join(folder, 'dovecot-uidlist')
  return existsSync(file) ? readFileSync(file, 'latin1') : ''
}

function makeMaildir(path: string): void {
  if (existsSync(join(path, 'new'))) return
  for (const folder of [path, join(path, 'tmp'), join(path, 'new'), join(path, 'cur')]) {
    mkdirSync(folder, { recursive: true })
    own(folder)
  }
}

function own(path: string): void {
  if (isRoot) chownSync(path, 65534, 65534)
}
