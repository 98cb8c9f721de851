import { findFirstMessage } from '../channel/account/first-message.ts'
import { findGuide, type Guide } from '../channel/account/guide.ts'
import type { ProbeRun } from '../channel/account/probe.ts'
import type { Account } from '../channel/table.ts'
import { preview } from '../conversation/preview/preview.ts'
import type { Translator } from '../i18n/words.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import type { Sapa } from '../sapa.ts'
import { showSteps, type ShownStep } from './probe-view.ts'

/** What is left to do after an account was connected. */
export interface AccountSteps {
  /** To be copied to the provider. */
  guide: { id: string; label: string; value: string; hint: string | null; isSecret: boolean }[]
  checks: ShownChecks | null
  firstMessage: ShownFirst | null
}

/** "Check the set-up" as it stands. */
export interface ShownChecks {
  /** Where it is asked for. */
  url: string
  /** Null before the first one. */
  run: string | null
  state: 'waiting' | 'running' | 'ok' | 'warn' | 'failed'
  stateText: string
  steps: ShownStep[]
  /** It begins by itself. */
  isDue: boolean
  /** The channel has nothing to check. */
  isAbsent: boolean
}

/** The first message is waited for, or it is there. */
export interface ShownFirst {
  url: string
  text: string
  link: string | null
  arrived: { text: string; href: string } | null
}

const dayMs = 24 * 60 * 60_000

/** For those who may manage accounts: the guide may hold secrets. `isSaved`: it was saved just now. */
export async function accountSteps(
  sapa: Sapa,
  words: Translator,
  account: Account,
  { isSaved }: { isSaved: boolean }
): Promise<AccountSteps> {
  const guide = await guideOf(sapa, account)
  const guides = guide.items.length > 0 || guide.firstMessage !== null
  return {
    guide: guide.items.map(({ label, value, hint, isSecret }, index) => ({
      id: `guide-${index}`,
      label: inLocale(label, words.locale),
      value,
      hint: hint ? inLocale(hint, words.locale) : null,
      isSecret: isSecret === true
    })),
    checks: checksOf(sapa, account, { guides, isSaved }),
    firstMessage: isNew(account, sapa.clock()) ? await firstOf(sapa, words, account, guide) : null
  }
}

/** The first message as it is now; null for a channel that has nothing to say about it. */
export async function watchFirstMessage(
  sapa: Sapa,
  words: Translator,
  account: Account
): Promise<ShownFirst | null> {
  return firstOf(sapa, words, account, await guideOf(sapa, account))
}

export function showChecks(
  run: ProbeRun,
  sapa: Pick<Sapa, 'channels' | 'clock'>,
  words: Translator,
  accountId: number
): ShownChecks {
  const { clock, channels } = sapa
  const isRunning = run.endedAt === null
  const isOk = run.result?.isOk === true
  const hasWarning = run.steps.some(step => step.state === 'warning')
  const state = isRunning ? 'running' : !isOk ? 'failed' : hasWarning ? 'warn' : 'ok'
  const time = words.duration(clock().getTime() - run.startedAt)
  return {
    ...noChecks(accountId),
    run: run.id,
    state,
    stateText: words.t(`checks.state.${state}`, { time }),
    steps: showSteps(run, channels, words),
    isAbsent: !isRunning && isOk && run.steps.length === 0
  }
}

function checksOf(
  { channels, supervisor }: Pick<Sapa, 'channels' | 'supervisor'>,
  account: Account,
  { guides, isSaved }: { guides: boolean; isSaved: boolean }
): ShownChecks | null {
  if (account.is_enabled === 0 || !channels.get(account.type)) return null
  const session = supervisor.session(account.id)
  // While its line opens, a channel that has a guide may have checks as well.
  if (session ? !session.checks : !guides) return null
  return { ...noChecks(account.id), isDue: isSaved }
}

/** Before the first one. */
export const noChecks = (id: number): ShownChecks => ({
  ...{ url: `/settings/accounts/${id}/checks`, run: null, state: 'waiting', stateText: '' },
  ...{ steps: [], isDue: false, isAbsent: false }
})

async function guideOf({ db, secrets, channels, config }: Sapa, account: Account): Promise<Guide> {
  const definition = channels.get(account.type)
  if (!definition) return { items: [], firstMessage: null }
  const { publicUrl } = config
  return findGuide({ db, secrets, publicUrl }, definition, account)
}

/** Later it needs no words that a message has come. */
function isNew(account: Account, now: Date): boolean {
  return account.last_inbound_at === null || account.created_at > now.getTime() - dayMs
}

async function firstOf(
  { reader }: Sapa,
  words: Translator,
  account: Account,
  { firstMessage }: Guide
): Promise<ShownFirst | null> {
  if (!firstMessage) return null
  const message = await findFirstMessage(reader, account.id)
  const name = message?.name ?? words.t('first_message.somebody')
  const text = preview(message?.text ?? '')
  return {
    url: `/settings/accounts/${account.id}/first-message`,
    text: inLocale(firstMessage.text, words.locale),
    link: firstMessage.url,
    arrived: message && {
      text: words.t(text ? 'first_message.arrived' : 'first_message.arrived_file', { name, text }),
      href: `/conversations/${message.conversationId}`
    }
  }
}
