import { pino } from 'pino'
import { Channels } from '../../channel/registry.ts'
import type { Config } from '../../config.ts'
import type { Db } from '../../db/schema.ts'
import { loadWords } from '../../i18n/words.ts'
import { createJobs } from '../../jobs/jobs.ts'
import type { SecretBox } from '../../secret/box.ts'
import { openPlugins } from '../open.ts'
import { carryOut } from './carry-out.ts'
import type { Answer, Errand } from './errand.ts'

interface Base {
  config: Config
  db: Db
  secrets: SecretBox
}

/** Does it in this process, because no server runs: a plugin that must run for it does so meanwhile. */
export async function carryOutAlone(base: Base, errand: Errand): Promise<Answer> {
  const clock = () => new Date()
  const log = pino({ level: 'silent' })
  const { fetcher, plugins } = openPlugins({
    ...{ ...base, reader: base.db, log, clock, words: loadWords(), channels: new Channels() },
    jobs: createJobs(base.db, { clock, log })
  })
  try {
    await plugins.prepare()
    await plugins.scan()
    if (errand.verb === 'settings' || errand.verb === 'save') await wake(plugins, errand.id)
    return await carryOut(plugins, errand)
  } finally {
    await plugins.stop()
    await fetcher.close()
  }
}

/** What the owner has switched on. */
async function wake(plugins: ReturnType<typeof openPlugins>['plugins'], id: string): Promise<void> {
  const known = (await plugins.list()).find(plugin => plugin.id === id)
  if (known?.isActive) await plugins.activate(id)
}
