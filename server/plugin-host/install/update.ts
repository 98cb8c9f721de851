import { conflict, notFound } from '../../errors.ts'
import type { PluginRow } from '../state.ts'
import { offerOf } from './offer.ts'
import { ConsentNeeded } from './consent.ts'
import type { Hand } from './hand.ts'
import { swapVersion } from './swap.ts'
import { listVersions } from './version.ts'

/**
 * Exchanges a plugin for the version that is offered. When that one cannot start, the old one runs
 * again with its tables as they were, and the row says why.
 */
export async function updatePlugin(
  hand: Hand,
  id: string,
  acceptedScopes: readonly string[]
): Promise<void> {
  const row = await installedRow(hand, id)
  const offer = offerOf(hand.tools.dataDir, row)
  if (!offer) throw conflict('no_update', { id })
  const missing = offer.scopesAdded.filter(scope => !acceptedScopes.includes(scope))
  if (missing.length > 0) throw new ConsentNeeded(missing)
  await swapVersion(hand, row, offer.folder, { offered: null })
}

/** Back to the version before, which stays offered the other way round. Tables stay as they are. */
export async function rollBackPlugin(hand: Hand, id: string): Promise<void> {
  const row = await installedRow(hand, id)
  const before = previousOf(row, await listVersions(hand.tools.db, id))
  if (!before) throw conflict('no_previous', { id })
  await swapVersion(hand, row, before.folder, { offered: row.folder })
}

type Version = Awaited<ReturnType<typeof listVersions>>[number]

/** The version that was installed before the one of the row. `versions`: the newest first. */
function previousOf(
  row: Pick<PluginRow, 'folder'>,
  versions: readonly Version[]
): Version | undefined {
  const index = versions.findIndex(({ folder }) => folder === row.folder)
  return index < 0 ? undefined : versions[index + 1]
}

async function installedRow(hand: Hand, id: string): Promise<PluginRow> {
  const row = await hand.installs.row(id)
  if (!row) throw notFound('plugin')
  if (row.folder === null) throw conflict('plugin_bundled', { id })
  return row
}
