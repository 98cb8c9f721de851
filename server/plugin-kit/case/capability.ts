import type { ChannelCapabilities } from '../../plugin-api/channel.ts'

/** What is missing in, or wrong with, what a channel says of itself. */
export function capabilityProblems(found: ChannelCapabilities): string[] {
  return Object.entries(checks).flatMap(([path, check]) => {
    const value = path.split('.').reduce<unknown>((at, key) => (at as never)?.[key], found)
    return check(value) ? [] : [`capabilities.${path} is ${JSON.stringify(value) ?? 'missing'}`]
  })
}

const isFlag = (value: unknown) => typeof value === 'boolean'
const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0
const isMany = (value: unknown) => isCount(value) && Number(value) > 0
const isMissingOr = (check: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || check(value)
const kinds = ['email', 'phone', 'external']

const checks: Record<string, (value: unknown) => boolean> = {
  'text.maxLength': isMany,
  'text.format': value => ['plain', 'html', 'markdown'].includes(String(value)),
  hasSubject: isFlag,
  hasCopies: isFlag,
  'attachments.perStep': isCount,
  'attachments.maxBytes': isCount,
  'attachments.withText': isFlag,
  startsBy: value => Array.isArray(value) && value.every(kind => kinds.includes(String(kind))),
  sendsNotices: isFlag,
  'receipts.delivered': isFlag,
  'receipts.read': isFlag,
  tellsBegin: value => value === undefined || isFlag(value),
  isIdempotent: isFlag,
  'rate.perMinute': isMany,
  'rate.parallel': isMany,
  'window.hours': isMissingOr(isMany),
  'window.outside': isMissingOr(value => value === 'templates' || value === 'nothing'),
  'attachments.maxText': isMissingOr(isCount),
  templates: isMissingOr(isFlag),
  'choices.most': isMissingOr(isMany),
  'choices.titleLength': isMissingOr(isMany),
  quotes: isMissingOr(isFlag),
  'reactions.emojis': isMissingOr(Array.isArray),
  'edits.withinHours': isMissingOr(isMany),
  'removals.withinHours': isMissingOr(isMany),
  undoSeconds: isCount
}
