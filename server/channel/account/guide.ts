import type { Db } from '../../db/schema.ts'
import type { AccountFacts } from '../../plugin-api/account.ts'
import type { ChannelDefinition, GuideItem } from '../../plugin-api/channel.ts'
import type { Text } from '../../plugin-api/manifest.ts'
import { openSettings, type AccountTools } from './settings.ts'
import { webhookUrl } from '../line/context.ts'
import { accountFacts } from './facts.ts'
import type { Account } from '../table.ts'

export interface GuideTools {
  db: Db
  secrets: AccountTools['secrets']
  /** Without a slash at the end. */
  publicUrl: string
}

/** What is left to do at the provider's, as the channel says it. */
export interface Guide {
  items: GuideItem[]
  firstMessage: { text: Text; url: string | null } | null
}

const mostItems = 20

/** The items may hold secrets: only for those who may manage accounts. What a channel throws is told elsewhere. */
export async function findGuide(
  tools: GuideTools,
  definition: ChannelDefinition,
  account: Account
): Promise<Guide> {
  if (!definition.guide && !definition.firstMessage) return { items: [], firstMessage: null }
  const facts = await accountFacts(tools.db, account)
  return {
    items: itemsOf(tools, definition, account, facts),
    firstMessage: firstMessageOf(definition, facts)
  }
}

function itemsOf(
  tools: GuideTools,
  definition: ChannelDefinition,
  account: Account,
  facts: AccountFacts
): GuideItem[] {
  const settings = openSettings(definition, account, tools.secrets)
  const context = { facts, settings, webhookUrl: webhookUrl(tools.publicUrl, account) }
  const items: unknown = attempt(() => definition.guide?.(context))
  return Array.isArray(items) ? items.filter(isItem).slice(0, mostItems) : []
}

function firstMessageOf(definition: ChannelDefinition, facts: AccountFacts) {
  const first = attempt(() => definition.firstMessage?.(facts))
  if (!first || !isText(first.text)) return null
  return { text: first.text, url: isWebAddress(first.url) ? first.url : null }
}

/** A page must not fail for a channel that cannot say what to do. The fault is kept with its plugin. */
function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

function isItem(given: unknown): given is GuideItem {
  const { label, value } = Object(given) as Partial<GuideItem>
  return isText(label) && typeof value === 'string' && value !== ''
}

function isText(given: unknown): given is Text {
  const { en, id } = Object(given) as Partial<Text>
  return typeof en === 'string' && typeof id === 'string'
}

function isWebAddress(url: unknown): url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) return false
  return ['http:', 'https:'].includes(new URL(url).protocol)
}
