import { join } from 'node:path'
import type { Logger } from 'pino'
import { agentRoutes } from './agent/routes.ts'
import { finishRestore } from './backup/swap.ts'
import { BlobStore } from './blob/store.ts'
import { Channels } from './channel/registry.ts'
import { realTiming, type Timing } from './channel/timing.ts'
import { webhookRoutes } from './channel/webhook-routes.ts'
import type { Config } from './config.ts'
import { lockAfterCommands } from './db/lock.ts'
import { closeDatabases, prepareDb, UnusableData } from './db/prepare.ts'
import type { Db } from './db/schema.ts'
import { onCommit } from './db/transaction.ts'
import { loadWords } from './i18n/words.ts'
import { apiRoutes } from './api/routes.ts'
import { attachmentRoutes } from './inbox/attachment-routes.ts'
import { fileLinkRoutes } from './inbox/file-link-routes.ts'
import { bulkRoutes } from './inbox/bulk-routes.ts'
import { templateRoutes } from './inbox/composer/template-routes.ts'
import { composerRoutes } from './inbox/composer/routes.ts'
import { conversationRoutes } from './inbox/conversation-routes.ts'
import { customerRoutes } from './inbox/customer-routes.ts'
import { messageActRoutes } from './inbox/message-act-routes.ts'
import { messageRoutes } from './inbox/message-routes.ts'
import { replyRoutes } from './inbox/composer/reply-routes.ts'
import { inboxRoutes } from './inbox/routes.ts'
import { stateRoutes } from './inbox/state-routes.ts'
import { createJobs } from './jobs/jobs.ts'
import { createOutside } from './jobs/outside.ts'
import { createPool } from './jobs/pool.ts'
import { LiveHub } from './live/hub.ts'
import { createPresence } from './live/presence.ts'
import { liveRoutes } from './live/routes.ts'
import { createTyping } from './live/typing.ts'
import { peopleRoomRoutes } from './people/routes.ts'
import { settingsRoutes } from './settings/routes.ts'
import { noticeQuarantine } from './plugin-host/boot/notice.ts'
import { Boot } from './plugin-host/boot/boot.ts'
import { openPlugins } from './plugin-host/open.ts'
import { meRoutes } from './me/routes.ts'
import { recoveryRoutes } from './plugin-host/recovery/routes.ts'
import { pluginRoutes } from './plugin-host/routes.ts'
import { pluginRoomRoutes } from './plugins/routes.ts'
import { slotRoutes } from './plugin-host/slot/routes.ts'
import { reportRoutes } from './report/routes.ts'
import type { Sapa } from './sapa.ts'
import { checkKey } from './secret/check.ts'
import { openSecretBox, type SecretBox } from './secret/box.ts'
import { randomToken } from './secret/token.ts'
import type { App } from './web/app.ts'
import { createLogger } from './web/log.ts'
import { buildServer } from './web/server.ts'
import { createWork, startWork } from './work.ts'

export interface Running {
  sapa: Sapa
  app: App
  /** Drains, stops and closes everything. Calling it twice is harmless. */
  close(): Promise<void>
}

export interface Parts {
  log?: Logger
  clock?: () => Date
  /** Without background work: no jobs, no connections to channels. For tests and commands. */
  isIdle?: boolean
  /** It ends by itself soon: other commands and servers wait for it. */
  isCommand?: boolean
  /** The alarms of lines and outbox, for tests. */
  timing?: Timing
  /** Origins that others play, for tests. */
  standIns?: ReadonlyMap<string, string>
  /** More routes, for tests. */
  routes?: (app: App, sapa: Sapa) => void
}

/** Everything that runs, except listening: what `main.ts` starts and tests talk to. */
export async function startSapa(config: Config, parts: Parts = {}): Promise<Running> {
  const holder = parts.isCommand ? 'command' : 'server'
  const closers: Closer[] = [await lockAfterCommands(config.dataDir, holder)]
  const close = closeOnce(closers)
  const clock = parts.clock ?? (() => new Date())
  const boot = openBoot(config, clock)
  closers.push(() => boot.close())
  try {
    const sapa = await openSapa(config, { ...parts, clock, boot }, closers)
    const app = await buildApp(sapa, parts.routes)
    // Only now is known which addresses are Sapa's own.
    sapa.plugins.router.claims.keepOwn(app.doors.map(({ url }) => url))
    await sapa.plugins.start()
    if (!parts.isIdle) closers.push(await startWork(sapa))
    closers.push(() => app.close())
    return { sapa, app, close }
  } catch (error) {
    // What the owner must mend is no failure of the start.
    if (!(error instanceof UnusableData)) boot.fail()
    await close()
    throw error
  }
}

