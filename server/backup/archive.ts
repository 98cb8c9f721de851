import { createHash, type Hash } from 'node:crypto'

/**
 * A backup is a plain tar: `manifest.json`, `sapa.db`, `blobs/…` under their hashes, `plugins/…`,
 * perhaps `secret.key`, and `end.json`, whose digest covers all entries before it in their order.
 */
export interface Manifest {
  format: 1
  /** Version of the Sapa that wrote it. */
  sapa: string
  createdAt: number
  /** The core's migrations that had run. */
  migrations: string[]
  holdsKey: boolean
  counts: Counts
}

export interface Counts {
  customers: number
  conversations: number
  messages: number
  files: number
}

export interface End {
  entries: number
  digest: string
  /** Files whose bytes did not fit their hash when the backup was taken. */
  damaged: string[]
  /** Files that were named but not there. */
  missing: string[]
}

/** The backup cannot be used; the sentence says why. */
export class BadBackup extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'BadBackup'
  }
}

export const names = {
  manifest: 'manifest.json',
  database: 'sapa.db',
  key: 'secret.key',
  end: 'end.json'
}

export const blobName = (hash: string) => `blobs/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`

/** The hash in the name of a file's entry; null for all others. */
export const hashIn = (name: string) =>
  /^blobs\/[0-9a-f]{2}\/[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(name)?.[1] ?? null

/** Whether an entry may be written below a folder: nothing that climbs out of it, nothing unknown. */
export function isExpected(name: string): boolean {
  if (Object.values(names).includes(name) || hashIn(name)) return true
  const parts = name.split('/')
  return (
    parts[0] === 'plugins' &&
    parts.length > 1 &&
    parts.every(part => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'))
  )
}

/** Runs over the entries in their order: one that is cut, changed, swapped or missing shows. */
export class Digest {
  readonly #hash: Hash = createHash('sha256')
  entries = 0

  add(name: string, size: number, hash: string): void {
    this.#hash.update(`${name}\0${size}\0${hash}\n`)
    this.entries++
  }

  /** Only once. */
  end(): string {
    return this.#hash.digest('hex')
  }
}
