import { anySignal } from '../any-signal.ts'
import type { AccountContext } from '../plugin-api/account.ts'
import type { ChannelDefinition } from '../plugin-api/channel.ts'
import type { PluginDb } from '../plugin-api/database.ts'
import type { ChannelFailure, FailureDetail, FailureKind } from '../plugin-api/outbound.ts'
import type { Dispose, SapaContext } from '../plugin-api/plugin.ts'
import { accountContext } from './account/context.ts'
import { assertOn, type Active } from './active.ts'
import { attributed } from './attribution.ts'
import { checkAnswer, checkChannel, checkSession, WrongAnswer } from './channel/check.ts'
import { hooksOf } from './hook/context.ts'
import { wordPrefix } from './locale.ts'
import { mailContext } from './mail/context.ts'
import { maskedLog, secretsIn } from './mask.ts'
import { hostInScopes } from './net-scope.ts'
import { neighbourContext } from './neighbour/context.ts'
import { pageContext } from './page/context.ts'
import type { PluginRouter } from './router.ts'
import { personalContext } from './personal/context.ts'
import { recordContext } from './record/context.ts'
import { routeContext } from './route/context.ts'
import { ruleContext } from './rule/context.ts'
import { slotContext } from './slot/context.ts'
import { ownTables } from './table-guard.ts'
import type { HostTools } from './tools.ts'
import { quietChecks, quietLine, quietProbe } from './veil.ts'
import { valuesOf } from './value.ts'

/** Everything that a plugin may use. What it registers is undone when it is switched off. */
export function contextOf(tools: HostTools, router: PluginRouter, active: Active): SapaContext {
  const { id, manifest } = active
  const keep = (dispose: Dispose): Dispose => active.disposers.add(dispose)
  const { fetch, own, settings } = partsOf(tools, active, keep)
  return {
    id,
    version: manifest.version,
    signal: active.stop.signal,
    log: active.log,
    settings,
    // Kysely does more than is promised; its types would tie plugins to its major version.
    db: ownTables(tools.db, id, tools.knownIds ?? (() => [])) as unknown as PluginDb,
    values: valuesOf(tools.db, id, tools.clock),
    channel: definition => registerChannel(tools, active, definition, keep),
    jobs: jobsOf(tools, active, keep),
    fetch,
    t: (locale, key, values) =>
      tools.words.translator(locale, 'UTC').t(`${wordPrefix(id)}.${key}`, values),
    failure,
    own,
    ...routeContext(tools, router, active),
    ...neighbourContext(tools, active),
    ...personalContext(tools, active),
    ...recordContext(tools, active),
    ...ruleContext(tools, active),
    ...slotContext(tools, active),
    ...mailContext(tools, active),
    ...pageContext(tools, router, active),
    ...hooksOf(tools.hooks, active, keep),
    ...accountContext(tools, active)
  }
}

function partsOf(
  tools: HostTools,
  active: Active,
  keep: (dispose: Dispose) => Dispose
): Pick<SapaContext, 'fetch' | 'own' | 'settings'> {
  const guarded = tools.fetcher.within(host => hostInScopes(host, active.manifest.scopes))
  return {
    fetch: (url, init = {}) => {
      return guarded(url, { ...init, signal: anySignal(active.stop.signal, init.signal) })
    },
    own: dispose => {
      // A late one is undone at once.
      if (active.stop.signal.aborted) void Promise.resolve().then(dispose)
      else keep(dispose)
    },
    settings: {
      get: () => ({ ...active.values }),
      onChange: listener => {
        assertOn(active)
        active.listeners.add(listener)
        return keep(() => void active.listeners.delete(listener))
      }
    }
  }
}

function registerChannel(
  tools: HostTools,
  active: Active,
  definition: ChannelDefinition,
  keep: (dispose: Dispose) => Dispose
): Dispose {
  assertOn(active)
  const thing = `channel:${definition.type}`
  if (!active.manifest.provides.includes(thing)) {
    throw new Error(`plugin.json does not say that it provides ${thing}`)
  }
  checkChannel(definition)
  const ofAccount = accountOf(tools, active, definition)
  const hide = (secrets: () => string[]) =>
    tools.calls.faults.hide(active.id, Symbol('probe'), secrets)
  const opened: ChannelDefinition = {
    ...definition,
    ...quietProbe(definition, hide),
    open: openAs(tools, active, definition, ofAccount),
    leave: async account => definition.leave?.(ofAccount(account))
  }
  const own = attributed(opened, watched(tools, active.id, definition.type))
  const dispose = keep(tools.channels.register(own, active.id))
  active.provided.add(thing)
  return dispose
}

/** An account's requests stay within the plugin's scopes, and its log shows no secret of the account. */
function accountOf(tools: HostTools, active: Active, definition: ChannelDefinition) {
  const fetch = tools.fetcher.within(host => hostInScopes(host, active.manifest.scopes))
  return (account: AccountContext): AccountContext => {
    const secrets = () => secretsIn(definition.settings, account.settings)
    tools.calls.faults.hide(active.id, `account ${account.facts.id}`, secrets)
    const log = maskedLog(tools.lines?.keep(active.id, account.log) ?? account.log, secrets)
    return { ...account, ...quietLine(account, secrets), fetch, log }
  }
}

/** Core calls a session later and from elsewhere: each call must still be known as the plugin's. */
function openAs(
  tools: HostTools,
  active: Active,
  definition: ChannelDefinition,
  ofAccount: (account: AccountContext) => AccountContext
): ChannelDefinition['open'] {
  return async account => {
    assertOn(active)
    const session = await definition.open(ofAccount(account))
    const secretsOf = () => secretsIn(definition.settings, account.settings)
    checkSession(session)
    const watch = watched(tools, active.id, definition.type)
    const call = (name: string, work: () => unknown) => watch(name, () => checkAnswer(name, work()))
    return attributed(session, call, quietChecks(session, secretsOf))
  }
}

/** These may wait for news or for the network for as long as they like. */
const waiting = new Set(['open', 'poll', 'history', 'checks', 'close', 'leave'])

function watched(tools: HostTools, plugin: string, type: string) {
  return (name: string, work: () => unknown) =>
    tools.calls.watch(plugin, `channel ${type} ${name}`, work, {
      isWaiting: waiting.has(name),
      isAnswer: error => isRefusal(error)
    })
}

/** What a provider says is no fault of the plugin, and neither is being told to stop. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof WrongAnswer) return false
  return 'failure' in error || error.name === 'AbortError'
}

function jobsOf(
  tools: HostTools,
  active: Active,
  keep: (dispose: Dispose) => Dispose
): SapaContext['jobs'] {
  const { id } = active
  return {
    handle: (name, work) => {
      assertOn(active)
      const asPlugin: typeof work = (payload, signal) =>
        tools.calls.run(id, `job ${name}`, () => work(payload, signal), { signal })
      return keep(tools.jobs.handle(id, name, asPlugin))
    },
    add: (name, payload, options) => tools.jobs.add(tools.db, id, name, payload, options),
    every: (name, cron) => {
      assertOn(active)
      return keep(tools.jobs.every(id, name, cron))
    }
  }
}

function failure(kind: FailureKind, message: string, detail: FailureDetail = {}): ChannelFailure {
  const error = new Error(message)
  error.name = 'ChannelFailure'
  return Object.assign(error, { failure: kind, detail })
}
