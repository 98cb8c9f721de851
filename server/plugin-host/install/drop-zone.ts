import { announce } from '../../db/transaction.ts'
import { ManifestError } from '../manifest.ts'
import { changePlugin, listPluginRows, type PluginRow } from '../state.ts'
import { lookIntoDropZone, type Dropped } from './dropped.ts'
import { removeAllVersions } from './version.ts'
import { PackageRefused } from './refusal.ts'
import { stage } from './stage.ts'
import { takeIn, type Base } from './take-in.ts'

/** What is known of a name in the drop zone. */
export interface DropStatus {
  /** Why it cannot be used, in words for its author; null when it could be copied. */
  problem: string | null
  mark: string | null
}

export interface DropParts extends Base {
  /** Words for a refusal. */
  explain: (refusal: PackageRefused) => string
  isBundled: (id: string) => boolean
}

/** Follows what the owner puts into `DATA_DIR/plugins/`. Nothing ever runs from there. */
export class DropZone {
  readonly #parts: DropParts
  #known = new Map<string, DropStatus>()

  constructor(parts: DropParts) {
    this.#parts = parts
  }

  /** Null when nothing lies there under this name. */
  statusOf(id: string): DropStatus | null {
    return this.#known.get(id) ?? null
  }

  /** All names with what is known of them. */
  statuses(): [string, DropStatus][] {
    return [...this.#known]
  }

  /** Copies what is new or has changed. Answers the ids that have another version now. */
  async look(): Promise<string[]> {
    const { db, dataDir, isBundled } = this.#parts
    const dropped = await lookIntoDropZone(dataDir)
    const rows = await listPluginRows(db)
    const taken: string[] = []
    const known = new Map<string, DropStatus>()
    for (const one of dropped) {
      const status = isBundled(one.id)
        ? { problem: `The plugin ${one.id} comes with Sapa; this copy is not used`, mark: one.mark }
        : await this.#follow(one, rows.get(one.id), taken)
      known.set(one.id, status)
    }
    this.#tell(known)
    this.#known = known
    await this.#forgetRemoved([...rows.values()])
    return taken
  }

  /** Open pages show what cannot be used. */
  #tell(known: Map<string, DropStatus>): void {
    for (const id of new Set([...known.keys(), ...this.#known.keys()])) {
      if (known.get(id)?.problem === this.#known.get(id)?.problem) continue
      announce(this.#parts.db, { topic: 'plugin.changed', plugin: id })
    }
  }

  async #follow(
    dropped: Dropped,
    row: PluginRow | undefined,
    taken: string[]
  ): Promise<DropStatus> {
    const { id, mark, isDouble } = dropped
    const before = this.#known.get(id)
    if (isDouble) return { problem: `There is both a folder and a file ${id}; remove one`, mark }
    if (mark !== null && before?.mark === mark && before.problem !== null) return before
    try {
      if (mark === null) throw dropped.error
      if (row?.dropped_mark !== mark) await this.#take(dropped, row, taken)
      return { problem: null, mark }
    } catch (error) {
      return { problem: this.#reasonOf(error), mark: isPassing(error) ? null : mark }
    }
  }

  async #take(dropped: Dropped, row: PluginRow | undefined, taken: string[]): Promise<void> {
    const { db, dataDir } = this.#parts
    const staged = await stage(dataDir, dropped.origin, dropped.id)
    const seen = { dropped_mark: staged.mark, dropped_hash: staged.hash }
    if (row?.hash === staged.hash) {
      return changePlugin(db, dropped.id, { ...seen, offered: null })
    }
    if ((await takeIn(this.#parts, staged, 'dropped', row)) === 'taken') taken.push(dropped.id)
    await changePlugin(db, dropped.id, seen)
  }

  /** One that was never switched on goes with its folder. Others keep running from their copy. */
  async #forgetRemoved(rows: PluginRow[]): Promise<void> {
    const { db, dataDir, isBundled } = this.#parts
    const isGone = (row: PluginRow) =>
      (row.origin === 'dropped' || row.folder === null) &&
      row.is_active === 0 &&
      row.activated_at === null
    for (const row of rows) {
      if (this.#known.has(row.id) || isBundled(row.id) || !isGone(row)) continue
      await db.deleteFrom('plugin').where('id', '=', row.id).execute()
      await removeAllVersions(db, dataDir, row.id)
    }
  }

  #reasonOf(error: unknown): string {
    if (error instanceof PackageRefused) return this.#parts.explain(error)
    if (error instanceof ManifestError) return error.message
    if (isVanished(error)) return 'It is being changed just now'
    return `It cannot be copied: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Not the fault of what lies there: somebody is still copying, or the disk is full. */
const isPassing = (error: unknown) =>
  error instanceof PackageRefused
    ? error.code === 'package_changing'
    : !(error instanceof ManifestError)

const isVanished = (error: unknown) =>
  error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))
