import { mkdir } from 'node:fs/promises'
import { findPlugins, type Found } from '../scan.ts'
import { listPluginRows, recordPlugins, type PluginRow } from '../state.ts'
import type { HostTools } from '../tools.ts'
import { Copies } from './copies.ts'
import { DropZone } from './drop-zone.ts'
import { findInstalled } from './installed.ts'
import { offerOf, type Offer } from './offer.ts'
import { dropZone } from './place.ts'
import { removeDrafts } from './stage.ts'
import { undoCutUpdates } from './swap.ts'
import type { Base } from './take-in.ts'
import { dropOldUploads } from './upload.ts'

/** Where a plugin's code is from and what the owner should know about it. */
export interface InstallFacts {
  /** Null for a name in the drop zone that cannot be used at all. */
  origin: 'bundled' | 'dropped' | 'uploaded' | 'path' | null
  /** What runs is not what lies in the drop zone any more, or not what was installed. */
  isChanged: boolean
  /** Its folder was taken out of the drop zone; it runs from its copy. */
  isRemoved: boolean
  /** Why what lies in the drop zone cannot be used. */
  problem: string | null
  /** A newer version that waits for `update`. */
  offer: Offer | null
  /** The version that `rollback` would go to. */
  previous: string | null
  /** Why the last update did not work; the version of before runs. */
  updateError: string | null
}

type Tools = Pick<HostTools, 'calls' | 'db' | 'log' | 'clock' | 'words' | 'dataDir' | 'sources'>

/** The plugins that are here: bundled, dropped, uploaded, brought by a command. */
export class Installs {
  readonly base: Base
  /** Plugins that have run, also those that are off or gone since. */
  ids: ReadonlySet<string> = new Set()
  readonly #tools: Tools
  readonly #bundled: ReadonlySet<string>
  readonly #zone: DropZone
  readonly #copies: Copies
  readonly #changed = new Set<string>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(tools: Tools) {
    const { db, dataDir, clock, words, sources } = tools
    this.#bundled = new Set(findPlugins(sources).map(({ id }) => id))
    this.#tools = tools
    this.base = { db, dataDir, clock }
    this.#copies = new Copies(this.base)
    this.#zone = new DropZone({
      ...this.base,
      explain: ({ code, values }) => words.translator('en', 'UTC').t(`error.${code}`, values),
      isBundled: id => this.isBundled(id)
    })
  }

  /** Undoes and removes what a killed process has left. Answers the ids of undone updates. */
  async prepare(): Promise<string[]> {
    const { dataDir } = this.base
    await this.#unlessBroken(async () => {
      await mkdir(dropZone(dataDir), { recursive: true, mode: 0o700 })
      await removeDrafts(dataDir)
      await dropOldUploads(dataDir)
    })
    return undoCutUpdates(this.#tools)
  }

  /** Everything that is here now. */
  scan(): Promise<Map<string, Found>> {
    const mine = this.#turn.then(() => this.#scan())
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  async #scan() {
    const { db, dataDir, clock } = this.base
    await this.#unlessBroken(async () => {
      for (const id of await this.#zone.look()) this.#changed.add(id)
    })
    const found = await findInstalled(db, dataDir, this.#tools.sources, clock())
    for (const [id, { problem }] of this.#zone.statuses()) {
      if (problem !== null && !found.has(id))
        found.set(id, unusable(id, dropZone(dataDir), problem))
    }
    await recordPlugins(db, [...found.values()], clock())
    const rows = [...(await listPluginRows(db)).values()]
    this.ids = new Set(rows.flatMap(row => (row.activated_at === null ? [] : [row.id])))
    return found
  }

  /** A folder that cannot be used must not keep Sapa from starting with what it has. */
  async #unlessBroken(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#tools.log.error({ err: error }, 'The plugins folder cannot be used')
    }
  }

  /** Plugins that have other code than at the last call. */
  takeChanged(): string[] {
    const ids = [...this.#changed]
    this.#changed.clear()
    return ids
  }

  /** Looks whether the copies that run are still what was installed. */
  async checkCopies(): Promise<void> {
    await this.#copies.check(await listPluginRows(this.base.db))
  }

  /** `previous`: the version before of each plugin that has one. */
  facts(found: Found, row: PluginRow, previous: ReadonlyMap<string, string>): InstallFacts {
    const dropped = this.#zone.statusOf(found.id)
    const isDropped = row.origin === 'dropped'
    const isOther = row.dropped_hash !== null && row.dropped_hash !== row.hash
    return {
      origin: found.source.isBundled ? 'bundled' : row.origin,
      isChanged: (dropped !== null && isOther) || this.#copies.isTampered(row),
      isRemoved: isDropped && dropped === null,
      problem: dropped?.problem ?? null,
      offer: offerOf(this.base.dataDir, row),
      previous: previous.get(found.id) ?? null,
      updateError: row.update_error
    }
  }

  get dataDir(): string {
    return this.base.dataDir
  }

  isBundled(id: string): boolean {
    return this.#bundled.has(id)
  }

  /** Plugins of which only what they stored is left. */
  async listKept(): Promise<{ id: string; version: string }[]> {
    const rows = [...(await listPluginRows(this.base.db)).values()]
    return rows
      .filter(row => row.folder === null && row.activated_at !== null && !this.isBundled(row.id))
      .filter(row => this.#zone.statusOf(row.id) === null)
      .map(({ id, version }) => ({ id, version }))
  }

  /** The row of a plugin; undefined when nothing is known of it. */
  async row(id: string): Promise<PluginRow | undefined> {
    return (await listPluginRows(this.base.db)).get(id)
  }
}

function unusable(id: string, folder: string, problem: string): Found {
  const source = { folder, isBundled: false, code: () => '', migrations: () => '' }
  return { id, folder: `${folder}/${id}`, source, manifest: null, problems: [problem] }
}
