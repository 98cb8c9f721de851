import { removeEndedSessions } from './agent/session.ts'
import { handleResets } from './agent/reset-job.ts'
import { forgetOld } from './api/once.ts'
import { heedCommands } from './channel/beside.ts'
import { heedFarewells } from './channel/farewell.ts'
import { handleInboundJobs } from './channel/chores.ts'
import { keepFirstAccounts } from './channel/account/first.ts'
import { Dispatcher } from './channel/outbox/dispatch.ts'
import { sendNotice } from './channel/notice.ts'
import { handleOutboundJobs } from './channel/outbox/chores.ts'
import { listRecipients } from './channel/recipients.ts'
import { JournalReader } from './channel/journal/read.ts'
import { createReadTeller, type ReadTeller } from './channel/courtesy/tell-read.ts'
import { createTypingTeller, type TypingTeller } from './channel/courtesy/tell-typing.ts'
import { Supervisor } from './channel/line/supervisor.ts'
import { TemplateKeeper } from './channel/template/keep.ts'
import type { Account } from './channel/table.ts'
import { realTiming, type Timing } from './channel/timing.ts'
import { fileLink } from './conversation/step/file-link.ts'
import { dropUploads } from './conversation/reply/upload.ts'
import { wakeConversations } from './conversation/wake.ts'
import { followAuthor } from './plugin-host/author/follow.ts'
import { isAuthoring } from './plugin-host/author/tell.ts'
import { heedErrands } from './plugin-host/errand/heed.ts'
import { watchDropZone } from './plugin-host/install/watch.ts'
import type { Sapa } from './sapa.ts'

/** What goes on without anybody asking. */
export interface Work {
  /** Reads what came in. */
  journal: JournalReader
  /** Keeps the lines to the channels open. */
  supervisor: Supervisor
  /** Sends what waits. */
  dispatcher: Dispatcher
  /** Keeps what providers have approved. */
  templates: TemplateKeeper
  /** Tells customers that an agent writes to them. */
  tellTyping: TypingTeller
  /** Tells customers that we have read. */
  tellRead: ReadTeller
}

type Base = Omit<Sapa, keyof Work>

/** Put together, not started. */
export function createWork(sapa: Base, given?: Timing): Work {
  const { db, reader, blobs, channels, log, clock, secrets, config, fetcher, pool, outside } = sapa
  const timing = given ?? { ...realTiming, now: clock }
  const tools = { db, blobs, timing, log, random: Math.random }
  const supervisor = new Supervisor({
    ...tools,
    secrets,
    channels,
    publicUrl: config.publicUrl,
    fetch: fetcher.fetch,
    typing: sapa.typing,
    words: sapa.words,
    linkTo: token => fileLink(secrets, config.publicUrl, token, clock()),
    onAttention: account => tellOwners(sapa, account)
  })
  const filtering = sapa.plugins.hooks.hooks
  const reading = { channels, workers: pool, outside, filtering }
  const telling = { db, reader, sessions: supervisor, timing, log }
  return {
    journal: new JournalReader({ ...reading, db, blobs, clock, log }),
    supervisor,
    dispatcher: new Dispatcher({ ...tools, supervisor }),
    templates: new TemplateKeeper({ ...tools, supervisor }),
    tellTyping: createTypingTeller(telling),
    tellRead: createReadTeller(telling)
  }
}

/** Reading before connecting, sending last. The returned function stops it all within 12 s. */
export async function startWork(sapa: Sapa): Promise<() => Promise<void>> {
  const { journal, supervisor, dispatcher, templates, jobs, db, log } = sapa
  keepHouse(sapa)
  const ignoreCommands = heedCommands(db, log)
  const ignoreErrands = heedErrands(sapa)
  const ignorePlugins = watchDropZone({
    ...{ dataDir: sapa.config.dataDir, log },
    onChange: () => sapa.plugins.refresh()
  })
  const ignoreAuthor = isAuthoring() ? followAuthor(sapa) : async () => {}
  const ignoreChannels = keepFirstAccounts(sapa)
  const ignoreFarewells = heedFarewells(sapa)
  journal.start()
  jobs.start()
  await supervisor.start()
  await dispatcher.start()
  templates.start()
  return async () => {
    ignoreCommands()
    ignoreErrands()
    ignorePlugins()
    await ignoreChannels()
    ignoreFarewells()
    await ignoreAuthor()
    await dispatcher.stop()
    sapa.tellTyping.stop()
    await sapa.tellRead.stop()
    await templates.stop()
    await supervisor.stop()
    await jobs.stop()
    await journal.stop()
  }
}

/** Work by the clock, and what time has made useless. */
function keepHouse(sapa: Sapa): void {
  const { db, jobs, clock, blobs } = sapa
  const tools = { db, blobs, clock, sessions: sapa.supervisor }
  handleInboundJobs(jobs, tools)
  handleOutboundJobs(jobs, { db, clock, filtering: sapa.plugins.hooks.hooks })
  const every = (name: string, cron: string, work: () => Promise<unknown>) => {
    jobs.handle('core', name, async () => void (await work()))
    jobs.every('core', name, cron)
  }
  every('wake-conversations', '* * * * *', () => wakeConversations(db, clock()))
  every('old-uploads', '53 2 * * *', () => dropUploads(db, clock()))
  every('old-answers', '37 * * * *', () => forgetOld(db, clock()))
  every('ended-sessions', '17 * * * *', () => removeEndedSessions(db, clock()))
  handleResets(sapa, async ({ to, subject, text }) => {
    await sendNotice(db, { to: to.address, subject, text, isAutomatic: false }, clock())
  })
}

/** A mail through another account: this one cannot carry it. */
async function tellOwners(sapa: Base, account: Account): Promise<void> {
  const { db, words, clock, config } = sapa
  for (const { email, locale, timeZone } of await listRecipients(db)) {
    const { t } = words.translator(locale, timeZone)
    const values = { name: account.name, url: `${config.publicUrl}/settings/accounts` }
    const notice = {
      to: email,
      subject: t('account.attention.subject', values),
      text: t('account.attention.text', values),
      exceptAccountId: account.id
    }
    await sendNotice(db, notice, clock())
  }
}
