import { join } from 'node:path'
import type { PluginRow } from '../state.ts'
import { hashFolder, hashOfAll, type FileHashes } from './hash.ts'
import { contentsOf } from './origin.ts'
import { versionsFolder } from './place.ts'
import type { Base } from './take-in.ts'

/** Whether the copies on the disk are what was installed: nobody but Sapa should write there. */
export class Copies {
  readonly #base: Base
  readonly #known = new Map<string, { mark: string; isTampered: boolean }>()

  constructor(base: Base) {
    this.#base = base
  }

  isTampered({ id, folder }: Pick<PluginRow, 'id' | 'folder'>): boolean {
    return this.#known.get(`${id}/${folder}`)?.isTampered ?? false
  }

  /** Files are only read when a look from outside shows a change. */
  async check(rows: ReadonlyMap<string, PluginRow>): Promise<void> {
    for (const { id, folder } of rows.values()) {
      if (folder === null) continue
      const place = join(versionsFolder(this.#base.dataDir, id), folder)
      const mark = await contentsOf({ path: place, isFile: false }).then(
        contents => contents.mark,
        () => 'gone'
      )
      if (this.#known.get(`${id}/${folder}`)?.mark === mark) continue
      const isTampered = mark === 'gone' || !(await this.#isWhole(id, folder, place))
      this.#known.set(`${id}/${folder}`, { mark, isTampered })
    }
  }

  async #isWhole(id: string, folder: string, place: string): Promise<boolean> {
    const row = await this.#base.db
      .selectFrom('plugin_version')
      .select('files')
      .where('plugin_id', '=', id)
      .where('folder', '=', folder)
      .executeTakeFirst()
    if (!row) return true
    return hashOfAll(await hashFolder(place)) === hashOfAll(JSON.parse(row.files) as FileHashes)
  }
}