/** The web server over an opened Sapa. */
async function buildApp(sapa: Sapa, more?: Parts['routes']): Promise<App> {
  const app = await buildServer(sapa)
  agentRoutes(app, sapa)
  liveRoutes(app, sapa)
  pluginRoutes(app, sapa)
  recoveryRoutes(app, sapa)
  slotRoutes(app, sapa)
  reportRoutes(app, sapa)
  webhookRoutes(app, sapa)
  inboxRoutes(app, sapa)
  conversationRoutes(app, sapa)
  composerRoutes(app, sapa)
  templateRoutes(app, sapa)
  messageRoutes(app, sapa)
  messageActRoutes(app, sapa)
  replyRoutes(app, sapa)
  stateRoutes(app, sapa)
  customerRoutes(app, sapa)
  attachmentRoutes(app, sapa)
  fileLinkRoutes(app, sapa)
  bulkRoutes(app, sapa)
  meRoutes(app, sapa)
  settingsRoutes(app, sapa)
  peopleRoomRoutes(app, sapa)
  pluginRoomRoutes(app, sapa)
  await apiRoutes(app, sapa)
  more?.(app, sapa)
  await app.ready()
  return app
}

async function openSapa(
  config: Config,
  parts: Parts & Pick<Sapa, 'clock' | 'boot'>,
  closers: Closer[]
): Promise<Sapa> {
  finishRestore(config.dataDir)
  const { clock, boot } = parts
  const log = parts.log ?? createLogger(config)
  const { db, reader } = await prepareDb(config.dataDir, clock())
  closers.push(() => closeDatabases({ db, reader }))
  const secrets = await openSecrets(config, db, clock())
  const live = new LiveHub()
  const presence = createPresence(live)
  const timing = parts.timing ?? realTiming
  const typing = createTyping({ db, reader, live, presence, timing, log })
  const pool = createPool()
  const outside = createOutside()
  closers.push(
    onCommit(db, news => live.tell(news)),
    () => presence.stop(),
    () => typing.stop(),
    () => pool.stop(),
    () => outside.stop()
  )
  const base = {
    ...{ config, db, reader, log, clock, secrets, live, presence, typing },
    ...{ pool, outside, boot },
    blobs: new BlobStore(join(config.dataDir, 'blobs')),
    words: loadWords(),
    jobs: createJobs(db, { clock, log }),
    channels: new Channels(),
    setupToken: randomToken()
  }
  const { fetcher, plugins } = openPlugins({
    ...base,
    standIns: parts.standIns,
    onQuarantine: (id, why) => {
      plugins
        .find(id)
        .then(plugin => noticeQuarantine(base, plugin, why))
        .catch((error: unknown) => log.error({ err: error, plugin: id }, 'no notice'))
    }
  })
  closers.push(
    () => fetcher.close(),
    () => plugins.hooks.stop(),
    () => plugins.stop()
  )
  const whole = { ...base, fetcher, plugins }
  return { ...whole, ...createWork(whole, parts.timing) }
}

function openBoot({ isBootGuarded: isGuarded, ...config }: Config, clock: () => Date): Boot {
  return new Boot({ ...config, isGuarded, clock })
}

async function openSecrets(config: Config, db: Db, now: Date): Promise<SecretBox> {
  try {
    const secrets = openSecretBox(config.dataDir, config.secretKey)
    await checkKey(db, secrets, now)
    return secrets
  } catch (error) {
    throw new UnusableData(error instanceof Error ? error.message : String(error))
  }
}

type Closer = () => unknown

/** Last opened, first closed. */
function closeOnce(closers: Closer[]): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => (closing ??= closeAll(closers))
}

async function closeAll(closers: Closer[]): Promise<void> {
  for (const closer of closers.toReversed()) await closer()
}
