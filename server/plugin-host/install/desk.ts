import { conflict, DomainError, notFound } from '../../errors.ts'
import type { PluginEntry } from '../host.ts'
import { changePlugin } from '../state.ts'
import type { PluginOrigin } from '../table.ts'
import type { Hand } from './hand.ts'
import { takeInventory, type Inventory } from './inventory.ts'
import { asRefusal, type Origin } from './origin.ts'
import { withPackage } from './package.ts'
import { reviewPackage, type Review } from './review.ts'
import { ConsentNeeded } from './consent.ts'
import { stage } from './stage.ts'
import { takeIn } from './take-in.ts'
import { uninstallPlugin, type Uninstalled } from './uninstall.ts'
import { rollBackPlugin, updatePlugin } from './update.ts'
import { dropUpload, findUpload, keepUpload } from './upload.ts'

/** Where plugins come in and go out: uploads, updates, removals. */
export abstract class PackageDesk {
  protected abstract readonly hand: Hand
  abstract find(id: string): Promise<PluginEntry>
  abstract scan(): Promise<void>

  /** Undoes what a killed process has left half done. Not beside a running server. */
  async prepare(): Promise<void> {
    await this.hand.installs.prepare()
  }

  /**
   * Keeps a zip file for an hour and answers its id for `review`. Nothing in it runs. Throws
   * PackageRefused, whose code says what is wrong with it.
   */
  async upload(zip: AsyncIterable<Uint8Array>): Promise<string> {
    this.#refuseUploads()
    return keepUpload(this.hand.tools.dataDir, zip)
  }

  /** What the owner should know before anything of an upload runs. */
  async review(uploadId: string): Promise<Review> {
    this.#refuseUploads()
    const { tools, installs } = this.hand
    const origin = await findUpload(tools.dataDir, uploadId)
    return reviewPackage(installs, origin)
  }

  /** Throws an upload away. */
  async discard(uploadId: string): Promise<void> {
    const { running, tools } = this.hand
    await running.take(() => dropUpload(tools.dataDir, uploadId))
  }

  /**
   * Installs an upload: a new plugin stays off, an active one is updated. Throws ConsentNeeded when
   * an update may do more than `acceptedScopes` names; the upload stays then.
   */
  async accept(
    uploadId: string,
    { acceptedScopes = [] }: { acceptedScopes?: readonly string[] } = {}
  ): Promise<PluginEntry> {
    const { running, tools } = this.hand
    // Of two who accept at once the second finds nothing any more.
    const id = await running.take(async () => {
      const { manifest, isBundled, installed } = await this.review(uploadId)
      refuseUnlessFree(manifest.id, isBundled, installed, acceptedScopes)
      const origin = await findUpload(tools.dataDir, uploadId)
      await this.#bringIn(origin, 'uploaded', manifest.id, acceptedScopes)
      await dropUpload(tools.dataDir, uploadId)
      return manifest.id
    })
    return this.find(id)
  }

  /**
   * The same as an upload, from a folder, a single file or a zip file of this machine. Not for what
   * people send: only for whoever could copy it into the drop zone as well.
   */
  async installFrom(
    path: string,
    { acceptedScopes = [] }: { acceptedScopes?: readonly string[] } = {}
  ): Promise<PluginEntry> {
    return withPackage(this.hand.tools.dataDir, path, async origin => {
      const { manifest, isBundled, installed } = await reviewPackage(this.hand.installs, origin)
      refuseUnlessFree(manifest.id, isBundled, installed, acceptedScopes)
      const { id } = manifest
      await this.hand.running.take(() => this.#bringIn(origin, 'path', id, acceptedScopes))
      return this.find(manifest.id)
    })
  }

  async #bringIn(
    origin: Origin,
    kind: PluginOrigin,
    id: string,
    acceptedScopes: readonly string[]
  ): Promise<void> {
    const { tools, installs, running } = this.hand
    const staged = await stage(tools.dataDir, origin, id).catch((error: unknown) => {
      throw asRefusal(error)
    })
    const row = await installs.row(id)
    const outcome = await takeIn(installs.base, staged, kind, row)
    // What still lies in the drop zone is older than what was brought on purpose.
    await changePlugin(tools.db, id, { dropped_hash: null })
    await this.scan()
    if (outcome === 'offered') await updatePlugin(this.hand, id, acceptedScopes)
    else if (row?.is_active === 1) await running.start(id)
  }

  /**
   * Exchanges a plugin for the version that it is offered. Throws ConsentNeeded when that one may do
   * more than `acceptedScopes` names. A version that cannot start changes nothing: the answer has
   * `updateError`, and the old one runs with its tables as they were.
   */
  async update(
    id: string,
    { acceptedScopes = [] }: { acceptedScopes?: readonly string[] } = {}
  ): Promise<PluginEntry> {
    await this.scan()
    await this.hand.running.take(() => updatePlugin(this.hand, id, acceptedScopes))
    return this.find(id)
  }

  /** Back to the version before. Its tables stay as the newer one has made them. */
  async rollback(id: string): Promise<PluginEntry> {
    await this.hand.running.take(() => rollBackPlugin(this.hand, id))
    return this.find(id)
  }

  /** What a plugin has stored, counted. Also of one whose code is gone. */
  async inventory(id: string): Promise<Inventory> {
    if (!(await this.hand.installs.row(id))) throw notFound('plugin')
    return takeInventory(this.hand.tools.db, this.hand.tools.dataDir, id)
  }

  /**
   * Removes a plugin; `keep`: its settings and tables stay for a later install, `delete`: they go,
   * after a copy into `backups/`. A bundled one is only emptied, with `delete`, while it is off.
   */
  async uninstall(id: string, mode: 'keep' | 'delete'): Promise<Uninstalled> {
    const gone = await this.hand.running.take(() => uninstallPlugin(this.hand, id, mode))
    await this.scan()
    return gone
  }

  /** Plugins whose code is gone and whose settings and tables were kept. */
  async listKept(): Promise<{ id: string; version: string }[]> {
    return this.hand.installs.listKept()
  }

  #refuseUploads(): void {
    if (this.hand.tools.isUploadOff) throw new DomainError('upload_off', 403)
  }
}

function refuseUnlessFree(
  id: string,
  isBundled: boolean,
  installed: Review['installed'],
  acceptedScopes: readonly string[]
): void {
  if (isBundled) throw conflict('plugin_bundled', { id })
  const missing = installed?.scopesAdded.filter(scope => !acceptedScopes.includes(scope)) ?? []
  if (installed?.isActive && missing.length > 0) throw new ConsentNeeded(missing)
}
