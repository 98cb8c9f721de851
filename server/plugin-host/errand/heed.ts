import { onForeignCommit } from '../../db/foreign.ts'
import type { Db } from '../../db/schema.ts'
import type { Logger } from '../../plugin-api/account.ts'
import type { SecretBox } from '../../secret/box.ts'
import type { PluginHost } from '../host.ts'
import { carryOut } from './carry-out.ts'
import type { Errand } from './errand.ts'

const lookEveryMs = 500
/** Whoever asked longer ago has given up. */
const freshMs = 120_000

/** What was asked of the process before may be what has ended it. */
const begunAt = Date.now() - process.uptime() * 1000

interface Tools {
  db: Db
  secrets: SecretBox
  plugins: PluginHost
  log: Logger
}

/** Does for commands beside the server what only it can do. The returned function ends it. */
export function heedErrands(tools: Tools): () => void {
  let isBusy = false
  let isAsked = false
  const look = async () => {
    isAsked = true
    if (isBusy) return
    isBusy = true
    try {
      while (isAsked) {
        isAsked = false
        await answerAll(tools)
      }
    } catch (error) {
      tools.log.error({ err: error }, 'what a command asked could not be done')
    } finally {
      isBusy = false
    }
  }
  // What was asked while Sapa was starting.
  void look()
  return onForeignCommit(tools.db, () => void look(), lookEveryMs)
}

/** In the clock of the machine: the command has no other. */
async function answerAll({ db, secrets, plugins }: Tools): Promise<void> {
  const old = Date.now() - freshMs
  await db.deleteFrom('plugin_errand').where('created_at', '<', old).execute()
  const waiting = await db
    .selectFrom('plugin_errand')
    .select(['id', 'errand', 'created_at'])
    .where('answer', 'is', null)
    .orderBy('id')
    .limit(50)
    .execute()
  for (const { id, errand, created_at } of waiting) {
    const answer =
      created_at < begunAt
        ? { failure: 'Sapa was started anew before it answered. Look with `sapa plugin list`.' }
        : await carryOut(plugins, JSON.parse(secrets.open(errand)) as Errand)
    await db
      .updateTable('plugin_errand')
      .set({ answer: secrets.seal(JSON.stringify(answer)) })
      .where('id', '=', id)
      .execute()
  }
}
